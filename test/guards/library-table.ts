import type { Row } from './table.ts'

const forms = '/practice/forms'
const draft = `${forms}/:id/draft`

const page = (more: Partial<Row> = {}): Row => ({ guard: 'dietitian', ok: 200, ...more })
const ofForm = (more: Partial<Row> = {}): Row => page({ of: 'builtForm', ...more })
/** Nothing was typed. */
const empty = (more: Partial<Row> = {}): Row => ofForm({ ok: 422, body: {}, ...more })
/** What the page showed of the draft is not said: somebody may have changed it. */
const unseen = (more: Partial<Row> = {}): Row => ofForm({ ok: 409, body: {}, ...more })

/** The forms of the practice: the library and the builder. */
export const libraryTable: Record<string, Row> = {
  [`GET ${forms}`]: page(),
  [`GET ${forms}/import`]: page(),
  [`POST ${forms}/import`]: page({ ok: 422, body: {} }),
  [`POST ${forms}/imported`]: page({ ok: 422, body: {} }),
  [`GET ${forms}/new`]: page(),
  [`POST ${forms}`]: page({ ok: 422, body: {} }),
  [`GET ${forms}/:id`]: ofForm(),
  [`POST ${forms}/:id/asked`]: empty(),
  [`POST ${forms}/:id/archiving`]: ofForm({ ok: 303, body: {} }),
  [`POST ${forms}/:id/restoring`]: ofForm({ ok: 303, body: {} }),
  [`GET ${forms}/:id/versions/:number`]: ofForm({ and: 'one' }),
  [`GET ${forms}/:id/versions/:number/sections/:section`]: ofForm({ and: 'one' }),
  [`GET ${forms}/:id/versions/:number/questionnaire.json`]: ofForm({ and: 'one' }),
  [`POST ${draft}`]: ofForm({ ok: 303, body: {} }),
  [`GET ${draft}`]: ofForm(),
  [`POST ${draft}/heading`]: empty(),
  [`POST ${draft}/order`]: unseen(),
  [`POST ${draft}/removal`]: unseen(),
  [`GET ${draft}/sections/new`]: ofForm(),
  [`POST ${draft}/sections`]: empty(),
  [`GET ${draft}/sections/:section`]: ofForm({ and: 'draftSection' }),
  [`POST ${draft}/sections/:section`]: empty({ and: 'draftSection' }),
  [`GET ${draft}/sections/:section/questions/new`]: ofForm({ and: 'draftSection' }),
  [`POST ${draft}/sections/:section/questions`]: ofForm({ ok: 404, and: 'draftSection', body: {} }), // of no kind
  [`GET ${draft}/questions/:question`]: ofForm({ and: 'draftQuestion' }),
  [`GET ${draft}/questions/:question/kinds`]: ofForm({ and: 'draftQuestion' }),
  [`POST ${draft}/questions/:question`]: empty({ and: 'draftQuestion' }),
  [`GET ${draft}/scores/new`]: ofForm(),
  [`POST ${draft}/scores`]: empty(),
  [`GET ${draft}/scores/:score`]: ofForm({ and: 'draftScore' }),
  [`POST ${draft}/scores/:score`]: empty({ and: 'draftScore' }),
  [`GET ${draft}/preview`]: ofForm(),
  [`GET ${draft}/preview/sections/:number`]: ofForm({ and: 'one' }),
  [`POST ${forms}/:id/versions`]: unseen(),
  [`POST ${draft}/discarding`]: unseen(),
}
