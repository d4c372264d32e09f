import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { archiveClient } from '../../server/clients/store.ts'
import { DAY, iso } from '../../server/clock.ts'
import { eraseClient } from '../../server/erasure/store.ts'
import { makeDraftNote, whole } from '../notes/written.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { signedIn } from '../support/people.ts'
import { untilSomebodyWaits } from '../support/waiting.ts'

describe('a client of whom two things happen at the same moment', () => {
  let app: TestApp
  let db: Knex
  let world: Awaited<ReturnType<typeof make.world>>
  let maya: Awaited<ReturnType<typeof make.client>>

  beforeEach(async () => {
    app = await testApp()
    db = await reset()
    world = await make.world(db)
    maya = await make.client(db, { name: 'Maya Sample' })
  })

  const by = () => ({
    clientId: maya.id,
    accountId: String(world.dietitian.account_id),
    dietitianId: world.dietitian.id,
  })
  const book = (on: Knex, startsAt: number, given = {}) =>
    make.appointment(
      on,
      { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt },
      { client_id: maya.id, ...given },
    )
  const isArchived = async () =>
    (await db('clients').where({ id: maya.id }).first('archived_at')).archived_at !== null
  const erase = () =>
    eraseClient({ db, sealer }, { ...by(), typedName: 'Maya Sample', today: '2026-03-03' }, NOW)

  /** Begins something, lets the other wait for it, and ends it. */
  async function meanwhile<T>(first: (trx: Knex) => Promise<unknown>, other: () => Promise<T>): Promise<T> {
    return end(await db.transaction(), first, other)
  }
  async function end<T>(
    trx: Knex.Transaction,
    first: (trx: Knex) => Promise<unknown>,
    other: () => Promise<T>,
    last: (trx: Knex) => Promise<unknown> = async () => {},
  ): Promise<T> {
    await first(trx)
    const waiting = other()
    await untilSomebodyWaits(db)
    await last(trx)
    await trx.commit()
    return waiting
  }

  it('is not put away when they are just being booked', async () => {
    const isDone = await meanwhile(
      (trx) => book(trx, NOW + DAY),
      () => archiveClient({ db, sealer }, by(), NOW),
    )
    assert.deepEqual([isDone, await isArchived()], [false, false])
  })

  it('is brought back when they are just being put away', async () => {
    await meanwhile(
      (trx) =>
        trx('clients')
          .where({ id: maya.id })
          .update({ archived_at: iso(NOW) }),
      () => book(db, NOW + DAY),
    )
    assert.equal(await isArchived(), false)
  })

  it('is deleted when an appointment of theirs has just been marked', async () => {
    const { id } = await book(db, NOW - 2 * DAY)
    const row = (trx: Knex) => trx('appointments').where({ id })
    const erased = await end(
      await db.transaction(),
      (trx) => row(trx).forUpdate(),
      erase,
      (trx) => row(trx).update({ state: 'kept' }),
    )
    assert.equal(erased, 'gone')
    assert.equal(await db('clients').where({ id: maya.id }).first(), undefined)
  })

  it('keeps the note that is just being signed', async () => {
    const { accountId } = by()
    const id = await makeDraftNote(db, { clientId: maya.id, accountId }, { content: whole })
    const signed = {
      signed_at: iso(NOW),
      signer_name: 'Dana',
      signer_credentials: '',
      sha256: Buffer.alloc(32),
    }
    const row = (trx: Knex) => trx('notes').where({ id })
    const erased = await end(
      await db.transaction(),
      (trx) => row(trx).forUpdate(),
      erase,
      (trx) => row(trx).update(signed),
    )
    assert.equal(erased, 'reduced')
    assert.ok(await db('notes').where({ id }).first())
  })

  it('is told to be gone to whoever books for them while they are deleted', async () => {
    const desk = await signedIn(app, world.dietitian)
    const page = await meanwhile(
      (trx) => trx('clients').where({ id: maya.id }).del(),
      () =>
        desk.post(`/practice/clients/${maya.id}/booking`, {
          slot: iso(NOW + DAY),
          place: 'video',
          reason: 'So',
        }),
    )
    assert.equal(page.status, 404)
    assert.equal(await db('appointments').first(), undefined)
  })
})
