import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { connect } from '../../server/database/connect.ts'
import { answersPlace } from '../../server/responses/store.ts'
import { createSealer, makeSealingKey } from '../../server/sealing/seal.ts'
import { cloneDatabase } from '../support/database.ts'
import { make } from '../support/make.ts'
import { encode, type Visitor, visit } from '../support/page.ts'
import { type Program, run } from '../support/program.ts'

const SECTION = '/my/forms/intake/sections/2'
const KILLS = 3

describe('A server that is killed while answers are saved', () => {
  let place: Awaited<ReturnType<typeof cloneDatabase>>
  let db: Knex
  let running: Program | undefined

  beforeEach(async () => {
    place = await cloneDatabase()
    db = connect(place.url, 2)
  })
  afterEach(async () => {
    running?.child.kill('SIGKILL')
    await running?.ended
    await db.destroy()
    await place.drop()
  })

  const keys = makeSealingKey()

  async function start(): Promise<Visitor> {
    const settings = { DATABASE_URL: place.url, SESSION_SECRET: 's'.repeat(40), SEALING_KEYS: keys }
    running = run('server/main.ts', { ...settings, LOG_LEVEL: 'silent', PORT: '0', WORKER: 'off' })
    return visit({ baseUrl: await running.opened })
  }

  async function kill() {
    running?.child.kill('SIGKILL')
    await running?.ended
  }

  /** Types on and on, as the page's script does it; the server is killed when so many were answered. */
  async function typeUntilKilled(ana: Visitor, round: number): Promise<{ saved: string; sent: string }> {
    const page = await ana.open(SECTION)
    const fields = Object.fromEntries(['base', 'draft', 'page'].map((name) => [name, page.value(name) ?? '']))
    const headers = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    }
    const save = (words: string, turn: number) => {
      const given = { ...fields, turn: String(turn), on: 'a:hope', 'a:hope': words, go: 'stay' }
      return ana.send('POST', SECTION, { headers, body: encode(given) })
    }
    let saved = ''
    for (let turn = 1; turn <= round + 2; turn += 1) {
      const words = `Round ${round}, try ${turn}`
      const answer = await save(words, turn)
      assert.equal(answer.status, 200)
      const { saved: time, ...marks } = JSON.parse(answer.body)
      assert.match(time, /^\d+:\d\d [AP]M$/)
      Object.assign(fields, { base: marks.base, draft: marks.draft })
      saved = words
    }
    const sent = `Round ${round}, on its way`
    const last = save(sent, round + 3).catch(() => undefined)
    await kill()
    await last
    return { saved, sent }
  }

  it('has kept the last of which it said “Saved”, in one draft, and goes on from there', async () => {
    await make.world(db)
    let ana = await start()
    const form = await db('forms').where({ slug: 'intake' }).first('id')
    const client = await make.client(db, { name: 'Ana Ruiz' })
    await make.request(db, { clientId: client.id, formId: form.id }, { due_at: '2100-01-01' })
    const token = await issueSignInLink(db, { clientId: client.id, minutes: 15 }, Date.now())
    await (await ana.open(`/sign-in/links/${token}`)).button('Sign in')

    for (let round = 1; round <= KILLS; round += 1) {
      const { saved, sent } = await typeUntilKilled(ana, round)
      const [draft, ...others] = await db('responses')
      assert.equal(others.length, 0)
      const kept = createSealer(keys).open(answersPlace(draft.id), draft.answers_sealed)
      assert.ok(kept.includes(saved) || kept.includes(sent), `${kept} has neither ${saved} nor ${sent}`)
      const next = await start()
      for (const [name, value] of ana.cookies) next.cookies.set(name, value)
      ana = next
      assert.ok([saved, sent].includes((await ana.open(SECTION)).value('a:hope') ?? ''))
    }
  })
})
