import { type Request, type Response, Router } from 'express'
import type { Knex } from 'knex'
import type { Action } from '../audit/actions.ts'
import { recordAct } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { dietitian, owner, signedInAccount, signedInDietitian } from '../web/access.ts'
import { Forbidden, NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm, typedForm } from '../web/form.ts'
import { againForm, againName, moveForm, typeForm } from './forms.ts'
import {
  canEdit,
  differences,
  doneWords,
  type Editor,
  freshType,
  typedOf,
  typeLines,
  typePath,
} from './pages.ts'
import {
  type Choices,
  deleteType,
  findType,
  insertType,
  listChoices,
  listTypes,
  markArchived,
  moveType,
  saveType,
  type Type,
  type TypeFields,
} from './store.ts'

const SLUG_TAKEN = 'Another type has this web address already. Please choose another one.'
const GONE = 'Something that you chose is no longer there. Please choose again.'
const BOOKED =
  'It was booked already, so it can’t be deleted. Archive it: nobody can book it then, and what is booked stays.'

type Ticked = Record<'places' | 'dietitians' | 'consents' | 'forms', string[]>
type Shown = { form: Form; ticked: Ticked; revision: number; conflicts?: ReturnType<typeof differences> }

/** What a change answers, and what it changed; null: nothing. */
type Made<T> = { answer: T; subjectId: string | null }

const LISTS = ['places', 'dietitians', 'consents', 'forms'] as const

const tickedOf = (fields: TypeFields): Ticked => ({ ...fields, forms: fields.forms.map(({ id }) => id) })

const tickedIn = (body: Record<string, unknown> | undefined): Ticked =>
  Object.fromEntries(LISTS.map((name) => [name, [body?.[name] ?? []].flat().map(String)])) as Ticked

const valuesOf = (type: TypeFields): Record<string, string> => ({
  ...typedOf(type),
  ...Object.fromEntries(type.forms.map((form) => [againName(form.id), String(form.againAfterDays ?? '')])),
})

/** What the practice offers to book. */
export function typeRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'config'>): Router {
  const { db, clock, sealer, config } = deps
  const router = Router()

  const editorOf = (req: Request): Editor => ({
    dietitianId: signedInDietitian(req).dietitianId,
    isOwner: signedInAccount(req).isOwner,
  })

  /** What is changed and the entry that says so are one transaction; a change that was not made leaves no entry. */
  function changing<T>(req: Request, action: Action, change: (trx: Knex.Transaction) => Promise<Made<T>>) {
    const { accountId } = signedInDietitian(req)
    return db.transaction(async (trx) => {
      const { answer, subjectId } = await change(trx)
      if (subjectId)
        await recordAct({ db: trx, sealer }, { accountId, action, clientId: null, subjectId }, clock.now())
      return answer
    })
  }

  async function showList(req: Request, res: Response, notice: string | null = null) {
    const [types, choices] = await Promise.all([listTypes(db), listChoices(db)])
    const said = req.method === 'GET' ? doneWords(req.query.done) : ''
    res.render('appointment-types/list', { types: typeLines(types, choices, editorOf(req)), said, notice })
  }

  router.get('/practice/appointment-types', dietitian, (req, res) => showList(req, res))

  /** The type in the path; every dietitian may look at it. */
  async function find(req: Request): Promise<Type> {
    const type = isUuid(req.params.id) ? await findType(db, req.params.id) : undefined
    if (!type) throw new NotFound()
    return type
  }

  async function findToEdit(req: Request): Promise<{ type: Type; editor: Editor }> {
    const type = await find(req)
    const editor = editorOf(req)
    if (!canEdit(editor, type)) throw new Forbidden()
    return { type, editor }
  }

  async function show(res: Response, editor: Editor, type: Type | null, shown: Shown) {
    const choices = await listChoices(db)
    const dietitians = choices.dietitians.filter(({ id }) => editor.isOwner || id === editor.dietitianId)
    res.render('appointment-types/type', {
      saved: type && { ...type, path: typePath(type.id), canEdit: canEdit(editor, type) },
      choices: { ...choices, dietitians: type && !canEdit(editor, type) ? choices.dietitians : dietitians },
      againName,
      bookPath: `${config.baseUrl}/book/`,
      conflicts: [],
      notice: null,
      ...shown,
    })
  }

  router.get('/practice/appointment-types/new', dietitian, async (req, res) => {
    const editor = editorOf(req)
    const fresh = { ...freshType, dietitians: [editor.dietitianId] }
    await show(res, editor, null, { form: emptyForm(valuesOf(fresh)), ticked: tickedOf(fresh), revision: 0 })
  })

  /** What was posted, or the page again with what needs fixing. */
  function read(body: Record<string, unknown>, choices: Choices): { fields: TypeFields } | { form: Form } {
    const answer = readForm(typeForm, body)
    if (!answer.ok) return { form: answer.form }
    const { forms, ...rest } = answer.value
    for (const name of ['dietitians', 'consents', 'forms'] as const)
      if (!answer.value[name].every((id) => choices[name].some((choice) => choice.id === id)))
        return { form: refusedForm(body, name, GONE) }
    const asked: TypeFields['forms'] = []
    for (const id of forms) {
      const again = readForm(againForm(id), body)
      if (!again.ok) return { form: again.form }
      asked.push({ id, againAfterDays: again.value[againName(id)] ?? null })
    }
    return { fields: { ...rest, forms: asked } }
  }

  const refusedBy = (body: unknown, answer: 'slug' | 'gone'): Form =>
    answer === 'slug' ? refusedForm(body, 'slug', SLUG_TAKEN) : refusedForm(body, 'name', GONE)

  router.post('/practice/appointment-types', dietitian, postedForm, async (req, res) => {
    const editor = editorOf(req)
    const again = (form: Form) =>
      show(res.status(422), editor, null, { form, ticked: tickedIn(req.body), revision: 0 })
    const posted = read(req.body ?? {}, await listChoices(db))
    if ('form' in posted) return again(posted.form)
    if (!canEdit(editor, posted.fields)) throw new Forbidden()
    const answer = await changing(req, 'type.created', async (trx) => {
      const id = await insertType(trx, posted.fields, clock.now())
      return { answer: id, subjectId: id === 'slug' || id === 'gone' ? null : id }
    })
    if (answer === 'slug' || answer === 'gone') return again(refusedBy(req.body, answer))
    res.redirect(303, '/practice/appointment-types?done=made')
  })

  router.get('/practice/appointment-types/:id', dietitian, async (req, res) => {
    const type = await find(req)
    const shown = { form: emptyForm(valuesOf(type)), ticked: tickedOf(type), revision: type.revision }
    await show(res, editorOf(req), type, shown)
  })

  router.post('/practice/appointment-types/:id', dietitian, postedForm, async (req, res) => {
    const { type, editor } = await findToEdit(req)
    const revision = Number(/^\d{1,9}$/.test(String(req.body?.revision)) ? req.body.revision : -1)
    const ticked = tickedIn(req.body)
    const posted = read(req.body ?? {}, await listChoices(db))
    if ('form' in posted) return show(res.status(422), editor, type, { form: posted.form, ticked, revision })
    if (!canEdit(editor, posted.fields)) throw new Forbidden()
    const fields = { ...posted.fields, slug: posted.fields.slug || type.slug }
    const answer = await changing(req, 'type.changed', async (trx) => {
      const saved = await saveType(trx, { id: type.id, revision }, fields)
      return { answer: saved, subjectId: saved === 'saved' ? type.id : null }
    })
    if (answer === 'saved') return res.redirect(303, '/practice/appointment-types?done=saved')
    if (answer !== 'changed')
      return show(res.status(422), editor, type, { form: refusedBy(req.body, answer), ticked, revision })
    const newest = await find(req)
    const conflicts = differences(newest, fields)
    const mine = { form: typedForm(req.body), ticked, revision: newest.revision, conflicts }
    await show(res.status(409), editor, newest, mine)
  })

  router.post('/practice/appointment-types/:id/position', owner, postedForm, async (req, res) => {
    const type = await find(req)
    const move = readForm(moveForm, req.body)
    if (!move.ok) return showList(req, res.status(422), move.form.errors[0]?.message)
    await changing(req, 'type.changed', async (trx) => {
      const hasMoved = await moveType(trx, type.id, move.value.go)
      return { answer: hasMoved, subjectId: hasMoved ? type.id : null }
    })
    res.redirect(303, '/practice/appointment-types')
  })

  for (const [noun, action, done] of [
    ['archiving', 'type.archived', 'archived'],
    ['restoring', 'type.restored', 'restored'],
  ] as const)
    router.post(`/practice/appointment-types/:id/${noun}`, dietitian, postedForm, async (req, res) => {
      const { type } = await findToEdit(req)
      await changing(req, action, async (trx) => {
        const isMade = await markArchived(trx, type.id, noun === 'archiving')
        return { answer: isMade, subjectId: isMade ? type.id : null }
      })
      res.redirect(303, `/practice/appointment-types?done=${done}`)
    })

  router.post('/practice/appointment-types/:id/removal', dietitian, postedForm, async (req, res) => {
    const { type } = await findToEdit(req)
    const isDeleted = await changing(req, 'type.deleted', async (trx) => {
      const isGone = await deleteType(trx, type.id)
      return { answer: isGone, subjectId: isGone ? type.id : null }
    })
    if (!isDeleted) return showList(req, res.status(409), BOOKED)
    res.redirect(303, '/practice/appointment-types?done=deleted')
  })

  return router
}
