import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { DAY, iso } from '../../server/clock.ts'
import { connect } from '../../server/database/connect.ts'
import { digestOf } from '../../server/notes/canonical.ts'
import { sealedColumns } from '../../server/sealing/columns.ts'
import { rotateColumn } from '../../server/sealing/rotation.ts'
import { createSealer, keyIdOf, makeSealingKey } from '../../server/sealing/seal.ts'
import { acceptKeys, listUsedKeys } from '../../server/sealing/store.ts'
import { cloneDatabase, reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { makeDraftNote, makeNote } from './written.ts'

const NEVER_CHANGED = /A signed note is never changed|A note stays its client’s and its author’s/
const KEPT = /Rows of note(s|_addenda) are kept until their client is erased/

describe('what the database holds of notes', () => {
  let db: Knex
  let of: { clientId: string; accountId: unknown }
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    db = await reset()
    world = await make.world(db)
    of = { clientId: (await make.client(db)).id, accountId: world.dietitian.account_id }
  })

  const addendum = (noteId: string, given: Record<string, unknown> = {}) => {
    const id = randomUUID()
    const place = { table: 'note_addenda', column: 'content_sealed', row: id }
    return {
      id,
      note_id: noteId,
      client_id: of.clientId,
      number: 1,
      author_id: of.accountId,
      content_sealed: sealer.seal(place, JSON.stringify({ reason: 'A slip', text: '19 g' })),
      begun_at: iso(NOW),
      saved_at: iso(NOW),
      ...given,
    }
  }
  const signed = {
    signed_at: iso(NOW),
    signer_name: 'Robin',
    signer_credentials: '',
    sha256: digestOf('x'),
  }
  const erase = () =>
    db('erasures').insert({ client_id: of.clientId, at: iso(NOW), account_id: of.accountId, kept: '{}' })

  it('refuses every change of a signed note, column by column', async () => {
    const id = await makeNote(db, of)
    const others: Record<string, unknown> = {
      id: randomUUID(),
      client_id: (await make.client(db)).id,
      author_id: (await make.account(db)).id,
      content_sealed: sealer.seal({ table: 'notes', column: 'content_sealed', row: id }, '{}'),
      revision: 7,
      page: randomUUID(),
      turn: 7,
      begun_at: iso(NOW - DAY),
      saved_at: iso(NOW + DAY),
      signed_at: iso(NOW + DAY),
      signer_name: 'Somebody else',
      signer_credentials: 'MD',
      sha256: digestOf('x'),
    }
    const startsAt = NOW - DAY
    const about = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt }
    const appointment = await make.appointment(db, about, { client_id: of.clientId })
    others.appointment_id = appointment.id
    const { rows } = await db.raw(
      `select column_name as name from information_schema.columns where table_name = 'notes'`,
    )
    assert.deepEqual(rows.map((row: { name: string }) => row.name).sort(), Object.keys(others).sort())
    for (const [column, value] of Object.entries(others))
      await assert.rejects(
        db('notes')
          .where({ id })
          .update({ [column]: value }),
        NEVER_CHANGED,
        column,
      )
    const draft = { signed_at: null, sha256: null, signer_name: null, signer_credentials: null }
    await assert.rejects(db('notes').where({ id }).update(draft), NEVER_CHANGED)
  })

  it('refuses to delete or empty what is signed, also with a role that may do all else', async () => {
    const id = await makeNote(db, of)
    await db('note_addenda').insert(addendum(id, signed))
    await assert.rejects(db('note_addenda').del(), KEPT)
    await assert.rejects(db('notes').where({ id }).del(), KEPT)
    await assert.rejects(db.raw('truncate notes cascade'), /never deleted/)
    await assert.rejects(db.raw('truncate note_addenda'), /never deleted/)
    await assert.rejects(db('clients').where({ id: of.clientId }).del())
    assert.equal((await db('notes')).length, 1)
    assert.equal((await db('note_addenda')).length, 1)
  })

  it('lets a draft be changed, signed once, and thrown away while it is one', async () => {
    const id = await makeDraftNote(db, of)
    await db('notes').where({ id }).update({ revision: 1 })
    await assert.rejects(
      db('notes')
        .where({ id })
        .update({ author_id: (await make.account(db)).id }),
    )
    await db('notes').where({ id }).update(signed)
    await assert.rejects(db('notes').where({ id }).update({ revision: 2 }), NEVER_CHANGED)
    const other = await makeDraftNote(db, of)
    assert.equal(await db('notes').where({ id: other }).del(), 1)
  })

  it('signs whole or not at all', async () => {
    const id = await makeDraftNote(db, of)
    for (const left of Object.keys(signed))
      await assert.rejects(
        db('notes')
          .where({ id })
          .update({ ...signed, [left]: null }),
        /check/,
        left,
      )
  })

  it('takes an addendum to a signed note alone, each after the one before, and one draft at a time', async () => {
    const draft = await makeDraftNote(db, of)
    await assert.rejects(db('note_addenda').insert(addendum(draft)), /is added to a signed note/)
    const id = await makeNote(db, of)
    await assert.rejects(db('note_addenda').insert(addendum(id, { number: 2 })), /does not follow/)
    await db('note_addenda').insert(addendum(id))
    await assert.rejects(db('note_addenda').insert(addendum(id)), /does not follow/)
    await assert.rejects(db('note_addenda').insert(addendum(id, { number: 2 })), /note_addenda_one_draft/)
    await db('note_addenda').update(signed)
    await assert.rejects(db('note_addenda').update({ number: 5 }), /stays where it is/)
    await assert.rejects(db('note_addenda').update({ signer_name: 'X' }), /never changed/)
    await assert.rejects(db('note_addenda').update({ sha256: digestOf('y') }), /never changed/)
    await db('note_addenda').insert(addendum(id, { number: 2 }))
    const other = await make.client(db)
    await assert.rejects(db('note_addenda').insert(addendum(id, { number: 3, client_id: other.id })))
  })

  it('numbers addenda one after the other, however many begin at once', async () => {
    const id = await makeNote(db, of)
    const begun = await Promise.allSettled([1, 2, 3, 4].map(() => db('note_addenda').insert(addendum(id))))
    assert.equal(begun.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal((await db('note_addenda')).length, 1)
  })

  it('shares a signed note alone, with its own client', async () => {
    const [draft, id] = [await makeDraftNote(db, of), await makeNote(db, of)]
    const share = { note_id: draft, client_id: of.clientId, shared_at: iso(NOW), shared_by: of.accountId }
    await assert.rejects(db('note_shares').insert(share), /Only a signed note is shared/)
    const { id: client_id } = await make.client(db)
    await assert.rejects(db('note_shares').insert({ ...share, note_id: id, client_id }), /foreign key/)
    await db('note_shares').insert({ ...share, note_id: id })
  })

  it('lets a signed note go, and its appointment before it, once its client’s erasure is written down', async () => {
    const startsAt = NOW - DAY
    const about = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt }
    const appointment = await make.appointment(db, about, { client_id: of.clientId })
    const id = await makeDraftNote(db, of, { appointment_id: appointment.id })
    await db('notes').where({ id }).update(signed)
    await db('note_addenda').insert(addendum(id, signed))
    const removeAppointment = () => db('appointments').where({ id: appointment.id }).del()
    await assert.rejects(removeAppointment(), NEVER_CHANGED)
    await erase()
    assert.equal(await removeAppointment(), 1)
    await assert.rejects(db('notes').where({ id }).update({ signer_name: 'X' }), NEVER_CHANGED)
    await db('note_addenda').del()
    assert.equal(await db('notes').where({ id }).del(), 1)
  })
})

describe('rotating the keys over notes', () => {
  it('seals what is signed anew with the next key, text and digest the same, and nothing else', async () => {
    const { url, drop } = await cloneDatabase()
    const db = connect(url, 2)
    try {
      const { dietitian } = await make.world(db)
      const of = { clientId: (await make.client(db)).id, accountId: dietitian.account_id }
      const id = await makeNote(db, of)
      await makeDraftNote(db, of)
      const place = { table: 'notes', column: 'content_sealed', row: id }
      const before = await db('notes').where({ id }).first()
      const next = createSealer(`${makeSealingKey('next')},test:${Buffer.alloc(32, 7).toString('base64')}`)
      await acceptKeys(db, next, NOW)
      for (const column of sealedColumns) await rotateColumn({ db, sealer: next }, column)
      const after = await db('notes').where({ id }).first()
      assert.equal(keyIdOf(after.content_sealed), 'next')
      assert.equal(next.open(place, after.content_sealed), sealer.open(place, before.content_sealed))
      assert.deepEqual(digestOf(next.open(place, after.content_sealed)), after.sha256)
      assert.deepEqual({ ...after, content_sealed: null }, { ...before, content_sealed: null })
      assert.deepEqual(await listUsedKeys(db), ['next'])
    } finally {
      await db.destroy()
      await drop()
    }
  })
})
