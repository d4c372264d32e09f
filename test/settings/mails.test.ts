import assert from 'node:assert/strict'
import { mailKinds, ownWords, unknownPlaceholders } from '../../server/mail/kinds.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { book, lastMailTo, signedIn } from '../support/people.ts'

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '')

describe('words of one’s own in a mail', () => {
  it('have names in their places, and lose the space before a name that is not to be had', () => {
    const text = { greeting: 'Dear {name} of {practice},', closing: 'One {dietitian}.\n\n\nTwo\nlines.' }
    const named = ownWords(text, { name: 'Ana', practice: 'Maple', dietitian: 'Robin' })
    assert.equal(plain(named.greeting ?? ''), 'Dear Ana of Maple,')
    assert.deepEqual(named.closing.map(plain), ['One Robin.', 'Two lines.'])
    assert.equal(plain(ownWords({ greeting: 'Hello {name},', closing: '' }, {}).greeting ?? ''), 'Hello,')
    assert.deepEqual(ownWords({ greeting: '', closing: '' }, { name: 'Ana' }), {
      greeting: null,
      closing: [],
    })
  })

  it('take no name for a placeholder, and carry no address of the web into a greeting', () => {
    const greeting = 'Hello {name},'
    const tricky = ownWords({ greeting, closing: '' }, { name: '{practice}', practice: 'Maple' })
    assert.equal(plain(tricky.greeting ?? ''), 'Hello {practice},')
    assert.equal(ownWords({ greeting, closing: '' }, { name: 'buy at evil.example' }).greeting, 'Hello,')
  })

  it('know only the placeholders of their kind', () => {
    assert.deepEqual(unknownPlaceholders('{name} {dietitian} {time} {}', 'forms'), [
      '{dietitian}',
      '{time}',
      '{}',
    ])
    assert.deepEqual(unknownPlaceholders('{name} {dietitian}', 'booked'), [])
  })
})

describe('the texts of mails', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  const write = async (kind: string, greeting: string, closing: string) =>
    (await desk.open(`/practice/settings/mails/${kind}`)).button('Save the words', { greeting, closing })

  it('are in the mails from then on, as text and as HTML, and only in those of their kind', async () => {
    await write('booked', 'Dear {name},', 'See you soon at {practice} & <b>co</b>.\n\nYours, {dietitian}')
    await book(visit(app), world.type, /Thursday, March 5/, '1:00 PM')
    const mail = await lastMailTo(app, 'ana@example.com')
    assert.match(mail?.plain ?? '', /^Dear Ana Ruiz,\n/)
    assert.match(
      mail?.plain ?? '',
      /See you soon at Maple Street Nutrition & <b>co<\/b>\.\n\nYours, Dietitian \d+\n\nMaple/,
    )
    assert.match(mail?.html ?? '', /Dear <bdi>Ana Ruiz<\/bdi>,/)
    assert.match(mail?.html ?? '', /&amp; &lt;b&gt;co&lt;\/b&gt;/)
    const toDesk = (await app.mails()).find(({ subject }) => subject.startsWith('New appointment'))
    assert.doesNotMatch(toDesk?.plain ?? '', /See you soon/)

    const visitor = visit(app)
    await visitor.post('/sign-in/link', { email: 'ana@example.com' })
    assert.match((await lastMailTo(app, 'ana@example.com'))?.plain ?? '', /^Hello Ana Ruiz,\n/)
    await write('sign-in', 'Hi {name}!', 'Bye.')
    await visitor.post('/sign-in/link', { email: 'ana@example.com' })
    assert.match((await lastMailTo(app, 'ana@example.com'))?.plain ?? '', /^Hi Ana Ruiz!\n[\s\S]*Bye\./)
  })

  it('are those of Flora again once they are emptied', async () => {
    await write('booked', 'Dear {name},', '')
    assert.match((await desk.open('/practice/settings/mails')).text, /Booked[\s\S]*Your words/)
    await write('booked', '', '')
    assert.deepEqual(await app.db('mail_texts'), [])
    await book(visit(app), world.type, /Thursday, March 5/, '1:00 PM')
    assert.match((await lastMailTo(app, 'ana@example.com'))?.plain ?? '', /^Hello Ana Ruiz,\n/)
    const noted = await app.db('audit_entries').pluck('action')
    assert.deepEqual(noted, ['mails.changed', 'mails.changed'])
  })

  it('can be looked at before they are saved, of each kind, in a frame that runs nothing', async () => {
    for (const kind of Object.keys(mailKinds)) {
      const page = await desk.open(`/practice/settings/mails/${kind}`)
      const closing = '<script>x</script> {practice}'
      const shown = await page.button('Preview', { greeting: 'Oh {name},', closing })
      assert.match(shown.text, /Preview, not saved yet/, kind)
      assert.equal(shown.value('closing'), closing)
      const [, src = ''] = shown.html.match(/<iframe[^>]* src="([^"]+)"/) ?? []
      const frame = await desk.send('GET', src.replaceAll('&amp;', '&'))
      assert.match(frame.body, /Oh <bdi>Jordan Example<\/bdi>,/, kind)
      assert.match(frame.body, /&lt;script&gt;x&lt;\/script&gt; <bdi>Maple Street Nutrition/, kind)
      assert.match(frame.headers.get('content-security-policy') ?? '', /^default-src 'none'.*sandbox$/)
    }
    assert.deepEqual(await app.db('mail_texts'), [])
    assert.equal((await desk.send('GET', '/practice/settings/mails/constructor')).status, 404)
    assert.equal((await desk.send('GET', '/practice/settings/mails/nothing/preview')).status, 404)
  })

  it('refuse a placeholder that they don’t know, and what is too long, and keep what was typed', async () => {
    const unknown = await write('forms', 'Dear {dietitian},', 'On {day}')
    assert.equal(unknown.status, 422)
    assert.match(unknown.errorFor('greeting') ?? '', /knows only \{name\} and \{practice\}/)
    assert.equal(unknown.value('closing'), 'On {day}')
    assert.match((await write('booked', 'x'.repeat(201), '')).errorFor('greeting') ?? '', /at most 200/)
    assert.deepEqual(await app.db('mail_texts'), [])
  })

  it('of two at once: the second is shown what stands now', async () => {
    const open = () => desk.open('/practice/settings/mails/moved')
    const [one, two] = [await open(), await open()]
    await one.button('Save the words', { greeting: 'First,' })
    const late = await two.button('Save the words', { greeting: 'Second,' })
    assert.equal(late.status, 409)
    assert.match(late.text, /Greeting\s*First,/)
    assert.equal(late.value('greeting'), 'Second,')
    await late.button('Save the words')
    assert.deepEqual(await app.db('mail_texts').pluck('greeting'), ['Second,'])
  })
})
