import { DAY, iso } from '../../server/clock.ts'
import { makeNote } from '../notes/written.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { PASSWORD } from '../support/people.ts'
import type { Scene, Shown } from './scene.ts'

/** Somebody of whom the law keeps a note, or nothing. */
async function pathOf({ db, dietitian }: Scene, hasNote = true): Promise<string> {
  const { id } = await make.client(db, { name: 'A <b> "D"', created_at: iso(NOW - DAY) })
  if (hasNote) await makeNote(db, { clientId: id, accountId: dietitian.account_id })
  return `/practice/clients/${id}/erasure`
}

const desk = (name: string, open: Shown['open'], status = 200): Shown => ({
  name,
  view: 'erasure/client',
  kind: 'desk',
  status,
  open,
})

/** Deleting a client for good. */
export const erasurePages: Shown[] = [
  desk('a client to delete', async (scene) => scene.desk.open(await pathOf(scene))),
  desk('a client to delete of whom nothing is kept', async (scene) =>
    scene.desk.open(await pathOf(scene, false)),
  ),
  desk('a client to delete who has an appointment', (scene) =>
    scene.desk.open(`/practice/clients/${scene.client.id}/erasure`),
  ),
  desk(
    'a client to delete, refused',
    async (scene) => scene.desk.post(await pathOf(scene), { name: '<b>"' }),
    422,
  ),
  desk('a client who was deleted', async (scene) =>
    scene.desk.post(await pathOf(scene), { name: 'A <b> "D"', password: PASSWORD }),
  ),
]
