import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import {
  emptyForm,
  type Form,
  isUuid,
  postedForm,
  postedNote,
  type Read,
  readForm,
  typedForm,
} from '../../web/form.ts'
import { emptyContent, sectionsOf } from '../content.ts'
import { contentOf, removalForm, snippetForm, templateForm, valuesOf } from '../forms.ts'
import {
  contentIn,
  findPiece,
  insertPiece,
  type Kind,
  listNames,
  type Piece,
  removePiece,
  savePiece,
} from './store.ts'

const CHANGED =
  'Somebody has changed or removed it since you opened this page, so what you typed is not kept yet. It stands below. Save once more to keep yours.'

const KEPT =
  'Somebody has changed it since you opened this page, so it is not removed. Please read how it stands now.'

type Kept = { heading: string; text: string }

type Written = { name: string; text: string; base: number }

/** Both kinds of piece go the same way: what differs is how their text is read and shown. */
const kinds: {
  kind: Kind
  path: string
  view: string
  read(body: unknown): Read<Written>
  values(piece: Piece): Record<string, string>
  /** As it is kept, for who comes second. */
  theirs(piece: Piece): Kept[]
}[] = [
  {
    kind: 'note_templates',
    path: '/practice/notes/templates',
    view: 'notes/templates/template',
    read(body) {
      const read = readForm(templateForm, body)
      if (!read.ok) return read
      const { name, base } = read.value
      return { ok: true, value: { name, base, text: JSON.stringify(contentOf(read.value)) } }
    },
    values: (piece) => {
      const content = contentIn(piece)
      return { name: piece.name, ...(content ? valuesOf(content) : {}) }
    },
    theirs: (piece) => {
      const sections = sectionsOf(contentIn(piece) ?? emptyContent)
      const texts = sections.map(({ heading, texts }) => ({ heading, text: texts.join('\n') }))
      return [{ heading: 'Name', text: piece.name }, ...texts]
    },
  },
  {
    kind: 'note_snippets',
    path: '/practice/notes/snippets',
    view: 'notes/templates/snippet',
    read: (body) => readForm(snippetForm, body),
    values: ({ name, opened }) => ({ name, text: opened.isReadable ? opened.text : '' }),
    theirs: ({ name, opened }) => [
      { heading: 'Name', text: name },
      { heading: 'Text', text: opened.text },
    ],
  },
]

/** The practice's beginnings of notes, and pieces for them. Before the routes of one note: these words are no ids. */
export function templateRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  router.get('/practice/notes/templates', dietitian, async (_req, res) => {
    const [templates, snippets] = await Promise.all([
      listNames(db, 'note_templates'),
      listNames(db, 'note_snippets'),
    ])
    res.render('notes/templates/list', { templates, snippets })
  })

  for (const { kind, path, view, read, values, theirs } of kinds) {
    const findInPath = async (req: Request): Promise<Piece> => {
      const { accountId } = signedInDietitian(req)
      const { id } = req.params
      const piece = isUuid(id) ? await findPiece(deps, kind, { id, accountId }) : undefined
      if (!piece) throw new NotFound()
      return piece
    }

    const show = (res: Response, piece: Piece | null, form: Form, notice: string | null = null) =>
      res.render(view, {
        piece: {
          id: piece?.id ?? null,
          name: piece?.name ?? '',
          base: piece?.revision ?? 0,
          action: piece ? `${path}/${piece.id}` : path,
          unreadable: piece && !piece.opened.isReadable ? piece.opened.text : null,
        },
        form,
        notice,
        theirs: piece && notice === CHANGED ? theirs(piece) : [],
      })

    router.get(`${path}/new`, dietitian, (_req, res) => show(res, null, emptyForm()))

    router.post(path, dietitian, postedNote, async (req, res) => {
      const posted = read(req.body)
      if (!posted.ok) return show(res.status(422), null, posted.form)
      const { accountId } = signedInDietitian(req)
      await insertPiece(deps, kind, { ...posted.value, accountId }, clock.now())
      res.redirect(303, '/practice/notes/templates')
    })

    router.get(`${path}/:id`, dietitian, async (req, res) => {
      const piece = await findInPath(req)
      show(res, piece, emptyForm(values(piece)))
    })

    router.post(`${path}/:id`, dietitian, postedNote, async (req, res) => {
      const piece = await findInPath(req)
      const posted = read(req.body)
      if (!posted.ok) return show(res.status(422), piece, posted.form)
      const { accountId } = signedInDietitian(req)
      if (await savePiece(deps, kind, { id: piece.id, accountId, ...posted.value }, clock.now()))
        return res.redirect(303, '/practice/notes/templates')
      show(res.status(409), await findInPath(req), typedForm(req.body), CHANGED)
    })

    router.post(`${path}/:id/removal`, dietitian, postedForm, async (req, res) => {
      const piece = await findInPath(req)
      const read = readForm(removalForm, req.body)
      const base = read.ok ? read.value.base : -1
      const { accountId } = signedInDietitian(req)
      if (await removePiece(deps, kind, { id: piece.id, base, accountId }, clock.now()))
        return res.redirect(303, '/practice/notes/templates')
      const again = await findInPath(req)
      show(res.status(409), again, emptyForm(values(again)), KEPT)
    })
  }

  return router
}
