import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import express from 'express'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import type { Item, Questionnaire } from '../../server/forms/fhir.ts'
import type { Control, ItemShown, SectionShown } from '../../server/forms/shown.ts'
import { useViews } from '../../server/web/engine.ts'
import {
  ancestor,
  byId,
  byTag,
  controlsOf,
  type Element,
  findAll,
  labelOf,
  messageFor,
  nameOf,
  readHtml,
  type Tree,
  textOf,
} from '../support/html.ts'
import { group, item, option, section } from './shown-items.ts'

const root = path.join(import.meta.dirname, '../..')
const app = express()
useViews(app, path.join(root, 'views'), (file) => `/assets/${file}`)

function draw(view: string, given: object): Promise<string> {
  return new Promise((done, fail) => {
    app.render(view, given, (error, html) => (error ? fail(error) : done(html)))
  })
}

async function page(shown: SectionShown): Promise<Tree> {
  return readHtml(await draw('forms/section', { section: shown }))
}

const main = (tree: Tree) => byTag(tree, 'main')[0] as Element
const field = (tree: Tree, name: string) =>
  findAll(tree, ({ attribs }) => attribs.name === name && attribs.type !== 'hidden')
const itemIn = (tree: Tree, name: string) =>
  findAll(tree, ({ attribs }) => attribs['data-item'] === name)[0] as Element
const isOff = ({ attribs }: Element) => 'hidden' in attribs

const some = [
  option('a', 'Apples'),
  option('b', 'Bananas, ripe', { isChosen: true }),
  option('c', 'Cherries'),
]
const seven = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((word, index) =>
  option(String(index + 1), word),
)

/** One question of each kind, with all that can be said about it. */
const everyControl: Record<Control, Partial<ItemShown>> = {
  radio: { options: some },
  checks: {
    options: [...some, option('none', 'None', { isExclusive: true })],
    other: { name: 'other:checks', label: 'Something else', value: '' },
  },
  select: { options: some },
  scale: { min: '0', max: '10', ends: ['not at all', 'very much'], values: ['4'] },
  slider: { min: '0', max: '100', step: '5', values: [''] },
  'stool-forms': { options: seven },
  'body-map': { options: [option('cheeks', 'Cheeks'), option('chin-jaw', 'Chin and jaw')] },
  text: { values: ['one', 'two'], more: { name: 'add', value: 'a:text', label: 'Add another' } },
  lines: { values: ['a\nb'] },
  number: { values: ['7.5'], unit: 'hours', step: 'any' },
  quantity: {
    values: ['5'],
    units: { name: 'unit:quantity', chosen: 'g', options: ['g', 'mg'].map((key) => ({ key, label: key })) },
  },
  date: { values: ['1988-04-02'] },
  'date-time': { values: ['2026-03-03T09:30'] },
  time: { values: ['22:30'] },
  address: { values: [''] },
  file: {
    files: [{ id: '7', name: 'arm.jpg', size: '20 kB', href: '/my/files/7' }],
    accept: 'image/jpeg,image/png',
  },
  shown: { isShownOnly: true, answer: '34' },
}

const asked = Object.entries(everyControl).map(([control, given]) =>
  item({
    control: control as Control,
    linkId: control,
    label: `Asked by ${control}`,
    help: ['It helps us prepare.'],
    flyover: 'There is more to it.',
    error: control === 'shown' ? '' : 'Please have another look.',
    ...given,
  }),
)

describe('a section of a form', () => {
  it('is valid HTML with every control in it, each with a name and nothing inline', async () => {
    const html = await draw('forms/section', { section: section([group('All of them', asked)]) })
    const rules = new HtmlValidate(
      new StaticConfigLoader({ root: true, extends: ['html-validate:standard'] }),
    )
    const { results } = await rules.validateString(html)
    assert.deepEqual(
      results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId} ${message}`)),
      [],
    )
    const tree = readHtml(html)
    for (const control of controlsOf(main(tree)))
      if (control.attribs.type !== 'hidden')
        assert.notEqual(labelOf(tree, control), '', `Without a label: ${control.attribs.name}`)
    for (const button of byTag(main(tree), 'button', 'summary')) assert.notEqual(nameOf(button), '')
    assert.deepEqual(
      findAll(
        tree,
        ({ attribs }) => 'style' in attribs || Object.keys(attribs).some((name) => /^on/.test(name)),
      ),
      [],
    )
    const ids = findAll(tree, ({ attribs }) => 'id' in attribs).map(({ attribs }) => attribs.id)
    assert.equal(new Set(ids).size, ids.length)
    for (const { attribs } of findAll(tree, ({ attribs }) => 'aria-describedby' in attribs))
      for (const id of attribs['aria-describedby']?.split(' ') ?? [])
        assert.ok(byId(tree, id), `Nothing has the id ${id}`)
  })

  it('says what is wrong beside each control, and leads to it by the id of the question', async () => {
    const tree = await page(section(asked))
    for (const { name, id, control } of asked) {
      if (control === 'shown') continue
      const first = byId(tree, id) as Element
      assert.ok(['input', 'select', 'textarea'].includes(first.name), control)
      assert.equal(messageFor(tree, first), 'Please have another look.', name)
      assert.equal(first.attribs['aria-invalid'], 'true', control)
    }
  })

  it('asks one of several, and several, as a group with its question as the name', async () => {
    const tree = await page(section(asked))
    for (const control of ['radio', 'checks', 'scale', 'stool-forms', 'body-map']) {
      const fieldset = itemIn(tree, `a:${control}`)
      const [legend] = byTag(fieldset, 'legend')
      assert.equal(textOf(legend as Element), `Asked by ${control}`)
      assert.ok(!('role' in fieldset.attribs))
      assert.ok(field(tree, `a:${control}`).length > 1)
    }
  })

  it('posts with each question that it is on the page, but for what is only shown', async () => {
    const tree = await page(section([...asked, group('Group', [], { linkId: 'g' })]))
    const on = findAll(tree, ({ attribs }) => attribs.name === 'on').map(({ attribs }) => attribs.value)
    assert.deepEqual(on, [...asked.filter(({ isShownOnly }) => !isShownOnly).map(({ name }) => name), 'a:g'])
  })

  it('keeps what is off out of sight and out of what is posted', async () => {
    const when = { any: false, conditions: [{ field: 'a:tested', operator: '=', value: 'true' }] }
    const inner = item({ linkId: 'inner', isEnabled: false })
    const tree = await page(
      section([
        item({ linkId: 'off', isEnabled: false, when }),
        group('Off too', [inner, item({ linkId: 'own', isEnabled: false, when })], {
          linkId: 'g',
          isEnabled: false,
        }),
        item({ kind: 'display', linkId: 'said', label: 'Said only then', isEnabled: false }),
      ]),
    )
    assert.ok(isOff(itemIn(tree, 'a:off')) && 'disabled' in itemIn(tree, 'a:off').attribs)
    assert.deepEqual(JSON.parse(itemIn(tree, 'a:off').attribs['data-when'] ?? ''), when)
    assert.ok(isOff(itemIn(tree, 'a:g')) && 'disabled' in itemIn(tree, 'a:g').attribs)
    assert.ok(!isOff(itemIn(tree, 'a:inner')), 'it comes back with its group')
    assert.ok(isOff(itemIn(tree, 'a:own')))
    assert.ok(isOff(itemIn(tree, 'a:said')))
    assert.equal(textOf(main(tree)), '')
  })

  it('says the words at both ends of a scale with their numbers, and never takes "no answer" for a step', async () => {
    const steps = ['0', '1', '2'].map((key) => option(key, key))
    const ends: [string, string] = ['not at all', 'very much']
    const tree = await page(
      section([item({ linkId: 's', control: 'scale', ends, options: [...steps, option('', 'No answer')] })]),
    )
    assert.deepEqual(
      field(tree, 'a:s').map((control) => labelOf(tree, control)),
      ['0, not at all', '1', '2, very much', 'No answer'],
    )
    assert.equal(findAll(tree, ({ attribs }) => attribs.class === 'step').length, 3)
  })

  it('shows a date that no date field can show as text, so that it is not lost', async () => {
    const dates = ['', '1988-04-02', '2019', 'last May']
    const tree = await page(
      section(dates.map((value, index) => item({ linkId: `d${index}`, control: 'date', values: [value] }))),
    )
    const fields = dates.map((_, index) => field(tree, `a:d${index}`)[0]?.attribs)
    assert.deepEqual(
      fields.map((attribs) => attribs?.type),
      ['date', 'date', 'text', 'text'],
    )
    assert.deepEqual(
      fields.map((attribs) => attribs?.value),
      dates,
    )
  })

  it('names each row of a repeated group, and offers to add and to remove', async () => {
    const rows = [0, 1].map((row) => ({
      items: [item({ linkId: `name${row}`, name: `a${row}:name`, id: `a${row}-name`, label: 'Name' })],
      remove: { name: 'remove', value: `a${row}:m`, label: `Remove medicine ${row + 1}` },
    }))
    const more = { name: 'add', value: 'a:m', label: 'Add another medicine' }
    const tree = await page(section([group('Medicines', [], { linkId: 'm', short: 'Medicine', rows, more })]))
    assert.deepEqual(byTag(main(tree), 'legend').map(textOf), ['Medicines', 'Medicine 1', 'Medicine 2'])
    assert.deepEqual(
      byTag(main(tree), 'button').map((button) => [
        nameOf(button),
        button.attribs.name,
        button.attribs.value,
      ]),
      [
        ['Remove medicine 1', 'remove', 'a0:m'],
        ['Remove medicine 2', 'remove', 'a1:m'],
        ['Add another medicine', 'add', 'a:m'],
      ],
    )
  })

  it('asks for files with the kinds that are taken, and lists those that are kept', async () => {
    const tree = await page(section(asked))
    const [input] = field(tree, 'file:file')
    assert.equal(input?.attribs.accept, 'image/jpeg,image/png')
    const list = findAll(tree, ({ attribs }) => attribs.class === 'files')[0] as Element
    assert.match(textOf(list), /arm\.jpg 20 kB Remove arm\.jpg/)
  })

  it('writes what was typed and what is asked as it is', async () => {
    const typed = '<b>"a" & \'b\'</b>'
    const tree = await page(section([item({ label: typed, values: [typed], linkId: 'x' })]))
    assert.equal(field(tree, 'a:x')[0]?.attribs.value, typed)
    assert.equal(textOf(byTag(main(tree), 'label')[0] as Element), typed)
  })

  it('finds a region of the figure for every option of the body maps that come with it', async () => {
    const drawn = ownItems().filter(({ drawing }) => drawing === 'body-map')
    assert.ok(drawn.length > 0)
    for (const { codes } of drawn) {
      const options = codes.map(([key, label]) => option(key, label))
      const tree = await page(section([item({ linkId: 'map', control: 'body-map', options })]))
      for (const { attribs } of findAll(tree, ({ attribs }) => 'data-region' in attribs))
        assert.notEqual(attribs['data-region'], '')
      const labels = field(tree, 'a:map').map((control) => labelOf(tree, control))
      assert.deepEqual(
        labels,
        codes.map(([, label]) => label),
      )
    }
  })

  it('has a drawing for each of the seven stool forms', async () => {
    const drawn = ownItems().filter(({ drawing }) => drawing === 'stool-forms')
    assert.ok(drawn.length > 0)
    for (const { codes } of drawn) assert.equal(codes.length, 7)
    const tree = await page(section(asked))
    const drawings = byTag(itemIn(tree, 'a:stool-forms'), 'svg').filter(
      ({ attribs }) => attribs.class === 'stool',
    )
    assert.equal(drawings.length, 7)
    assert.ok(drawings.every((drawing) => byTag(drawing, 'path').length >= 2))
    assert.ok(drawings.every((drawing) => ancestor(drawing, 'label')))
  })
})

describe('answers in words', () => {
  const line = { kind: 'answer', depth: 0, linkId: 'x', label: 'Asked', answers: [], error: '' } as const
  const file = { id: '7', name: 'arm.jpg', size: '20 kB', href: '/my/files/7' }
  const reading = [
    {
      number: 2,
      title: 'Your skin now',
      lines: [
        { ...line, kind: 'heading', label: 'The last 7 days' },
        { ...line, depth: 1, answers: [{ words: 'One\nTwo', file: null }] },
        line,
        { ...line, kind: 'note', label: 'A note' },
        { ...line, label: 'A photo', answers: [{ words: '', file }] },
        { ...line, label: 'Itch', error: 'Please answer this.' },
      ],
    },
  ]

  it('stand by section, with what is missing and what is wrong said in words', async () => {
    const tree = readHtml(await draw('forms/reading', { reading }))
    const said = textOf(main(tree))
    assert.equal(
      said,
      'Your skin now The last 7 days Asked One Two Asked No answer A note A photo arm.jpg 20 kB Itch Please answer this.',
    )
    assert.deepEqual(byTag(main(tree), 'h2', 'h3').map(textOf), ['Your skin now', 'The last 7 days'])
    for (const list of byTag(main(tree), 'dl')) assert.ok(byTag(list, 'dt').length > 0)
  })

  it('have a link to change each section where there is one, that says which', async () => {
    const tree = readHtml(await draw('forms/reading', { reading, hrefs: { 2: '/my/forms/skin/sections/2' } }))
    const [change] = byTag(main(tree), 'a')
    assert.equal(nameOf(change as Element), 'Change: Your skin now')
    assert.equal(change?.attribs.href, '/my/forms/skin/sections/2')
  })
})

/** The questions with a drawing in the forms that come with the program. */
function ownItems(): { drawing: string; codes: [string, string][] }[] {
  const folder = path.join(root, 'server/forms/own')
  const forms = readdirSync(folder).filter((file) => file.endsWith('.json'))
  const items = forms.flatMap((file) => {
    const { item: first = [] } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Questionnaire
    return first.flatMap(within)
  })
  return items.flatMap(({ extension = [], answerOption = [] }) => {
    const drawing = extension.find(({ url }) => url === 'urn:flora:drawing')?.valueCode
    if (!drawing) return []
    return {
      drawing,
      codes: answerOption.map(({ valueCoding }): [string, string] => [
        valueCoding?.code ?? '',
        valueCoding?.display ?? '',
      ]),
    }
  })
}

const within = (one: Item): Item[] => [one, ...(one.item ?? []).flatMap(within)]
