import assert from 'node:assert/strict'
import express from 'express'
import request from 'supertest'
import { healthRoutes } from '../../server/health/routes.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { visit } from '../support/page.ts'

describe('what a proxy asks', () => {
  let app: TestApp

  beforeEach(async () => {
    app = await testApp()
    await reset()
  })

  it('/healthz says that the process answers, before there is any practice', async () => {
    const answer = await visit(app).send('GET', '/healthz')
    assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, { status: 'ok' }])
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  })

  it('/readyz says that database, migrations and jobs are there', async () => {
    const answer = await visit(app).send('GET', '/readyz')
    const checks = { database: true, migrations: true, jobs: true, stopping: false }
    assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, { status: 'ok', checks }])
  })

  it('/readyz says no while the process stops', async () => {
    const stopping = express().use(healthRoutes({ ...app.deps, isStopping: () => true }))
    const answer = await request(stopping).get('/readyz')
    assert.equal(answer.status, 503)
    assert.deepEqual([answer.body.status, answer.body.checks.stopping], ['not ready', true])
    assert.equal((await request(stopping).get('/healthz')).status, 200)
  })

  it('/readyz says no while a migration waits', async () => {
    const [last] = await app.db('migrations').orderBy('id', 'desc').limit(1)
    await app.db('migrations').where({ id: last.id }).delete()
    const answer = await visit(app).send('GET', '/readyz')
    const row = { ...last, migration_time: new Date(last.migration_time).toISOString() }
    await app.db('migrations').insert(row)
    assert.equal(answer.status, 503)
    assert.equal(JSON.parse(answer.body).checks.migrations, false)
    assert.equal((await visit(app).send('GET', '/readyz')).status, 200)
  })
})
