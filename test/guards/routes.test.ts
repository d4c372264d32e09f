import assert from 'node:assert/strict'
import { makeToken } from '../../server/sealing/seal.ts'
import { isGuard } from '../../server/web/access.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { stamp, unchanging } from '../support/dump.ts'
import { keepRows } from '../support/kept.ts'
import { make } from '../support/make.ts'
import { type Answer, encode, type Visitor, visit } from '../support/page.ts'
import { type Ids, makeIds } from './ids.ts'
import { type Roles, signInAll } from './roles.ts'
import { type GuardName, type Row, table } from './table.ts'
import { type Found, walkRoutes } from './walk.ts'

/** Files that anybody may have, served without a page of ours. */
const isAsset = ({ name }: Found) => name.startsWith('GET /assets/')

/** Of one dietitian alone. */
const OWN = new Set<Row['of']>([
  'appointment',
  'laterHours',
  'exception',
  'timeOff',
  'draftNote',
  'deskSession',
  'deskPasskey',
])

/** Of a client: for whoever may see their chart. */
const CHARTED = new Set<Row['of']>(['client', 'file', 'signature', 'note'])

/** Of a client, named after them. */
const INSIDE = new Set<Row['of']>(['sign', 'request', 'plan', 'response'])

const rowsOf = (...guards: GuardName[]) =>
  Object.entries(table).filter(([, { guard }]) => guards.includes(guard))

const isPost = (name: string) => name.startsWith('POST ')

describe('every route', () => {
  let app: TestApp
  let ids: Ids
  let roles: Roles
  let kept: Awaited<ReturnType<typeof keepRows>>
  let cookies: [Visitor, Map<string, string>][]
  let unchanged: ReturnType<typeof unchanging>

  before(async () => {
    app = await testApp()
    const world = await make.world(await reset())
    const signed = await signInAll(app, world)
    roles = signed.roles
    ids = await makeIds({ app, world, ana: signed.ana })
    kept = await keepRows(app.db)
    cookies = Object.values(roles).map((visitor) => [visitor, new Map(visitor.cookies)])
    unchanged = unchanging(app.db, ['sessions'])
  })

  after(() => kept.forget())

  /** Everything as it was, and everybody signed in as they were. */
  async function again() {
    await kept.restore()
    for (const [visitor, own] of cookies) {
      visitor.cookies.clear()
      for (const [name, value] of own) visitor.cookies.set(name, value)
    }
  }

  const ask = (who: Visitor, name: string, id: string, headers: Record<string, string> = {}) => {
    const [method = '', path = ''] = name.split(' ')
    const { body, and } = table[name] as Row
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const sent =
      method === 'POST' ? { body: encode(body ?? {}), headers: { ...form, ...headers } } : { headers }
    return who.send(method, path.replace(/:\w+/, id).replace(/:\w+/g, and ? ids[and] : ''), sent)
  }
  const idOf = ({ of }: Row) => (of ? ids[of] : '')

  /** Asks, and sees that nothing but the session’s own row was touched. */
  const refused = (who: Visitor, name: string, id = idOf(table[name] as Row)): Promise<Answer> =>
    unchanged(() => ask(who, name, id))

  const refusedWith = async (status: number, name: string, ...who: (keyof Roles)[]) => {
    for (const role of who) assert.equal((await refused(roles[role], name)).status, status, role)
  }

  /** Strangers, and whoever is taken for one, are shown the way in. */
  async function sentToSignIn(name: string, way: RegExp) {
    const { half, bare, disabled, disabledClient } = roles
    for (const who of [visit(app), half, bare, disabled, disabledClient]) {
      const answer = await refused(who, name)
      assert.equal(answer.status, 303)
      assert.match(answer.location ?? '', way)
    }
  }

  /** Ids that are none, or of something else. */
  async function notThere(name: string, { of, and }: Row, who: Visitor) {
    const wrong = of ? [ids.hold, '0'.repeat(36), crypto.randomUUID()] : []
    if (INSIDE.has(and)) wrong.push(ids.otherClient)
    for (const id of wrong) assert.equal((await refused(who, name, id)).status, 404, id)
  }

  it('begins with a guard and is in the table of who may use it', () => {
    const found = walkRoutes(app).filter((route) => !isAsset(route))
    assert.deepEqual(found.map(({ name }) => name).sort(), Object.keys(table).sort())
    for (const { name, first } of found) {
      assert.ok(isGuard(first), `${name} has no guard`)
      assert.equal(first.name, table[name]?.guard, name)
    }
  })

  it('that changes something is a POST, and none of them takes a form of another site', async () => {
    for (const [name, row] of Object.entries(table)) {
      assert.match(name, /^(GET|POST) /)
      if (!isPost(name)) continue
      const theirs: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ]
      const who = row.guard === 'client' ? roles.ana : roles.owner
      for (const headers of theirs) {
        const answer = await unchanged(() => ask(who, name, idOf(row), headers))
        assert.equal(answer.status, 403, `${name} ${JSON.stringify(headers)}`)
      }
    }
  })

  describe('refuses, and leaves all as it was:', () => {
    for (const [name] of rowsOf('anyone').filter(([, { of }]) => of))
      it(`${name}, what is not there`, async () => {
        assert.equal((await refused(visit(app), name, 'nothing-of-that-name')).status, 404)
      })

    for (const [name, row] of rowsOf('linkHolder'))
      it(`${name}, whoever has not its secret link`, async () => {
        const other = row.of === 'hold' ? ids.link : ids.hold
        for (const wrong of [makeToken(), other, ids.appointment, 'x'])
          for (const who of [visit(app), roles.owner]) {
            const answer = await refused(who, name, wrong)
            assert.equal(answer.status, 404, wrong)
            assert.match(answer.headers.get('cache-control') ?? '', /no-store/)
          }
      })

    for (const [name, row] of rowsOf('dietitian'))
      it(`${name}, whoever is no dietitian of ${OWN.has(row.of) ? 'theirs' : 'the practice'}`, async () => {
        await sentToSignIn(name, /^\/sign-in\?returnTo=%2Fpractice/)
        await refusedWith(403, name, 'ana')
        if (OWN.has(row.of)) await refusedWith(404, name, 'colleague')
        if (CHARTED.has(row.of)) await refusedWith(404, name, 'outsider', 'partner')
        if (row.isEditors) await refusedWith(403, name, 'colleague')
        await notThere(name, row, roles.owner)
      })

    for (const [name, row] of rowsOf('owner'))
      it(`${name}, whoever does not own the practice`, async () => {
        await sentToSignIn(name, /^\/sign-in\?returnTo=%2Fpractice/)
        await refusedWith(403, name, 'ana', 'colleague', 'attending', 'outsider')
        if (CHARTED.has(row.of)) await refusedWith(404, name, 'partner')
        await notThere(name, row, roles.owner)
      })

    for (const [name, row] of rowsOf('client'))
      it(`${name}, whoever is no client${row.of ? ', or another one' : ''}`, async () => {
        await sentToSignIn(name, /^\/sign-in\?returnTo=%2Fmy/)
        await refusedWith(403, name, 'owner')
        if (row.of) await refusedWith(404, name, 'ben')
        await notThere(name, row, roles.ana)
      })

    for (const [name] of rowsOf('signedIn'))
      it(`${name}, whoever has not signed in`, () => sentToSignIn(name, /^\/sign-in\?returnTo=/))

    for (const [name] of rowsOf('halfSignedIn'))
      it(`${name}, whoever has not just typed the right password`, async () => {
        for (const who of [visit(app), roles.ana, roles.owner, roles.disabledHalf]) {
          const answer = await refused(who, name)
          assert.deepEqual([answer.status, answer.location], [303, '/sign-in'])
        }
      })

    for (const [name] of rowsOf('loopback'))
      it(`${name}, whoever comes from another machine`, async () => {
        for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
          const answer = await unchanged(() =>
            ask(visit(app), name, idOf(table[name] as Row), { [header]: '127.0.0.1' }),
          )
          assert.equal(answer.status, 404, header)
        }
      })

    it('other methods, and paths that are none', async () => {
      for (const method of ['PUT', 'DELETE', 'PATCH'])
        for (const path of [
          '/get-in-touch',
          `/practice/notes/${ids.note}`,
          `/practice/clients/${ids.client}`,
        ])
          assert.equal((await unchanged(() => roles.owner.send(method, path))).status, 404)
      for (const path of [
        '/nothing',
        '/practice/nothing',
        '/api/nothing',
        '/.env',
        '/book/a/b/c',
        '/__proto__',
        '/outbox/99999999',
      ])
        assert.equal((await unchanged(() => visit(app).send('GET', path))).status, 404, path)
    })
  })

  describe('answers', () => {
    /** What was changed is as before once the next one asks. */
    async function answers(name: string, row: Row, who: Visitor) {
      const at = await stamp(app.db)
      const answer = await ask(who, name, idOf(row))
      if (isPost(name) && (await stamp(app.db)) !== at) await again()
      assert.equal(answer.status, row.ok)
      return answer
    }

    for (const [name, row] of rowsOf('anyone', 'loopback'))
      it(`${name}, everybody`, async () => void (await answers(name, row, visit(app))))

    for (const [name, row] of rowsOf('linkHolder'))
      it(`${name}, who has its secret link`, async () => {
        const { headers } = await answers(name, row, visit(app))
        assert.match(headers.get('x-robots-tag') ?? '', /noindex/)
        assert.equal(headers.get('cache-control'), 'no-store')
        assert.equal(headers.get('referrer-policy'), 'no-referrer')
      })

    const neverStored = ({ headers }: Answer) => assert.equal(headers.get('cache-control'), 'no-store')

    for (const [name, row] of rowsOf('dietitian'))
      it(`${name}, a dietitian who has signed in${OWN.has(row.of) ? ', of their own' : ''}`, async () => {
        neverStored(await answers(name, row, roles.owner))
        if (CHARTED.has(row.of)) await answers(name, row, roles.attending)
        if (!OWN.has(row.of) && !row.isEditors) await answers(name, row, roles.colleague)
      })

    for (const [name, row] of rowsOf('owner'))
      it(`${name}, who owns the practice`, async () => {
        neverStored(await answers(name, row, roles.owner))
        if (!CHARTED.has(row.of)) await answers(name, row, roles.partner)
      })

    for (const [name, row] of rowsOf('client'))
      it(`${name}, a client who has signed in${row.of ? ', of their own' : ''}`, async () => {
        neverStored(await answers(name, row, roles.ana))
        if (!row.of) await answers(name, row, roles.ben)
      })

    for (const [name, row] of rowsOf('signedIn'))
      it(`${name}, whoever has signed in`, async () => {
        neverStored(await answers(name, row, roles.ana))
        neverStored(await answers(name, row, roles.owner))
      })

    for (const [name, row] of rowsOf('halfSignedIn'))
      it(`${name}, who has typed the right password and still needs a second factor`, async () => {
        const isSetUp = name.includes('/set-up')
        await app.db('practice').update({ require_second_factor: isSetUp })
        neverStored(await answers(name, row, isSetUp ? roles.bare : roles.half))
      })
  })
})
