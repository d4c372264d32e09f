import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'

const IMMUTABLE = /Rows of consent_(versions|signatures) are never changed/

describe('what the database holds of consents', () => {
  let db: Knex
  let accountId: unknown
  let clientId: string
  let consent: Awaited<ReturnType<typeof make.consent>>

  beforeEach(async () => {
    db = await reset()
    const { dietitian } = await make.world(db)
    accountId = dietitian.account_id
    clientId = (await make.client(db)).id
    consent = await make.consent(db, { accountId })
    await make.signature(db, consent.versionId, clientId)
  })

  /** The row of the version, to be put in once more. */
  const anotherVersion = async () => {
    const row = await db('consent_versions').first()
    return { ...row, published_at: new Date(row.published_at), id: crypto.randomUUID() }
  }

  it('is never changed once it is published or signed', async () => {
    for (const column of ['title', 'body_markdown', 'published_at', 'number'])
      await assert.rejects(db.raw('update consent_versions set ?? = ??', [column, column]), IMMUTABLE, column)
    for (const column of ['typed_name', 'signed_at', 'address', 'text_sha256', 'client_id'])
      await assert.rejects(
        db.raw('update consent_signatures set ?? = ??', [column, column]),
        IMMUTABLE,
        column,
      )
    await assert.rejects(
      db.raw(
        `insert into consent_versions select * from consent_versions on conflict (id) do update set title = 'x'`,
      ),
      IMMUTABLE,
    )
  })

  it('can’t lose a version that somebody signed', async () => {
    await assert.rejects(db('consent_versions').del(), { code: '23503' })
    await assert.rejects(db('consents').del(), { code: '23503' })
    await assert.rejects(db('clients').where({ id: clientId }).del(), { code: '23503' })
  })

  it('has a digest that is of its text, and no other', async () => {
    const row = await anotherVersion()
    const other = createHash('sha256').update('another text').digest()
    await assert.rejects(
      db('consent_versions').insert({ ...row, number: 2, sha256: other }),
      /consent_versions_digest/,
    )
    await assert.rejects(
      make.signature(db, consent.versionId, (await make.client(db)).id, { text_sha256: other }),
      { code: '23503' },
    )
  })

  it('has one signature a client and version, and one version of a number', async () => {
    await assert.rejects(make.signature(db, consent.versionId, clientId), { code: '23505' })
    const row = await anotherVersion()
    await assert.rejects(db('consent_versions').insert(row), {
      code: '23505',
    })
  })
})
