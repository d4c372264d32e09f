import assert from 'node:assert/strict'
import path from 'node:path'
import express, { type Express } from 'express'
import type { Knex } from 'knex'
import request from 'supertest'
import type { Config } from '../../server/config.ts'
import { outboxRoutes } from '../../server/mail/routes.ts'
import { createMailer } from '../../server/mail/transport.ts'
import { useViews } from '../../server/web/engine.ts'
import { errorPages } from '../../server/web/errors.ts'
import { createLog } from '../../server/web/log.ts'
import { securityHeaders } from '../../server/web/security.ts'
import { reset, testDatabase } from '../support/database.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HTML =
  '<!doctype html>\n<html lang="en">\n<head><title>T</title></head>\n<body><a href="/">x</a></body></html>'

describe('outbox', () => {
  let db: Knex
  let app: Express
  let id: number

  before(async () => {
    db = await testDatabase()
    app = express()
    app.use(securityHeaders(false))
    useViews(app, path.join(import.meta.dirname, '../../views'), (file) => `/${file}`)
    app.use(outboxRoutes({ db }))
    app.use(errorPages(createLog('silent')))
  })
  beforeEach(async () => {
    await reset()
    const config = { baseUrl: 'http://localhost:3000', mailFrom: 'hello@practice.example' } as Config
    await createMailer({ config, db, clock: { now: () => NOW } }).send({
      key: 'test:1',
      to: 'ana@client.example',
      subject: 'Hello <b>Ana</b>',
      text: 'Plain words\n',
      html: HTML,
      calendar: { method: 'REQUEST', content: 'BEGIN:VCALENDAR' },
    })
    id = (await db('outbox_mails').first('id')).id
  })

  // Supertest speaks to 127.0.0.1 by that name.
  const get = (url: string) => request(app).get(url)

  it('lists the mails and shows one', async () => {
    const list = await get('/outbox').expect(200)
    assert.match(list.text, new RegExp(`href="/outbox/${id}"`))
    assert.match(list.text, /Hello &lt;b&gt;Ana/)
    const one = await get(`/outbox/${id}`).expect(200)
    assert.match(one.text, /Plain words/)
    assert.match(one.text, new RegExp(`src="/outbox/${id}/html"`))
    assert.match(one.text, /BEGIN:VCALENDAR/)
  })

  it('shows the HTML in a frame of its own site only, without scripts', async () => {
    const { headers, text } = await get(`/outbox/${id}/html`).expect(200)
    assert.match(headers['content-type'] ?? '', /^text\/html; charset=utf-8$/)
    assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'; style-src 'unsafe-inline'; /)
    assert.match(
      headers['content-security-policy'] ?? '',
      /frame-ancestors 'self'; sandbox(?!.*allow-scripts)/,
    )
    assert.equal(headers['x-frame-options'], 'SAMEORIGIN')
    assert.equal(headers['cache-control'], 'no-store')
    assert.match(text, /<a href="\/">x<\/a>/)
  })

  it('has nothing at addresses that are none', async () => {
    for (const bad of ['0', '-1', '1e3', 'x', '9'.repeat(15), '9'.repeat(40), "1'--", '%00']) {
      await get(`/outbox/${bad}`).expect(404)
      await get(`/outbox/${bad}/html`).expect(404)
    }
    for (const bad of ['', 'x', '1&before=2', '9'.repeat(40)]) await get(`/outbox?before=${bad}`).expect(404)
    await get('/outbox?before=1').expect(200)
  })

  it('is for this machine only', async () => {
    for (const url of ['/outbox', `/outbox/${id}`, `/outbox/${id}/html`]) {
      await get(url).set('Host', 'flora.example').expect(404)
      await get(url).set('X-Forwarded-For', '10.0.0.1').expect(404)
    }
  })
})
