import { makeForm } from '../requests/asking.ts'
import type { Fields, Page } from '../support/page.ts'
import { at, type Scene, type Shown } from './scene.ts'

const forms = '/practice/forms'
const NASTY = 'How "itchy" & <b>where</b>?'

const draftOf = ({ built }: Scene) => `${forms}/${built}/draft`

/** A page of the form that was built here, with a draft. */
const of = (name: string, view: string, path: (scene: Scene) => string): Shown => ({
  name,
  view,
  kind: view === 'forms/library/preview' ? 'public' : 'desk',
  open: (scene) => scene.desk.open(path(scene)),
})

const refused = (
  name: string,
  view: string,
  [path, fields]: [(scene: Scene) => string, Fields],
  status = 422,
): Shown => ({ name, view, kind: 'desk', status, open: (scene) => scene.desk.post(path(scene), fields) })

const bad = { text: '"><b>', title: '', name: '', revision: '0' }

const definition = (more: object = {}) =>
  JSON.stringify({
    resourceType: 'Questionnaire',
    url: 'urn:example:nasty',
    title: NASTY,
    status: 'active',
    copyright: NASTY,
    extension: [{ url: 'http://example.org/x?a=1&b=2', valueString: NASTY }],
    item: [
      { linkId: NASTY, type: 'group', text: NASTY, item: [{ linkId: 'a', type: 'string', text: NASTY }] },
    ],
    ...more,
  })

const look = async ({ desk }: Scene, text: string): Promise<Page> =>
  (await desk.open(`${forms}/import`)).button('Look at it', { text })

const kinds = [
  'scale',
  'one-of',
  'several-of',
  'yes-no',
  'short-text',
  'long-text',
  'number',
  'date',
  'stool-forms',
  'body-map',
  'photo',
  'note',
]

const importPages: Shown[] = [
  at('importing a form', 'forms/library/import', `${forms}/import`, 'desk'),
  {
    name: 'a form to import',
    view: 'forms/library/imported',
    kind: 'desk',
    open: (scene) => look(scene, definition()),
  },
  {
    name: 'a form to import that is known',
    view: 'forms/library/imported',
    kind: 'desk',
    open: (scene) => look(scene, definition({ url: 'urn:flora:form:skin-check-in' })),
  },
  {
    name: 'a form to import, refused',
    view: 'forms/library/import',
    kind: 'desk',
    status: 422,
    open: (scene) => look(scene, definition({ status: '<b>' })),
  },
  refused('a form to import, without the right', 'forms/library/imported', [
    () => `${forms}/imported`,
    { definition: definition(), rights: NASTY, slug: NASTY },
  ]),
]

const libraryPages: Shown[] = [
  at('the forms', 'forms/library/list', forms, 'desk'),
  at('the archived forms', 'forms/library/list', `${forms}?show=archived`, 'desk'),
  {
    name: 'more forms',
    view: 'forms/library/list',
    changes: true,
    kind: 'desk',
    async open({ db, desk }) {
      for (let n = 0; n < 26; n += 1) await makeForm(db)
      return desk.open(`${forms}?page=2`)
    },
  },
  of('a form', 'forms/library/form', ({ built }) => `${forms}/${built}`),
  {
    name: 'a form that is archived',
    view: 'forms/library/form',
    changes: true,
    kind: 'desk',
    open: async ({ built, desk }) => (await desk.open(`${forms}/${built}`)).button('Archive this form'),
  },
  refused('who is asked for a form, refused', 'forms/library/form', [
    ({ built }) => `${forms}/${built}/asked`,
    { types: 'x', again: 'never' },
  ]),
  of('a preview', 'forms/library/preview', ({ built }) => `${forms}/${built}/versions/1/sections/1`),
  of('the preview of a draft', 'forms/library/preview', (scene) => `${draftOf(scene)}/preview`),
]

const builderPages: Shown[] = [
  at('a new form', 'forms/builder/new', `${forms}/new`, 'desk'),
  refused('a new form, refused', 'forms/builder/new', [() => forms, { ...bad, slug: NASTY }]),
  of('a draft', 'forms/builder/draft', draftOf),
  {
    name: 'a draft without a section',
    view: 'forms/builder/draft',
    changes: true,
    kind: 'desk',
    async open(scene) {
      await scene.db('form_versions').whereNull('published_at').update({ definition: '{"item":[]}' })
      return scene.desk.open(draftOf(scene))
    },
  },
  refused('a draft, its title refused', 'forms/builder/draft', [(scene) => `${draftOf(scene)}/heading`, bad]),
  refused('a draft that was changed', 'forms/builder/draft', [(scene) => `${draftOf(scene)}/order`, {}], 409),
  of('a new section', 'forms/builder/section', (scene) => `${draftOf(scene)}/sections/new`),
  of('a section', 'forms/builder/section', (scene) => `${draftOf(scene)}/sections/skin`),
  refused('a section, refused', 'forms/builder/section', [(scene) => `${draftOf(scene)}/sections/skin`, bad]),
  of(
    'the kinds of questions',
    'forms/builder/kinds',
    (scene) => `${draftOf(scene)}/sections/skin/questions/new`,
  ),
  of('another kind of question', 'forms/builder/kinds', (scene) => `${draftOf(scene)}/questions/itch/kinds`),
  ...kinds.flatMap((kind): Shown[] => {
    const path = (scene: Scene) => `${draftOf(scene)}/sections/skin/questions`
    return [
      of(`a new question, ${kind}`, 'forms/builder/question', (scene) => `${path(scene)}/new?kind=${kind}`),
      refused(`a new question, ${kind}, refused`, 'forms/builder/question', [
        (scene) => `${path(scene)}?kind=${kind}`,
        { revision: '0', text: '', least: 'x', most: 'x', whenQuestion: 'itch', whenOperator: 'x' },
      ]),
    ]
  }),
  of('a question', 'forms/builder/question', (scene) => `${draftOf(scene)}/questions/when`),
  refused('a question, its condition refused', 'forms/builder/question', [
    (scene) => `${draftOf(scene)}/questions/when?kind=yes-no`,
    { revision: '0', text: NASTY, whenQuestion: 'itch', whenOperator: 'is', whenValue: NASTY },
  ]),
  refused(
    'a question that was changed',
    'forms/builder/question',
    [(scene) => `${draftOf(scene)}/questions/when?kind=yes-no`, { revision: '7', text: NASTY }],
    409,
  ),
  of('a new score', 'forms/builder/score', (scene) => `${draftOf(scene)}/scores/new`),
  of('a score', 'forms/builder/score', (scene) => `${draftOf(scene)}/scores/itch-score`),
  refused('a score, refused', 'forms/builder/score', [(scene) => `${draftOf(scene)}/scores`, bad]),
  {
    name: 'a score of nothing',
    view: 'forms/builder/score',
    changes: true,
    kind: 'desk',
    async open({ desk }) {
      const draft = await (await desk.open(`${forms}/new`)).button(/^Go on/, { title: NASTY })
      return draft.link('Add a score')
    },
  },
]

/** The forms of the practice, and the builder that makes them. */
export const formPages: Shown[] = [...libraryPages, ...importPages, ...builderPages]
