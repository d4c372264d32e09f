import { iso } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page, Typed, Visitor } from '../support/page.ts'
import { signedInAsClient } from '../support/people.ts'
import { answers, everything } from './everything.ts'
import { at, type Scene, type Shown } from './scene.ts'

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'You & "us" <b>',
    item: [
      { linkId: 'name', type: 'string', text: 'Your "name" & <more>', required: true },
      { linkId: 'soup', type: 'boolean', text: 'Soup?' },
      {
        linkId: 'which',
        type: 'string',
        text: 'Which <soup>?',
        enableWhen: [{ question: 'soup', operator: '=', answerBoolean: true }],
      },
      {
        linkId: 'kinds',
        type: 'group',
        text: 'Kinds',
        repeats: true,
        item: [{ linkId: 'kind', type: 'string' }],
      },
      { linkId: 'born', type: 'date', text: 'Born' },
      { linkId: 'paper', type: 'attachment', text: 'A paper' },
    ],
  },
  { linkId: 'two', type: 'group', text: 'The rest', item: [{ linkId: 'rest', type: 'text', text: 'Rest' }] },
]

const NAME = { 'a:name': 'Ana <b>"A"</b> & Co' }

type Filling = { form: { id: string; slug: string; versionId: string }; my: Visitor; client: { id: string } }

/** A client who is asked for a form, and the first page of it. */
async function filling({ app, db }: Scene): Promise<Filling> {
  const form = await make.form(db, items, {
    title: 'Soup "&" <skin>',
    more: { description: 'What <it> is for.' },
  })
  const client = await make.client(db, { name: 'Maya "M"' })
  await make.request(db, { clientId: client.id, formId: form.id })
  return { form, client, my: await signedInAsClient(app, client) }
}

const sectionOf = ({ form }: Filling, number = 1) => `/my/forms/${form.slug}/sections/${number}`

async function saved(
  scene: Scene,
  typed: Typed = NAME,
  button: string | RegExp = 'Save and finish later',
): Promise<[Filling, Page]> {
  const found = await filling(scene)
  return [found, await (await found.my.open(sectionOf(found))).button(button, typed)]
}

async function reviewed(scene: Scene, typed: Typed = NAME): Promise<[Filling, Page]> {
  const [found] = await saved(scene, typed)
  return [found, await found.my.open(`/my/forms/${found.form.slug}/review`)]
}

async function sent(scene: Scene): Promise<[Filling, Page]> {
  const [found, review] = await reviewed(scene)
  return [found, await review.button('Send to your dietitian')]
}

const changes = { kind: 'my', changes: true } as const

/** The first page of a form that asks in every way there is. */
async function ofEverything({ app, db }: Scene): Promise<Filling & { page: Page }> {
  const form = await make.form(db, everything)
  const client = await make.client(db)
  await make.request(db, { clientId: client.id, formId: form.id })
  const my = await signedInAsClient(app, client)
  return { form, client, my, page: await my.open(`/my/forms/${form.slug}/sections/1`) }
}

/** All of it answered, also what is only asked after an answer. */
async function allAnswered(scene: Scene): Promise<Filling & { page: Page }> {
  const { page, ...found } = await ofEverything(scene)
  const { 'a:off': _, ...first } = answers
  const more = await page.button('Save and continue', first)
  return { ...found, page: await more.button('Save and continue', answers) }
}

const SPOILED = '"><b>&lt;'

/** Every field that takes typing, with what can’t be read. */
const spoiled = (page: Page): Typed => {
  const names = ['slide', 'count', 'much', 'weight', 'day', 'moment', 'hour', 'link'].map(
    (name) => `a:${name}`,
  )
  return Object.fromEntries([...names, 'a0:deep'].filter(page.hasField).map((name) => [name, SPOILED]))
}

/** A form that asks in every way, blank, refused, and in words. */
const everyControl: Shown[] = [
  {
    name: 'a section with every control',
    view: 'responses/section',
    ...changes,
    open: async (scene) => (await ofEverything(scene)).page,
  },
  {
    name: 'a section with every control, none of them read',
    view: 'responses/section',
    ...changes,
    status: 422,
    async open(scene) {
      const { page } = await ofEverything(scene)
      return page.button('Save and continue', spoiled(page))
    },
  },
  {
    name: 'a section with every control, answered',
    view: 'responses/section',
    ...changes,
    async open(scene) {
      const { my, page } = await allAnswered(scene)
      return my.open(page.path.replace('/2', '/1'))
    },
  },
  {
    name: 'all answers to every control',
    view: 'responses/review',
    ...changes,
    open: async (scene) => (await allAnswered(scene)).page.button('Save and look it over'),
  },
  {
    name: 'every control as it was answered, at the desk',
    view: 'chart/response',
    kind: 'desk',
    changes: true,
    async open(scene) {
      const { client, page } = await allAnswered(scene)
      const thanks = await (await page.button('Save and look it over')).button('Send to your dietitian')
      const id = thanks.path.split(/[/?]/)[4]
      return scene.desk.open(`/practice/clients/${client.id}/responses/${id}`)
    },
  },
  {
    name: 'every control in a preview',
    view: 'forms/library/preview',
    kind: 'public',
    changes: true,
    async open(scene) {
      const { form } = await ofEverything(scene)
      return scene.desk.open(`/practice/forms/${form.id}/versions/1`)
    },
  },
]

/** Every page of filling in a form, and of what was sent. */
export const formPages: Shown[] = [
  at('my forms', 'responses/list', '/my/forms', 'my'),
  at('no more of my forms', 'responses/list', '/my/forms?page=99', 'my'),
  {
    name: 'a form to begin',
    view: 'responses/form',
    ...changes,
    async open(scene) {
      const { my, form } = await filling(scene)
      return my.open(`/my/forms/${form.slug}`)
    },
  },
  {
    name: 'a form that was begun',
    view: 'responses/form',
    ...changes,
    open: async (scene) => (await saved(scene))[1],
  },
  {
    name: 'a form that can’t be read',
    view: 'responses/form',
    ...changes,
    async open(scene) {
      const [{ my, form }] = await saved(scene)
      const answers_sealed = Buffer.from([1, 120, ...Buffer.alloc(60)])
      await scene.db('responses').where({ form_id: form.id }).update({ answers_sealed })
      return my.open(`/my/forms/${form.slug}`)
    },
  },
  {
    name: 'a form that is not asked of me',
    view: 'errors/error',
    kind: 'my',
    status: 404,
    open: ({ newcomer }) => newcomer.open('/my/forms/intake'),
  },
  {
    name: 'a section',
    view: 'responses/section',
    ...changes,
    async open(scene) {
      const found = await filling(scene)
      return found.my.open(sectionOf(found))
    },
  },
  {
    name: 'a section with one more row',
    view: 'responses/section',
    ...changes,
    open: async (scene) => (await saved(scene, NAME, /^Add/))[1],
  },
  {
    name: 'a section that needs something',
    view: 'responses/section',
    ...changes,
    status: 422,
    open: async (scene) => (await saved(scene, { 'a:born': '<b>"' }, 'Save and continue'))[1],
  },
  {
    name: 'a section with one more question',
    view: 'responses/section',
    ...changes,
    open: async (scene) => (await saved(scene, { ...NAME, 'a:soup': 'true' }, 'Save and continue'))[1],
  },
  {
    name: 'a section that another device has changed',
    view: 'responses/section',
    ...changes,
    status: 409,
    async open(scene) {
      const found = await filling(scene)
      const [one, other] = [await found.my.open(sectionOf(found)), await found.my.open(sectionOf(found))]
      await one.button('Save and continue', NAME)
      return other.button('Save and continue', { 'a:name': 'Somebody <else>' })
    },
  },
  {
    name: 'a section of a form that was sent meanwhile',
    view: 'responses/section',
    ...changes,
    status: 409,
    async open(scene) {
      const [found, review] = await reviewed(scene)
      const late = await found.my.open(sectionOf(found))
      await review.button('Send to your dietitian')
      return late.button('Save and continue', { 'a:name': 'Too <late>' })
    },
  },
  {
    name: 'all answers',
    view: 'responses/review',
    ...changes,
    open: async (scene) => (await reviewed(scene))[1],
  },
  {
    name: 'all answers, some missing',
    view: 'responses/review',
    ...changes,
    open: async (scene) => (await reviewed(scene, { 'a:soup': 'false' }))[1],
  },
  {
    name: 'all answers of a form that is not asked any more',
    view: 'responses/review',
    ...changes,
    status: 409,
    async open(scene) {
      const [{ form }, review] = await reviewed(scene)
      await scene
        .db('forms')
        .where({ id: form.id })
        .update({ archived_at: iso(NOW) })
      return review.button('Send to your dietitian')
    },
  },
  {
    name: 'what I just sent',
    view: 'responses/sent',
    ...changes,
    open: async (scene) => (await sent(scene))[1],
  },
  {
    name: 'what I sent, changed and sent again',
    view: 'responses/sent',
    ...changes,
    async open(scene) {
      const [, page] = await sent(scene)
      return (await page.button('Change these answers')).button('Send the new version')
    },
  },
  {
    name: 'what I sent, when I have begun it again',
    view: 'responses/sent',
    ...changes,
    status: 409,
    async open(scene) {
      const [{ my }, page] = await sent(scene)
      await page.button('Change these answers')
      return my.post(`${page.path.split('?')[0]}/amendment`, {})
    },
  },
  {
    name: 'what I sent, which can’t be read',
    view: 'responses/sent',
    kind: 'my',
    open: ({ my, chart }) => my.open(`/my/forms/sent/${chart.broken.id}`),
  },
  {
    name: 'what I sent and changed later',
    view: 'responses/sent',
    kind: 'my',
    open: ({ my, chart }) => my.open(`/my/forms/sent/${chart.first.id}`),
  },
  ...everyControl,
]
