import assert from 'node:assert/strict'
import fc from 'fast-check'
import { checkAll } from '../../server/forms/checking.ts'
import { digestOfSection } from '../../server/forms/digest.ts'
import type { Item, Questionnaire, QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { fillSection } from '../../server/forms/filling.ts'
import { finish } from '../../server/forms/finishing.ts'
import { beginResponse } from '../../server/forms/initial.ts'
import { readOut } from '../../server/forms/readout.ts'
import { addRow, removeRow } from '../../server/forms/rows.ts'
import { pathOf, sectionsOf } from '../../server/forms/sections.ts'
import { type Settled, settle } from '../../server/forms/settling.ts'
import { showSection } from '../../server/forms/showing.ts'
import type { ItemShown } from '../../server/forms/shown.ts'
import { questionnaires, VERSION_URL } from './arbitrary.ts'
import { asShown, namesOn, type Pick, postOf, typedBy } from './browser.ts'
import { misfits } from './fits.ts'
import { disabledIn } from './oracle.ts'
import { ownForm, ownSlugs, sampleResponses } from './own-forms.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const numRuns = Number(process.env.FLORA_RUNS ?? 200)

/** Decides what is typed where: the same number, the same answers. */
const moves = fc.noShrink(fc.nat(2 ** 31 - 1))

/** mulberry32 */
function pickFrom(start: number): Pick {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Fills in the form as its pages show it, section by section, some of them twice, and adds and removes rows. */
async function fillIn(questionnaire: Questionnaire, pick: Pick): Promise<Settled> {
  let settled = await settle(questionnaire, beginResponse(questionnaire, { versionUrl: VERSION_URL }))
  for (let turn = 0; turn < 2; turn += 1) {
    for (const section of pathOf(settled)) {
      const shown = showSection(settled, section)
      const { response } = fillSection(settled, section, postOf(shown, typedBy(pick)))
      settled = await settle(questionnaire, changedRows(questionnaire, response, shown.items, pick))
    }
  }
  return settled
}

function changedRows(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  items: ItemShown[],
  pick: Pick,
) {
  let changed = response
  for (const { more, rows } of items) {
    if (more && pick(3) === 0) changed = addRow(changed, questionnaire, more.value)
    for (const { remove } of rows)
      if (remove && pick(6) === 0) changed = removeRow(changed, questionnaire, remove.value)
  }
  return changed
}

type Case = { questionnaire: Questionnaire; settled: Settled }

/** Runs a check over random forms filled in at random; says how many were checked. */
function always(check: (of: Case) => Promise<unknown> | unknown, runs = numRuns): Promise<void> {
  const property = fc.asyncProperty(questionnaires, moves, async (questionnaire, move) => {
    const settled = await fillIn(questionnaire, pickFrom(move))
    await check({ questionnaire, settled })
  })
  return fc.assert(property, { seed, numRuns: runs })
}

const finished = (settled: Settled) =>
  finish(settled, { status: 'completed', authored: '2026-03-03T14:00:00Z' })

/** Every item of a response with its definition. */
function* told(items: Item[], within: ResponseItem[] = []): Generator<{ item: Item; told: ResponseItem }> {
  for (const one of within) {
    const item = items.find(({ linkId }) => linkId === one.linkId)
    assert.ok(item, `${one.linkId} is no item there`)
    yield { item, told: one }
    yield* told(item.item ?? [], one.item)
    for (const answer of one.answer ?? []) yield* told(item.item ?? [], answer.item)
  }
}

const isHidden = ({ extension = [] }: Item) =>
  extension.some(({ url, valueBoolean }) => /hidden$/.test(url) && valueBoolean)

describe(`the forms engine, whatever the form and the answers (FLORA_SEED=${seed})`, () => {
  it('sends nothing of an item that is disabled, nothing empty, and no text of its own', () =>
    always(async ({ questionnaire, settled }) => {
      const response = finished(settled)
      const again = await settle(questionnaire, response)
      const kept = new Set([...told(questionnaire.item ?? [], response.item)].map(({ item }) => item.linkId))
      const enabled = new Set([...again.enabled].map((name) => name.slice(name.indexOf(':') + 1)))
      for (const linkId of kept) assert.ok(enabled.has(linkId), `${linkId} is disabled`)
      assert.deepEqual(disabledIn(questionnaire, response), [])
      for (const { item, told: one } of told(questionnaire.item ?? [], response.item)) {
        assert.equal(one.text, item.text)
        assert.ok((one.answer ?? one.item ?? []).length > 0, `${item.linkId} is empty`)
        assert.ok(item.repeats || (one.answer ?? [0]).length === 1, `${item.linkId} has several answers`)
      }
    }))

  it('misses no enabled required answer where it has nothing to say', async () => {
    let ready = 0
    await always(({ questionnaire, settled }) => {
      if (checkAll(settled).length > 0) return
      ready += 1
      const look = (items: Item[], within: ResponseItem[] | undefined, indices: number[]) => {
        for (const item of items) {
          if (isHidden(item) || !settled.enabled.has(`a${indices.join('.')}:${item.linkId}`)) continue
          const found = (within ?? []).find(({ linkId }) => linkId === item.linkId)
          if (item.required && item.type !== 'group' && item.type !== 'display' && !item.readOnly)
            assert.ok(found?.answer?.[0], `${item.linkId} is missing`)
          if (item.type === 'group' && !item.repeats && item.readOnly !== true)
            look(item.item ?? [], found?.item, indices)
        }
      }
      look(questionnaire.item ?? [], finished(settled).item, [])
    }, numRuns * 2)
    assert.ok(ready > numRuns / 20, `only ${ready} could be sent`)
  })

  it('reads what it sent back as the same, and sends the same again', () =>
    always(async ({ questionnaire, settled }) => {
      const response = finished(settled)
      const stored = JSON.parse(JSON.stringify(response)) as QuestionnaireResponse
      assert.deepEqual(stored, response)
      const again = finished(await settle(questionnaire, stored))
      assert.deepEqual(again, response)
      const draft = finish(await settle(questionnaire, settled.response), {
        status: 'completed',
        authored: response.authored,
      })
      assert.deepEqual(draft, response)
    }))

  it('fills in our own forms so that they fit, as they are checked without it', async () => {
    let ready = 0
    const property = fc.asyncProperty(fc.constantFrom(...ownSlugs), moves, async (slug, move) => {
      const questionnaire = ownForm(slug)
      const settled = await fillIn(questionnaire, pickFrom(move))
      const wrong = misfits(questionnaire, finished(settled))
      if (checkAll(settled).length > 0) return
      ready += 1
      assert.deepEqual(wrong, [])
    })
    const runs = Math.ceil(numRuns / 3)
    await fc.assert(property, { seed, numRuns: runs })
    assert.ok(ready > runs / 10, `only ${ready} could be sent`)
  })

  it('sends the responses to our own forms again as they are', async () => {
    for (const { questionnaire, response } of sampleResponses()) {
      const settled = await settle(questionnaire, response)
      assert.deepEqual(checkAll(settled), [])
      assert.deepEqual(finish(settled, { status: response.status }), response)
    }
  })

  it('changes nothing when a page is posted as it was shown', () =>
    always(({ questionnaire, settled }) => {
      for (const section of sectionsOf(questionnaire)) {
        const filled = fillSection(settled, section, postOf(showSection(settled, section), asShown))
        assert.deepEqual(filled.problems, [])
        assert.deepEqual(filled.response, settled.response)
        const mark = digestOfSection(questionnaire, section, settled.response)
        assert.equal(digestOfSection(questionnaire, section, filled.response), mark)
      }
    }))

  it('shows again what could not be read exactly as it was typed, and keeps what was there', () =>
    always(({ questionnaire, settled }) => {
      for (const section of sectionsOf(questionnaire)) {
        const post = postOf(showSection(settled, section), (item) => ({
          values: item.values.map(() => '\u0000?'),
        }))
        const { response, problems, typed } = fillSection(settled, section, post)
        const shown = showSection(settled, section, { problems, typed })
        const names = new Set(problems.map(({ name }) => name))
        const look = (item: ItemShown) => {
          if (names.has(item.name)) assert.ok(item.error !== '')
          if (names.has(item.name) && item.options.length === 0)
            assert.deepEqual(item.values.slice(0, 1), ['\u0000?'])
          for (const { items } of item.rows) items.forEach(look)
        }
        shown.items.forEach(look)
        assert.deepEqual(response, settled.response)
      }
    }, numRuns / 2))

  it('takes nothing from a page that was not there: no hidden, read-only or unknown item, and no other section', () =>
    always(({ questionnaire, settled }) => {
      const sections = sectionsOf(questionnaire)
      for (const section of sections) {
        const others = sections.filter((one) => one !== section)
        const post = Object.assign(
          {},
          ...others.map((one) => postOf(showSection(settled, one), () => ({ values: ['3'] }))),
        )
        assert.deepEqual(fillSection(settled, section, post).response, settled.response)
        const closed = namesOf(questionnaire.item ?? [], (item) => isHidden(item) || item.readOnly === true)
        const forced = { on: closed, ...Object.fromEntries(closed.map((name) => [name, 'true'])) }
        assert.deepEqual(fillSection(settled, section, forced).response, settled.response)
      }
    }, numRuns / 2))

  it('says something about each answer, and every name on a page is there once', () =>
    always(({ questionnaire, settled }) => {
      for (const section of sectionsOf(questionnaire)) {
        const names = namesOn(showSection(settled, section))
        assert.equal(new Set(names).size, names.length)
      }
      for (const { lines } of readOut(questionnaire, finished(settled)))
        for (const { answers } of lines) for (const { words } of answers) assert.notEqual(words.trim(), '')
    }, numRuns / 2))

  it('never throws, whatever is posted', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fc.string(), fc.constant(undefined), fc.object())),
      fc.object(),
      fc.constantFrom(null, undefined, 1, true),
    )
    const property = fc.asyncProperty(
      questionnaires,
      fc.array(value, { minLength: 1, maxLength: 30 }),
      async (questionnaire, values) => {
        const settled = await settle(questionnaire, beginResponse(questionnaire, { versionUrl: VERSION_URL }))
        let count = 0
        const next = () => values[count++ % values.length]
        for (const section of sectionsOf(questionnaire)) {
          const names = namesOn(showSection(settled, section))
          const odd = [
            'a99999.1:q1',
            'a1.1.1.1:q2',
            'a0.0.0:q3',
            'other:',
            '__proto__',
            'on',
            ...names.map((name) => name.replace('a', 'a1')),
          ]
          const body: Record<string, unknown> = { on: [...names, ...odd] }
          for (const name of [...names, ...names.map((one) => one.replace('a', 'other')), ...odd.slice(0, 4)])
            body[name] = next()
          const { response, problems, typed } = fillSection(settled, section, body)
          const after = await settle(questionnaire, response)
          checkAll(after)
          showSection(after, section, { problems, typed })
          fillSection(settled, section, { on: next() })
          addRow(response, questionnaire, String(body.on))
          removeRow(response, questionnaire, odd[0] as string)
        }
      },
    )
    return fc.assert(property, { seed, numRuns })
  })
})

function namesOf(items: Item[], isMeant: (item: Item) => boolean): string[] {
  return items.flatMap((item) => [
    ...(isMeant(item) ? [`a:${item.linkId}`] : []),
    ...namesOf(item.item ?? [], isMeant),
  ])
}
