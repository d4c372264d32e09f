import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import express, { type Response } from 'express'
import type { SectionShown } from '../../server/forms/shown.ts'
import { useViews } from '../../server/web/engine.ts'
import { securityHeaders } from '../../server/web/security.ts'
import { useAssets } from '../../server/web/static.ts'

export type Posted = Record<string, string | string[]>

/** The page of one section as the program draws it, and what it posts. */
export type FormPage = {
  url: string
  saves: Posted[]
  sent: Posted[]
  /** How the next saves are answered: by default as saved, with these words beside it. */
  answerWith(say: Answer): void
  nextSave(): Promise<void>
  close(): Promise<void>
}

const root = path.join(import.meta.dirname, '../..')

type Answer = (res: Response, count: number) => void

const savedBy: Answer = (res, count) => void res.json({ saved: `2:0${count} PM`, base: `base${count}` })

export async function openFormPage(section: SectionShown): Promise<FormPage> {
  const app = express()
  const saves: Posted[] = []
  const sent: Posted[] = []
  const told = new EventEmitter()
  let say: Answer = savedBy
  app.use(securityHeaders(false))
  useViews(app, path.join(root, 'views'), useAssets(app, path.join(root, 'public')))
  app.locals.account = { role: 'client', name: 'Ana' }
  app.get('/', (_req, res) => res.render('responses/section', { shown: shownAs(section) }))
  app.get('/sign-in', (_req, res) => void res.send('Sign in'))
  app.post('/', express.urlencoded({ extended: false }), (req, res) => {
    const isSave = req.get('accept') === 'application/json'
    ;(isSave ? saves : sent).push({ ...req.body })
    if (isSave) told.emit('save')
    if (isSave) say(res, saves.length)
    else res.redirect(303, '/')
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    saves,
    sent,
    answerWith: (next) => {
      say = next
    },
    nextSave: async () => void (await once(told, 'save')),
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

const shownAs = (section: SectionShown) => ({
  form: { title: 'New client intake', href: '/my/forms/intake' },
  action: '/',
  place: { number: 2, total: 3, next: null },
  section,
  hasFiles: false,
  base: 'base0',
  draft: '',
  page: 'page',
  fromReview: false,
  saved: '',
  problems: [],
  more: [],
  advice: [],
  before: [],
  conflict: null,
  closed: null,
})
