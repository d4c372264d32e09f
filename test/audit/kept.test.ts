import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { iso } from '../../server/clock.ts'
import { createSealer, makeSealingKey } from '../../server/sealing/seal.ts'
import { answered } from '../chart/sent.ts'
import { makeNote } from '../notes/written.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { fill } from './chain.ts'

const REFUSED = { code: '23001' }

/** The key of `sealer`. */
const SETTING = `test:${Buffer.alloc(32, 7).toString('base64')}`

/** What the application's own role is refused, for it owns the tables. */
describe('what the database keeps', () => {
  let db: Knex
  let clientId: string
  let responseId: string

  beforeEach(async () => {
    db = await reset()
    const { dietitian } = await make.world(db)
    clientId = (await make.client(db)).id
    const form = await make.form(db, [{ linkId: 'one', type: 'string', text: 'One' }], { slug: 'soup' })
    const signs = [{ sign: 'anemia', kind: 'sign' as const }]
    responseId = (await answered(db, { clientId, slug: form.slug, signs, scores: { 'gut-score': 4 } })).id
    await make.file(db, { clientId, responseId })
    const consent = await make.consent(db, { accountId: dietitian.account_id })
    await make.signature(db, consent.versionId, clientId)
    await fill({ db, sealer }, 3)
  })

  const count = async (table: string) => (await db(table).select('*')).length
  const erase = () =>
    db('erasures').insert({ client_id: clientId, at: iso(NOW), account_id: crypto.randomUUID(), kept: '[]' })

  it('an entry of the audit is never changed, deleted or emptied away', async () => {
    for (const column of ['position', 'at', 'account_id', 'role', 'action', 'client_id', 'subject_id', 'mac'])
      await assert.rejects(db.raw('update audit_entries set ?? = ??', [column, column]), REFUSED, column)
    await assert.rejects(db('audit_entries').where({ position: 3 }).del(), REFUSED)
    await assert.rejects(db.raw('truncate audit_entries'), REFUSED)
    await assert.rejects(
      db.raw(
        `insert into audit_entries select * from audit_entries on conflict (position) do update set action = 'x'`,
      ),
      REFUSED,
    )
    assert.equal(await count('audit_entries'), 3)
  })

  it('the end of the audit only moves on, and its key stays the one it is', async () => {
    await assert.rejects(db('audit_head').update({ position: 2 }), REFUSED)
    await assert.rejects(db('audit_head').update({ mac: Buffer.alloc(32) }), REFUSED)
    const place = { table: 'audit_keys', column: 'key_sealed', row: '1' }
    await assert.rejects(db('audit_keys').update({ key_sealed: sealer.seal(place, 'another') }), REFUSED)
    for (const table of ['audit_head', 'audit_keys']) {
      await assert.rejects(db(table).del(), REFUSED)
      await assert.rejects(db.raw('truncate ??', [table]), REFUSED)
    }
  })

  it('a sent response is never changed, and not deleted while its client is not erased', async () => {
    const later = iso(NOW + 1)
    const others = {
      sent_at: later,
      saved_at: later,
      begun_at: later,
      revision: 7,
      number: 2,
      client_id: crypto.randomUUID(),
    }
    for (const [column, value] of Object.entries(others))
      await assert.rejects(db('responses').update({ [column]: value }), REFUSED, column)
    await assert.rejects(db('responses').update({ sent_at: null }), REFUSED)
    await assert.rejects(db('scores').update({ value: 9 }), REFUSED)
    const sealed = sealer.seal({ table: 'responses', column: 'answers_sealed', row: responseId }, '{}')
    await assert.rejects(db('responses').update({ answers_sealed: sealed }), REFUSED)
    for (const table of ['responses', 'scores', 'raised_signs', 'files', 'consent_signatures']) {
      await assert.rejects(db(table).del(), REFUSED, table)
      await assert.rejects(db.raw('truncate ?? cascade', [table]), REFUSED, table)
      assert.equal(await count(table), 1, table)
    }
  })

  it('what is sealed for good takes no other bytes, however they are made up; sealed anew it takes', async () => {
    await db('sealing_keys').insert({ id: 'next', fingerprint: Buffer.alloc(32, 1), first_used_at: iso(NOW) })
    const noteId = await makeNote(db, { clientId, accountId: (await db('accounts').first('id')).id })
    const columns = [
      ['responses', 'answers_sealed'],
      ['notes', 'content_sealed'],
      ['files', 'name_sealed'],
      ['files', 'content_sealed'],
      ['raised_signs', 'sign_sealed'],
    ] as const
    const next = createSealer(`${makeSealingKey('next')},${SETTING}`)
    const unknown = createSealer(`${makeSealingKey('unknown')},${SETTING}`)
    for (const [table, column] of columns) {
      const { id, [column]: sealed } = await db(table).first('id', column)
      const place = { table, column, row: id }
      const set = (bytes: Buffer) => db(table).update({ [column]: bytes })
      const words = sealer.openBytes(place, sealed)
      const others = [
        Buffer.alloc(0),
        Buffer.from('x'),
        Buffer.from([1, 120, ...Buffer.alloc(60)]),
        next.seal(place, 'something of another length'),
        unknown.seal(place, words),
      ]
      for (const bytes of others) await assert.rejects(set(bytes), REFUSED, `${table}.${column}`)
      assert.equal(await set(next.seal(place, words)), 1, `${table}.${column}`)
    }
    assert.ok(noteId)
  })

  it('a file that was sent and a raised sign stay as they are; a sign is acknowledged once', async () => {
    const draft = await answered(db, { clientId, slug: 'soup', isDraft: true })
    const own = await make.file(db, { clientId, responseId: draft.id })
    const sent = db('files').where({ response_id: responseId })
    for (const change of [{ response_id: draft.id }, { link_id: 'two' }, { bytes: 1 }])
      await assert.rejects(sent.clone().update(change), REFUSED, JSON.stringify(change))
    await assert.rejects(db('files').where({ id: own.id }).update({ response_id: responseId }), REFUSED)
    for (const change of [{ kind: 'caution' }, { response_id: draft.id }, { raised_at: iso(NOW + 1) }])
      await assert.rejects(db('raised_signs').update(change), REFUSED, JSON.stringify(change))
    const [{ id: acknowledged_by }] = await db('accounts').select('id')
    const { id } = await db('raised_signs').first('id')
    const word_sealed = sealer.seal({ table: 'raised_signs', column: 'word_sealed', row: id }, 'Called')
    const acknowledged = { acknowledged_at: iso(NOW), acknowledged_by, word_sealed }
    assert.equal(await db('raised_signs').update(acknowledged), 1)
    await assert.rejects(db('raised_signs').update({ acknowledged_at: iso(NOW + 1) }), REFUSED)
    const none = { acknowledged_at: null, acknowledged_by: null, word_sealed: null }
    await assert.rejects(db('raised_signs').update(none), REFUSED)
  })

  it('all of that goes with a client who is erased, and with nobody else', async () => {
    await erase()
    const other = (await make.client(db)).id
    await answered(db, { clientId: other, slug: 'soup' })
    await assert.rejects(db('responses').where({ client_id: other }).del(), REFUSED)
    assert.equal(await db('responses').where({ client_id: clientId }).del(), 1)
    assert.equal(await db('consent_signatures').where({ client_id: clientId }).del(), 1)
    for (const table of ['scores', 'raised_signs', 'files']) assert.equal(await count(table), 0, table)
    assert.equal(await count('audit_entries'), 3)
  })

  it('a draft goes as before, with its files', async () => {
    const draft = await answered(db, { clientId, slug: 'soup', isDraft: true })
    await make.file(db, { clientId, responseId: draft.id })
    assert.equal(await db('responses').where({ id: draft.id }).del(), 1)
    assert.equal(await count('files'), 1)
  })

  it('that somebody was erased is itself never changed or deleted', async () => {
    await erase()
    await assert.rejects(db('erasures').update({ kept: '[1]' }), REFUSED)
    await assert.rejects(db('erasures').del(), REFUSED)
    await assert.rejects(db.raw('truncate erasures'), REFUSED)
  })
})
