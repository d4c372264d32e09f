import { DAY, iso } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page } from '../support/page.ts'
import { signedInAsClient } from '../support/people.ts'
import { formPages } from './form-pages.ts'
import { at, type Scene, type Shown } from './scene.ts'

/** The page of a client whose only appointment is behind them, or was cancelled. */
async function afterwards(scene: Scene, state: string): Promise<Page> {
  const { app, db, dietitian, type } = scene
  const client = await make.clientAccount(db)
  const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW - 30 * DAY }
  const cancelled_at = state === 'cancelled' ? iso(NOW - 31 * DAY) : null
  await make.appointment(db, of, { state, cancelled_at, client_id: client.id })
  return (await signedInAsClient(app, client)).open('/my')
}

/** With an appointment that its dietitian may not see more of until the client says that it is theirs. */
async function toConfirm({ app, db, type }: Scene): Promise<Page> {
  const client = await make.clientAccount(db)
  const dietitian = await make.dietitian(db, { sees_all_charts: false, name: 'A <b> "D"' })
  const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 30 * DAY }
  await make.appointment(db, of, { client_id: client.id, opens_chart: false })
  return (await signedInAsClient(app, client)).open('/my')
}

/** Every page of a client's own side but that of their account. */
export const myPages: Shown[] = [
  at('my page', 'my/my', '/my', 'my'),
  {
    name: 'my page, of somebody who has only begun',
    view: 'my/my',
    kind: 'my',
    open: ({ newcomer }) => newcomer.open('/my'),
  },
  ...['kept', 'no_show', 'cancelled'].map(
    (state): Shown => ({
      name: `my page after an appointment, ${state}`,
      view: 'my/my',
      changes: true,
      kind: 'my',
      open: (scene) => afterwards(scene, state),
    }),
  ),
  { name: 'my page, something to confirm', view: 'my/my', changes: true, kind: 'my', open: toConfirm },
  {
    name: 'my page with links that can’t be opened',
    view: 'my/my',
    changes: true,
    kind: 'my',
    async open({ my, client, db }) {
      await db('appointments')
        .where({ client_id: client.id })
        .update({ link_sealed: Buffer.from('not sealed') })
      return my.open('/my')
    },
  },
  at('my appointments', 'my/appointments', '/my/appointments', 'my'),
  at('more of my appointments', 'my/appointments', '/my/appointments?page=2', 'my'),
  at('no more of my appointments', 'my/appointments', '/my/appointments?page=99', 'my'),
  at('my documents', 'signatures/documents', '/my/documents', 'my'),
  {
    name: 'my documents, none signed',
    view: 'signatures/documents',
    kind: 'my',
    open: ({ newcomer }) => newcomer.open('/my/documents'),
  },
  {
    name: 'a document to sign',
    view: 'signatures/sign',
    kind: 'my',
    open: ({ my, unsigned }) => my.open(`/my/consents/${unsigned.versionId}`),
  },
  {
    name: 'a document to sign, refused',
    view: 'signatures/sign',
    kind: 'my',
    status: 422,
    open: async ({ my, unsigned }) =>
      (await my.open(`/my/consents/${unsigned.versionId}`)).button('Sign this document'),
  },
  {
    name: 'a document to sign that has changed',
    view: 'signatures/sign',
    kind: 'my',
    status: 409,
    open: ({ my, unsigned }) =>
      my.post(`/my/consents/${unsigned.versionId}/signature`, { name: 'M. "M" <O’Neil>' }),
  },
  {
    name: 'a document I have signed',
    view: 'signatures/mine',
    kind: 'my',
    open: ({ my, signature }) => my.open(`/my/consents/signatures/${signature.id}`),
  },
  {
    name: 'the last document, signed',
    view: 'signatures/mine',
    changes: true,
    kind: 'my',
    open: async ({ newcomer, notice }) =>
      (await newcomer.open(`/my/consents/${notice.versionId}`)).button('Sign this document', {
        name: 'New & here',
      }),
  },
  ...formPages,
]
