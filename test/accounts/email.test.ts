import assert from 'node:assert/strict'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { DAY } from '../../server/clock.ts'
import { makeToken } from '../../server/sealing/seal.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { lastMailTo, pathIn, signedIn, signedInAsClient } from '../support/people.ts'

const NEW = 'new@example.com'

describe('changing the e-mail address', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.clientAccount>>
  let visitor: Visitor

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    client = await make.clientAccount(db, { email: 'old@example.com', name: 'Ana Ruiz' })
    visitor = await signedInAsClient(app, client)
  })

  const ask = async (email = NEW): Promise<Page> =>
    (await visitor.open('/my/account/email')).button('Ask both addresses', { email })

  const paths = async (email = NEW) => ({
    old: pathIn(await lastMailTo(app, 'old@example.com'), '/sign-in/email-changes/'),
    new: pathIn(await lastMailTo(app, email), '/sign-in/email-changes/'),
  })

  const confirm = async (path: string) => (await visit(app).open(path)).button('Yes, change it')

  const emails = async () => {
    const account = await app.db('accounts').where({ id: client.account_id }).first('email')
    const row = await app.db('clients').where({ id: client.id }).first('email')
    return [account.email, row.email]
  }

  for (const order of [['old', 'new'] as const, ['new', 'old'] as const])
    it(`is made when both have said yes, the ${order[0]} one first`, async () => {
      assert.match((await ask()).text, /We have asked old@example\.com and new@example\.com/)
      const links = await paths()
      for (const path of [links.old, links.new, links.old, links.new]) await visit(app).open(path)
      assert.deepEqual(await emails(), ['old@example.com', 'old@example.com'])
      const first = await confirm(links[order[0]])
      assert.equal(first.h1, 'Thank you, one more to go')
      assert.equal((await visit(app).open(links[order[0]])).h1, 'Waiting for the other address')
      await visit(app).post(links[order[0]], {})
      assert.deepEqual(await emails(), ['old@example.com', 'old@example.com'])
      assert.equal((await confirm(links[order[1]])).h1, 'The address is changed')
      assert.deepEqual(await emails(), [NEW, NEW])
      assert.match((await lastMailTo(app, NEW))?.plain ?? '', /now the e-mail address of your account/)
      assert.equal((await visit(app).open(links.old)).status, 404)
    })

  it('ends every session but the one that confirms last, and links in the old mailbox', async () => {
    const phone = await signedInAsClient(app, client)
    await ask()
    const links = await paths()
    const token = await issueSignInLink(app.db, { clientId: client.id, hours: 72 }, NOW)
    await confirm(links.new)
    await visitor.post(links.old, {})
    assert.equal((await visitor.send('GET', '/my/account')).status, 200)
    assert.equal((await phone.send('GET', '/my/account')).status, 303)
    assert.equal((await visit(app).open(`/sign-in/links/${token}`)).status, 404)
  })

  it('to an address that has an account is answered alike on screen, tells nobody, and is never made', async () => {
    const words = (page: Page, email: string) => page.html.replaceAll(email, '…')
    const free = words(await ask(), NEW)
    const others = await make.clientAccount(app.db, { email: 'taken@example.com' })
    const booked = await make.client(app.db, { email: 'booked@example.com' })
    const { email: dietitians } = await make.account(app.db, { email: 'dana@maple.example' })
    for (const email of [others.email, String(booked.email), String(dietitians)]) {
      const page = await ask(email.toUpperCase())
      assert.equal(words(page, email.toUpperCase()), free)
      await app.work()
      assert.equal(
        (await app.mails()).filter(({ to_address }) => to_address.includes(email.toUpperCase())).length,
        0,
      )
      await confirm(pathIn(await lastMailTo(app, 'old@example.com'), '/sign-in/email-changes/'))
      assert.deepEqual(await emails(), ['old@example.com', 'old@example.com'])
    }
  })

  it('to an address that somebody takes meanwhile is not made', async () => {
    await ask()
    const links = await paths()
    await confirm(links.old)
    await make.clientAccount(app.db, { email: 'NEW@example.com' })
    const before = await dump(app.db)
    const page = await confirm(links.new)
    assert.equal(page.status, 410)
    assert.equal(page.h1, 'This link leads nowhere any more')
    assert.deepEqual(await dump(app.db), before)
  })

  it('can be called off, and is over after a day or with the next one', async () => {
    await ask()
    const links = await paths()
    const kept = await (await visitor.open('/my/account/email')).button('Keep the address I have')
    assert.match(kept.text, /stays as it is/)
    for (const path of Object.values(links)) assert.equal((await visit(app).open(path)).status, 404)

    await ask()
    const second = await paths()
    await ask('third@example.com')
    assert.equal((await visit(app).open(second.new)).status, 404)
    const third = await paths('third@example.com')
    app.clock.set(NOW + DAY)
    for (const path of Object.values(third)) assert.equal((await visit(app).post(path, {})).status, 404)
    assert.deepEqual(await emails(), ['old@example.com', 'old@example.com'])
  })

  it('by a made-up link is 404', async () => {
    await ask()
    for (const path of ['x', makeToken()]) {
      assert.equal((await visit(app).open(`/sign-in/email-changes/${path}`)).status, 404)
      assert.equal((await visit(app).post(`/sign-in/email-changes/${path}`, {})).status, 404)
    }
  })

  it('does not tell the new mailbox which address it was', async () => {
    await ask()
    const links = await paths()
    assert.doesNotMatch((await lastMailTo(app, NEW))?.plain ?? '', /old@example|Ana/)
    assert.doesNotMatch((await visit(app).open(links.new)).html, /old@example|Ana/)
  })

  it('is refused for no address, a wrong one, and the one that is there', async () => {
    assert.match((await ask('')).errorFor('email') ?? '', /type the new e-mail address/)
    assert.match((await ask('a b@c')).errorFor('email') ?? '', /like name@example\.com/)
    assert.match((await ask('OLD@example.com')).errorFor('email') ?? '', /address that you have now/)
  })

  it('is 429 after five, as each sends mail to an address that anybody can name', async () => {
    for (let n = 0; n < 5; n += 1) assert.equal((await ask(`n${n}@example.com`)).status, 200)
    assert.equal((await ask('more@example.com')).status, 429)
  })

  it('works for a dietitian, too', async () => {
    const desk = await signedIn(app, world.dietitian)
    await (await desk.open('/practice/account/email')).button('Ask both addresses', { email: NEW })
    const { email } = await app.db('accounts').where({ id: world.dietitian.account_id }).first('email')
    await confirm(pathIn(await lastMailTo(app, email), '/sign-in/email-changes/'))
    await confirm(pathIn(await lastMailTo(app, NEW), '/sign-in/email-changes/'))
    const after = await app.db('accounts').where({ id: world.dietitian.account_id }).first('email')
    assert.equal(after.email, NEW)
  })
})
