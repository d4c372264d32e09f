import assert from 'node:assert/strict'
import type { Item, Questionnaire } from '../../server/forms/fhir.ts'
import { readQuestionnaire } from '../../server/forms/reading.ts'
import { findCurrentFormById } from '../../server/forms/store.ts'
import { makeResponse } from '../requests/asking.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page, Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const FORMS = '/practice/forms'

const scales = [
  'Itch, at its worst in the last 24 hours',
  'Redness or flushing',
  'Breakouts',
  'Dryness or cracking',
  'Sleep lost to your skin',
  'How much your skin bothered you',
]

describe('the builder', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    desk = await signedIn(app, world.dietitian)
  })

  const begin = async (title = 'Skin diary', description = ''): Promise<Page> =>
    (await desk.open(`${FORMS}/new`)).button('Go on to the questions', { title, description })

  const draftNow = (): Promise<{ definition: Questionnaire; revision: number }> =>
    app.db('form_versions').whereNull('published_at').first()
  const itemsNow = async (): Promise<Item[]> => (await draftNow()).definition.item?.[0]?.item ?? []

  /** From the outline of a draft to the form for a question of this kind. */
  const asking = async (draft: Page, kind: RegExp): Promise<Page> =>
    (await draft.link(/^Add a question/)).link(kind)

  const add = async (draft: Page, kind: RegExp, fields: Record<string, string | null>): Promise<Page> =>
    (await asking(draft, kind)).button('Add it and go back', fields)

  const yesNo = (draft: Page, text: string) => add(draft, /^Yes or no/, { text })

  const publish = (draft: Page) => draft.button(/^Publish version/)

  /** What a value is worked out to, with answers to the scales. */
  const calculated = async (formId: string, answers: number[]) => {
    const form = await findCurrentFormById(app.db, formId)
    const section = form?.definition.item?.[0] as Item
    const asked = (section.item ?? []).slice(0, answers.length)
    const item = asked.map(({ linkId }, n) => ({ linkId, answer: [{ valueInteger: answers[n] as number }] }))
    const outcome = await app.deps.evaluator.evaluate({
      questionnaire: form?.definition as Questionnaire,
      key: form?.id ?? '',
      isTrusted: false,
      response: {
        resourceType: 'QuestionnaireResponse',
        status: 'in-progress',
        item: [{ linkId: section.linkId, item }],
      },
    })
    assert.deepEqual(outcome.troubles, [])
    return outcome.calculated['a:skin-score']
  }

  it('makes the skin check-in with its score from nothing', async () => {
    const draft = await begin('Skin diary', 'How your skin was. It takes a minute.')
    assert.match(draft.text, /Draft.*0 questions/)
    let page = await asking(draft, /^0 to 10 scale/)
    for (const [n, text] of scales.entries()) {
      assert.equal(page.value('low'), 'Not at all', 'the words of the last one are there already')
      page = await page.button('Add it and write the next', { text, high: 'As bad as can be' })
      assert.match(page.text, new RegExp(`In this section so far.*${text}`))
      assert.equal((await itemsNow()).length, n + 1)
    }
    const outline = await page.link('Skin diary')
    const score = await outline.link('Add a score')
    const done = await score.button('Add the score', { name: 'Skin score', least: '5' })
    assert.match(done.text, /Skin score Score The mean times 10 of 6 questions/)
    const form = await publish(done)
    assert.match(form.text, /Version 1 in use/)

    const id = form.path.split('/').at(-1) as string
    const version = await findCurrentFormById(app.db, id)
    assert.equal(version?.version, '1')
    assert.equal(version?.definition.version, '1')
    assert.equal(version?.definition.status, 'active')
    const read = readQuestionnaire(JSON.stringify(version?.definition))
    assert.deepEqual(read.ok ? read.unsupported : read.problems, [])
    assert.deepEqual(await calculated(id, [1, 2, 3, 4, 5, 6]), [{ valueDecimal: 35 }])
    assert.deepEqual(await calculated(id, [10, 10, 10, 10, 10]), [{ valueDecimal: 100 }])
    assert.deepEqual(await calculated(id, [1, 2, 3, 4]), [], 'too few answers')
    assert.match((await form.link(/Preview/)).text, /Itch, at its worst.*Skin score/)
  })

  it('asks all kinds of questions, each with what belongs to it', async () => {
    const draft = await begin()
    const kinds: [RegExp, Record<string, string>, Partial<Item>][] = [
      [/^One of/, { options: 'Never | 0\r\nOften | 2' }, { type: 'choice' }],
      [/^Several of/, { options: 'Heat\r\nCold', none: 'None of these' }, { type: 'choice', repeats: true }],
      [/^Yes or no/, { required: 'yes', why: 'For your safety' }, { type: 'boolean', required: true }],
      [/^Short text/, { help: 'A word' }, { type: 'string' }],
      [/^Long text/, {}, { type: 'text' }],
      [/^Number/, { least: '0', most: '24', whole: 'yes' }, { type: 'integer' }],
      [/^Date/, {}, { type: 'date' }],
      [/^Stool forms/, {}, { type: 'choice' }],
      [/^Body map/, {}, { type: 'choice', repeats: true }],
      [/^Photo/, {}, { type: 'attachment' }],
      [/^Words to read/, {}, { type: 'display' }],
    ]
    for (const [kind, fields] of kinds) await add(draft, kind, { text: `Of ${kind.source}`, ...fields })
    const items = await itemsNow()
    assert.equal(items.length, kinds.length)
    for (const [n, [, , wanted]] of kinds.entries())
      for (const [name, value] of Object.entries(wanted))
        assert.equal(items[n]?.[name as keyof Item], value, `${n} ${name}`)
    const [one, several] = items as [Item, Item]
    assert.equal(one.answerOption?.[1]?.extension?.[0]?.valueDecimal, 2)
    assert.equal(several.answerOption?.at(-1)?.extension?.[0]?.valueBoolean, true)
    const preview = await (await desk.open(draft.path)).link('Preview as a client')
    assert.match(preview.text, /Never.*Often.*None of these.*For your safety/)
    assert.equal((await publish(await desk.open(draft.path))).status, 200)
  })

  it('opens each question again as it was written, and changes its kind', async () => {
    const draft = await begin()
    const outline = await add(draft, /^Several of/, {
      text: 'What sets it off?',
      help: 'All that you remember',
      options: 'Heat | 1\r\nCold',
      none: 'Nothing',
      why: 'To find a pattern',
      required: 'yes',
    })
    const question = await outline.link('What sets it off?')
    const values = ['text', 'help', 'options', 'none', 'why', 'required'].map((name) => question.value(name))
    assert.deepEqual(values, [
      'What sets it off?',
      'All that you remember',
      'Heat | 1\nCold',
      'Nothing',
      'To find a pattern',
      'yes',
    ])
    const before = await itemsNow()
    await question.button('Save the question')
    assert.deepEqual(await itemsNow(), before)
    const other = await (await question.link('Another kind')).link(/^Long text/)
    assert.equal(other.value('text'), 'What sets it off?')
    await other.button('Save the question', { required: null })
    const [item] = await itemsNow()
    assert.deepEqual(
      [item?.type, item?.linkId, item?.required, item?.answerOption, item?.repeats],
      ['text', before[0]?.linkId, undefined, undefined, undefined],
    )
    assert.equal(item?.item?.length, 2)
  })

  it('asks a question only if an earlier one was answered so', async () => {
    const draft = await begin()
    await add(draft, /^0 to 10/, { text: 'Itch', low: 'None', high: 'Worst' })
    const whenItchy = { whenQuestion: 'itch', whenOperator: 'at-least', whenValue: '4' }
    const outline = await add(draft, /^Yes or no/, { text: 'Did it wake you?', ...whenItchy })
    assert.match(outline.text, /Only if “Itch” is at least 4/)
    assert.deepEqual((await itemsNow())[1]?.enableWhen, [
      { question: 'itch', operator: '>=', answerInteger: 4 },
    ])
    const question = await outline.link('Did it wake you?')
    assert.deepEqual(
      [question.value('whenQuestion'), question.value('whenOperator'), question.value('whenValue')],
      ['itch', 'at-least', '4'],
    )
    const refused = await question.button('Save the question', { whenValue: 'a lot' })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('whenValue') ?? '', /number/)
    assert.equal(refused.value('whenValue'), 'a lot')
    await refused.button('Save the question', { whenQuestion: '', whenValue: 'a lot' })
    assert.equal((await itemsNow())[1]?.enableWhen, undefined)
    const first = await (await desk.open(draft.path)).link('Itch')
    assert.doesNotMatch(first.text, /Ask it only if/, 'nothing comes before it')
  })

  it('does not let go of what others depend on', async () => {
    const draft = await begin()
    await add(draft, /^0 to 10/, { text: 'Itch', low: 'None', high: 'Worst' })
    await yesNo(draft, 'Any rash?')
    await add(draft, /^Short text/, {
      text: 'Where?',
      whenQuestion: 'any-rash',
      whenOperator: 'is',
      whenValue: 'yes',
    })
    const outline = await (await (await desk.open(draft.path)).link('Add a score')).button('Add the score', {
      name: 'Itch score',
    })
    const before = await draftNow()
    for (const [name, words] of [
      ['Remove: Itch', /“Itch score” depends on it/],
      ['Remove: Any rash?', /“Where\?” depends on it/],
    ] as const) {
      const refused = await outline.button(name)
      assert.equal(refused.status, 422)
      assert.match(refused.text, words)
    }
    for (const [name, words] of [
      ['Itch', /“Itch score” counts this question/],
      ['Any rash?', /“Where\?” depends on an answer/],
    ] as const) {
      const page = await (await (await outline.link(name)).link('Another kind')).link(/^Long text/)
      const refused = await page.button('Save the question')
      assert.equal(refused.status, 422)
      assert.match(refused.text, words)
    }
    assert.deepEqual(await draftNow(), before)
    const fewer = await outline.button('Remove: Where?')
    await fewer.button('Remove: Any rash?')
    assert.deepEqual(
      (await itemsNow()).map(({ linkId }) => linkId),
      ['itch', 'itch-score'],
    )
  })

  it('moves questions and sections, and removes them', async () => {
    const draft = await begin()
    await yesNo(draft, 'One?')
    await yesNo(draft, 'Two?')
    const added = await (await (await desk.open(draft.path)).link('Add a section')).button(/^Add it/, {
      title: 'Later',
      intro: 'Read this.',
    })
    assert.equal(added.h1, 'A new question')
    await (await added.link(/^Date/)).button('Add it and go back', { text: 'When?' })
    const linkIds = async () =>
      (await draftNow()).definition.item?.map(({ item = [] }) => item.map(({ linkId }) => linkId).join(' '))
    let page = await (await desk.open(draft.path)).button('Move up: Two?')
    assert.deepEqual(await linkIds(), ['two one', 'later.intro when'])
    page = await page.button('Move down: One?')
    assert.deepEqual(await linkIds(), ['two', 'later.intro one when'])
    page = await page.button('Move the section up: Later')
    assert.deepEqual(await linkIds(), ['later.intro one when', 'two'])
    const section = await page.link('Edit the section: Later')
    assert.deepEqual([section.value('title'), section.value('intro')], ['Later', 'Read this.'])
    page = await section.button('Save the section', { title: 'Then', intro: '' })
    assert.deepEqual(await linkIds(), ['one when', 'two'])
    assert.match((await page.link('Edit the section: Then')).text, /It goes with its 2 questions/)
    await (await page.link('Edit the section: Then')).button('Remove this section')
    assert.deepEqual(await linkIds(), ['two'])
  })

  it('tells the second of two who edit what is there now, and keeps what they typed', async () => {
    const draft = await begin()
    await yesNo(draft, 'One?')
    const outline = await desk.open(draft.path)
    const mine = await outline.link('One?')
    const colleague = await signedIn(app, await make.dietitian(app.db))
    const theirs = await (await colleague.open(draft.path)).link('One?')
    await theirs.button('Save the question', { text: 'One, said better?' })
    const before = await draftNow()

    const refused = await mine.button('Save the question', { text: 'One, in my words?' })
    assert.equal(refused.status, 409)
    assert.match(refused.text, /was changed since you opened the page/)
    assert.match(refused.text, /What stands there now One, said better\?/)
    assert.equal(refused.value('text'), 'One, in my words?')
    for (const press of ['Remove: One?', /^Publish version/, 'Discard this draft'])
      assert.equal((await outline.button(press)).status, 409, String(press))
    const heading = await outline.button('Save title and purpose', { title: 'Other' })
    assert.equal(heading.status, 409)
    assert.equal(heading.value('title'), 'Other')
    assert.deepEqual(await draftNow(), before)
    await refused.button('Save the question')
    assert.equal((await itemsNow())[0]?.text, 'One, in my words?')

    const late = await (await desk.open(draft.path)).link('One, in my words?')
    await (await colleague.open(draft.path)).button(/^Remove/)
    const gone = await late.button('Save the question', { text: 'Once more?' })
    assert.equal(gone.status, 409)
    assert.match(gone.errorFor('text') ?? '', /was removed/)
    assert.equal(gone.value('text'), 'Once more?')
    await gone.button('Add it and go back')
    assert.equal((await itemsNow()).at(-1)?.text, 'Once more?')
  })

  it('lets one of two through who save at once', async () => {
    const draft = await begin()
    const pages = await Promise.all([1, 2, 3].map(() => asking(draft, /^Yes or no/)))
    const answers = await Promise.all(
      pages.map((page, n) => page.button('Add it and go back', { text: `Question ${n}?` })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
    assert.equal((await itemsNow()).length, 1)
    const refused = answers.find(({ status }) => status === 409)
    await refused?.button('Add it and go back')
    assert.equal((await itemsNow()).length, 2)
  })

  it('never changes a version that is used: the next one follows it', async () => {
    const draft = await begin()
    await yesNo(draft, 'One?')
    const form = await publish(await desk.open(draft.path))
    const id = form.path.split('/').at(-1) as string
    const first = await findCurrentFormById(app.db, id)
    const used = { id, versionId: first?.id ?? '', slug: 'skin-diary', title: 'Skin diary' }
    await makeResponse(app.db, (await make.client(app.db)).id, used, NOW)

    const next = await form.button('Make the next version')
    assert.match(next.text, /Draft of version 2/)
    assert.match((await desk.open(FORMS)).text, /Skin diary Version 1, .* Draft waiting 1 response/)
    await (await next.link('One?')).button('Save the question', { text: 'One or more?' })
    assert.equal((await findCurrentFormById(app.db, id))?.definition.item?.[0]?.item?.[0]?.text, 'One?')
    const published = await publish(await desk.open(next.path))
    assert.match(published.text, /Version 2 .*0 responses.*Version 1 .*1 response/)
    const second = await findCurrentFormById(app.db, id)
    assert.deepEqual([second?.number, second?.version, second?.definition.version], [2, '2', '2'])
    assert.deepEqual(second?.definition.item?.[0]?.item?.[0], {
      linkId: 'one',
      type: 'boolean',
      text: 'One or more?',
    })
    assert.deepEqual(first?.definition.item?.[0]?.item?.[0]?.text, 'One?')
    assert.equal((await app.db('responses').first()).form_version_id, first?.id)
  })

  it('makes the next version of a form that came with Flora, and keeps all it does not know', async () => {
    await make.ownForms(app.db)
    const skin = await app.db('forms').where({ slug: 'skin-check-in' }).first()
    const before = await findCurrentFormById(app.db, skin.id)
    const draft = await (await desk.open(`${FORMS}/${skin.id}`)).button('Make the next version')
    assert.match(draft.text, /Questions that belong together/)
    const question = await draft.link(/^Itch/)
    await question.button('Save the question', { text: 'How itchy were you at worst?' })
    await publish(await desk.open(draft.path))
    const after = await findCurrentFormById(app.db, skin.id)
    assert.equal(after?.origin, 'built')
    const expected = JSON.parse(JSON.stringify(before?.definition))
    expected.version = '2'
    expected.item[0].item[0].item[1].text = 'How itchy were you at worst?'
    assert.deepEqual(after?.definition, expected)
  })

  it('discards a draft, and with it a form that was never published', async () => {
    const draft = await begin()
    const gone = await draft.button('Discard this draft')
    assert.equal(gone.path, FORMS)
    assert.equal((await app.db('forms')).length, 0)
    const again = await begin()
    await yesNo(again, 'One?')
    const form = await publish(await desk.open(again.path))
    const next = await form.button('Make the next version')
    const back = await next.button('Discard this draft')
    assert.equal(back.path, form.path)
    assert.equal((await desk.open(next.path)).status, 404)
    assert.match((await desk.open(form.path)).text, /Version 1 in use/)
  })

  it('publishes nothing that has no question, and once, however often the button is pressed', async () => {
    const draft = await begin()
    assert.doesNotMatch(draft.buttons.join(), /Publish/)
    const { revision } = await draftNow()
    const path = draft.path.replace('/draft', '/versions')
    const empty = await desk.post(path, { revision: String(revision) })
    assert.equal(empty.status, 422)
    assert.match(empty.text, /no question yet/)
    const outline = await yesNo(draft, 'One?')
    await (await outline.link('Add a section')).button(/^Add it/, { title: 'Empty' })
    const full = await desk.open(draft.path)
    const answers = await Promise.all([1, 2, 3].map(() => publish(full)))
    assert.equal(answers.filter(({ status }) => status === 200).length >= 1, true)
    const rows = await app.db('form_versions')
    assert.equal(rows.length, 1)
    assert.deepEqual(
      rows[0].definition.item.map(({ text }: Item) => text),
      ['Skin diary'],
      'a section without questions is left out',
    )
  })

  it('says beside the field what can’t be taken, and keeps what was typed', async () => {
    const draft = await begin()
    await add(draft, /^0 to 10/, { text: 'Itch', low: 'a', high: 'b' })
    const before = await dump(app.db, ['sessions'])
    const outline = await desk.open(draft.path)
    const open = {
      new: () => desk.open(`${FORMS}/new`),
      section: () => outline.link('Add a section'),
      scale: () => asking(outline, /^0 to 10/),
      choice: () => asking(outline, /^Several of/),
      number: () => asking(outline, /^Number/),
      score: () => outline.link('Add a score'),
    }
    const long = 'x'.repeat(30_000)
    const wrong: [keyof typeof open, RegExp, string, Record<string, string | null>, RegExp][] = [
      ['new', /^Go on/, 'title', { title: '' }, /a title/],
      ['new', /^Go on/, 'title', { title: long }, /at most 120/],
      ['new', /^Go on/, 'title', { title: 'a\0b' }, /can’t read/],
      ['new', /^Go on/, 'slug', { title: 'A', slug: 'Skin Diary' }, /small letters/],
      ['new', /^Go on/, 'slug', { title: 'A', slug: 'sent' }, /taken/],
      ['new', /^Go on/, 'slug', { title: 'A', slug: 'skin-diary' }, /Another form/],
      ['section', /^Add it/, 'title', { title: '' }, /a title/],
      ['section', /^Add it/, 'intro', { title: 'A', intro: long }, /at most 2000/],
      ['scale', /back$/, 'text', { text: '' }, /write the question/],
      ['scale', /back$/, 'high', { text: 'A', high: '' }, /what 10 means/],
      ['scale', /back$/, 'help', { text: 'A', help: long }, /at most 1000/],
      ['choice', /back$/, 'options', { text: 'A', options: 'Only one' }, /at least two/],
      ['choice', /back$/, 'options', { text: 'A', options: 'A | x\nB' }, /number/],
      ['choice', /back$/, 'options', { text: 'A', options: long }, /at most 25000/],
      ['choice', /back$/, 'none', { text: 'A', options: 'None\nSome', none: 'none' }, /among the others/],
      ['number', /back$/, 'most', { text: 'A', least: '5', most: '4' }, /not be smaller/],
      ['number', /back$/, 'least', { text: 'A', least: '1.5', whole: 'yes' }, /whole number/],
      ['number', /back$/, 'least', { text: 'A', least: 'few' }, /a number/],
      ['score', /^Add the score/, 'name', { name: '' }, /a name/],
      ['score', /^Add the score/, 'least', { name: 'A', least: '0' }, /from 1/],
      ['score', /^Add the score/, 'least', { name: 'A', least: '2' }, /from 1 to 1/],
      ['score', /^Add the score/, 'counts', { name: 'A', counts: null }, /at least one/],
    ]
    for (const [which, button, field, typed, words] of wrong) {
      const page = await (await open[which]()).button(button, typed)
      assert.equal(page.status, 422, `${which} ${field}`)
      assert.match(page.title, /^Error: /)
      assert.match(page.errorFor(field) ?? '', words, `${which} ${field}`)
      const value = typed[field]
      if (value && !value.includes('\0')) assert.equal(page.value(field)?.replaceAll('\r\n', '\n'), value)
    }
    const unknown = await desk.post(`${draft.path}/scores`, {
      name: 'A',
      counts: 'x',
      by: 'sum',
      least: '1',
      revision: '1',
    })
    assert.equal(unknown.status, 422)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('holds at most two hundred questions and fifty sections', async () => {
    const draft = await begin()
    await yesNo(draft, 'One?')
    const { definition } = await draftNow()
    const [section] = definition.item as [Item]
    const many = Array.from(
      { length: 199 },
      (_, n): Item => ({ linkId: `n${n}`, type: 'boolean', text: `${n}?` }),
    )
    const sections = Array.from(
      { length: 50 },
      (_, n): Item => ({ ...section, linkId: `s${n}`, item: undefined as never }),
    )
    const put = (item: Item[]) =>
      app.db('form_versions').update({ definition: JSON.stringify({ ...definition, item }) })
    await put([{ ...section, item: many }])
    const refused = await (await asking(await desk.open(draft.path), /^Yes or no/)).button(/back$/, {
      text: 'More?',
    })
    assert.equal(refused.status, 422)
    assert.match(refused.errorFor('text') ?? '', /at most 200 questions/)
    await put(sections)
    const full = await (await (await desk.open(draft.path)).link('Add a section')).button(/^Add it/, {
      title: 'More',
    })
    assert.equal(full.status, 422)
    assert.match(full.errorFor('title') ?? '', /at most 50 sections/)
  })

  it('does not begin with a form that it can’t show, nor with one that is not there', async () => {
    const loose = {
      resourceType: 'Questionnaire',
      status: 'active',
      title: 'Loose',
      item: [{ linkId: 'a', type: 'string', text: 'A' }],
    }
    const shown = await (await desk.open(`${FORMS}/import`)).button('Look at it', {
      text: JSON.stringify(loose),
    })
    const form = await shown.button('Take this form', { ground: 'own', rights: 'Mine' })
    assert.match(form.text, /has parts that the builder can’t show/)
    assert.equal((await desk.post(`${form.path}/draft`, {})).status, 400)
    for (const path of ['draft', 'draft/sections/x', 'draft/questions/x', 'draft/scores/x', 'draft/preview'])
      assert.equal((await desk.open(`${form.path}/${path}`)).status, 404, path)
    const draft = await begin()
    for (const path of [
      'sections/x',
      'questions/x',
      'questions/skin-diary',
      'scores/x',
      'preview/sections/9',
      'sections/x/questions/new',
    ])
      assert.equal((await desk.open(`${draft.path}/${path}`)).status, 404, path)
    assert.equal(
      (await desk.post(`${draft.path}/sections/skin-diary/questions?kind=hologram`, {})).status,
      404,
    )
  })

  it('keeps hostile words as words', async () => {
    const nasty = '</textarea><script>alert(1)</script>"\'\\ | x'
    const draft = await begin(nasty, nasty)
    await add(draft, /^0 to 10/, { text: nasty, low: nasty, high: nasty, help: nasty, why: nasty })
    await add(draft, /^One of/, { text: nasty, options: '<b>a</b> | 1\r\n"q" | 2' })
    const outline = await (await (await desk.open(draft.path)).link('Add a score')).button('Add the score', {
      name: nasty,
    })
    const preview = await outline.link('Preview as a client')
    const question = await outline.link(nasty.replace(/\s+/g, ' '))
    for (const page of [outline, preview, question, await publish(outline)]) {
      assert.equal(page.status, 200)
      assert.doesNotMatch(page.html, /<script>alert|<b>a/)
    }
  })
})
