import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import * as net from 'node:net'
import ICAL from 'ical.js'
import type { Knex } from 'knex'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { appointmentHandlers } from '../../server/appointments/jobs.ts'
import type { Config } from '../../server/config.ts'
import { inquiryHandlers } from '../../server/inquiries/jobs.ts'
import type { Jobs } from '../../server/jobs/worker.ts'
import { listOutboxMails } from '../../server/mail/store.ts'
import { createMailer, type Mail } from '../../server/mail/transport.ts'
import { createSealer, makeSealingKey, makeToken } from '../../server/sealing/seal.ts'
import { reset } from '../support/database.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HOUR = 3_600_000
const clock = { now: () => NOW }
const baseUrl = 'https://flora.example'

const mail = (own: Partial<Mail> = {}): Mail => ({
  key: 'test:1',
  to: 'ana@client.example',
  toName: 'Ana Example',
  subject: 'Your appointment',
  text: 'Words\n',
  html: '<p>Words</p>',
  ...own,
})

/** A real mail server on loopback that keeps what it is given, in its raw form. */
async function startServer() {
  const mails: { raw: string; from: string; to: string[] }[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom ? mailFrom.address : ''
        mails.push({
          raw: Buffer.concat(chunks).toString('latin1'),
          from,
          to: rcptTo.map(({ address }) => address),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    read: (index = 0): Promise<ParsedMail> => simpleParser(Buffer.from(mails[index]?.raw ?? '', 'latin1')),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

describe('mail', () => {
  let db: Knex
  let server: Awaited<ReturnType<typeof startServer>>

  beforeEach(async () => {
    db = await reset()
    await db('practice').insert({
      name: 'Blue Tree Nutrition',
      zone: 'America/Indiana/Indianapolis',
      email: 'hello@practice.example',
      phone: '317 555 0100',
      address: '12 Sample Street\nIndianapolis',
      created_at: new Date(NOW),
    })
    server = await startServer()
  })
  afterEach(() => server.close())

  const config = (own: Partial<Config> = {}) =>
    ({ baseUrl, smtpUrl: server.url, mailFrom: '"Blue Tree" <no-reply@practice.example>', ...own }) as Config
  const mailer = (own: Partial<Config> = {}) => createMailer({ config: config(own), db, clock })

  describe('by SMTP', () => {
    it('arrives once a key', async () => {
      assert.equal(await mailer().send(mail()), 'sent')
      assert.equal(await mailer().send(mail()), 'already')
      assert.equal(server.mails.length, 1)
      assert.deepEqual(server.mails[0]?.to, ['ana@client.example'])
      assert.equal(server.mails[0]?.from, 'no-reply@practice.example')
      const read = await server.read()
      assert.equal(read.text?.trim(), 'Words')
      assert.equal(read.html, '<p>Words</p>')
      assert.equal(read.headers.get('auto-submitted'), 'auto-generated')
      assert.equal(read.date?.getTime(), NOW)
    })

    it('a second copy after a kill carries the same id as the first', async () => {
      await mailer().send(mail())
      await db('sent_mails').delete()
      await mailer().send(mail())
      await mailer().send(mail({ key: 'test:2' }))
      const ids = await Promise.all([0, 1, 2].map(async (index) => (await server.read(index)).messageId))
      assert.match(String(ids[0]), /^<[0-9a-f]{32}@flora\.example>$/)
      assert.equal(ids[0], ids[1])
      assert.notEqual(ids[0], ids[2])
    })

    it('a server that is away fails the job and is asked again', async () => {
      const { url } = server
      await server.close()
      await assert.rejects(createMailer({ config: config({ smtpUrl: url }), db, clock }).send(mail()))
      assert.deepEqual(await db('sent_mails'), [])
      server = await startServer()
      assert.equal(await mailer().send(mail()), 'sent')
    })

    it('a server that refuses fails the job', async () => {
      const refusing = new SMTPServer({
        authOptional: true,
        logger: false,
        onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')),
      })
      await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
      const { port } = refusing.server.address() as AddressInfo
      await assert.rejects(mailer({ smtpUrl: `smtp://127.0.0.1:${port}` }).send(mail()))
      assert.deepEqual(await db('sent_mails'), [])
      await new Promise<void>((resolve) => refusing.close(() => resolve()))
    })

    it('a server that accepts and says nothing is given up in time', async () => {
      const silent = net.createServer(() => {})
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
      const { port } = silent.address() as AddressInfo
      const waiting = mailer({ smtpUrl: `smtp://127.0.0.1:${port}?greetingTimeout=300` })
      await assert.rejects(waiting.send(mail()), { code: 'ETIMEDOUT', message: /Greeting/ })
      silent.close()
    })

    it('across a network nothing goes out in plain', async () => {
      const { port } = new URL(server.url)
      const url = `smtp://127.0.0.1:${port}?ignoreTLS=false`
      // The server's certificate is its own: to be refused, as any server in between would be.
      await assert.rejects(mailer({ smtpUrl: url }).send(mail()), /certificate/)
      assert.equal(server.mails.length, 0)
    })

    it('no header can be added by what people typed', async () => {
      const evil = 'x\r\nBcc: evil@evil.example\r\n\r\nbody'
      await mailer().send(mail({ subject: evil, toName: `"Ana, <a@b.example>" ${evil}` }))
      const [sent] = server.mails
      assert.deepEqual(sent?.to, ['ana@client.example'])
      assert.doesNotMatch(sent?.raw ?? '', /^Bcc/im)
      const read = await server.read()
      assert.equal(read.subject, 'x Bcc: evil@evil.example body')
    })

    const addresses = [
      'a@b.example, evil@evil.example',
      'a@b.example\r\nBcc: evil@evil.example',
      'Ana <a@b.example>',
      'a@b@c.example',
      '@b.example',
      'a b@c.example',
      'a@b.example;c@d.example',
      '',
    ]
    for (const to of addresses) {
      it(`is not sent to ${JSON.stringify(to)}`, async () => {
        await assert.rejects(mailer().send(mail({ to })), /not an address/)
        await assert.rejects(mailer().send(mail({ replyTo: to })), /not an address/)
        assert.equal(server.mails.length, 0)
      })
    }

    for (const name of [
      'Ana "the Gut" Example',
      'Example, Ana',
      'أنا',
      '👩🏽‍⚕️ Ana',
      'N'.repeat(120),
      'é'.repeat(120),
    ]) {
      it(`a name arrives as it is: ${name.slice(0, 30)}`, async () => {
        await mailer().send(mail({ toName: name, subject: name }))
        const read = await server.read()
        const to = Array.isArray(read.to) ? read.to[0] : read.to
        assert.equal(to?.value[0]?.name, name)
        assert.equal(to?.value[0]?.address, 'ana@client.example')
        assert.equal(read.subject, name)
        const head = (server.mails[0]?.raw ?? '').split('\r\n\r\n')[0] ?? ''
        for (const line of head.split('\r\n'))
          assert.ok(line.length <= 78 || !/^(To|Subject)/.test(line), line)
      })
    }
  })

  describe('without a mail server', () => {
    it('is kept once a key, in the practice’s name', async () => {
      const own = { smtpUrl: undefined, mailFrom: undefined }
      const sends = await Promise.all([1, 2, 3].map(() => mailer(own).send(mail())))
      assert.deepEqual(sends.toSorted(), ['already', 'already', 'sent'])
      assert.equal(await mailer(own).send(mail()), 'already')
      const rows = await db('outbox_mails')
      assert.equal(rows.length, 1)
      assert.equal(rows[0].from_address, '"Blue Tree Nutrition" <hello@practice.example>')
      assert.equal(rows[0].to_address, '"Ana Example" <ana@client.example>')
      assert.equal(rows[0].at, NOW)
      assert.equal(server.mails.length, 0)
    })

    it('is listed newest first, twenty a page', async () => {
      const box = mailer({ smtpUrl: undefined })
      for (let index = 1; index <= 45; index++) {
        await box.send(mail({ key: `test:${index}`, subject: `Mail ${index}` }))
      }
      const subjects = (page: Awaited<ReturnType<typeof listOutboxMails>>) =>
        [page.mails.at(0)?.subject, page.mails.at(-1)?.subject, page.mails.length] as const
      const first = await listOutboxMails(db, undefined)
      assert.deepEqual(subjects(first), ['Mail 45', 'Mail 26', 20])
      assert.equal(first.newerBefore, null)
      const second = await listOutboxMails(db, first.olderBefore ?? 0)
      assert.deepEqual(subjects(second), ['Mail 25', 'Mail 6', 20])
      assert.equal(second.newerBefore, 'first')
      const third = await listOutboxMails(db, second.olderBefore ?? 0)
      assert.deepEqual(subjects(third), ['Mail 5', 'Mail 1', 5])
      assert.equal(third.olderBefore, null)
      assert.deepEqual(subjects(await listOutboxMails(db, third.newerBefore as number)), [
        'Mail 25',
        'Mail 6',
        20,
      ])
    })
  })

  describe('of an appointment', () => {
    const sealer = createSealer(makeSealingKey())
    const planned: { data: object; at: number; key: string }[] = []
    const jobs = {
      async schedule(_db, _queue, data, at, key) {
        planned.push({ data, at, key })
      },
    } as Pick<Jobs, 'schedule'> as Jobs
    const token = makeToken()
    const startsAt = Date.parse('2026-12-01T14:00:00Z')
    let ids: { appointment: string; account: string }

    const handlers = (now = NOW, own: Partial<Config> = {}) =>
      appointmentHandlers({
        db,
        sealer,
        jobs,
        config: config(own),
        clock: { now: () => now },
        mailer: mailer(own),
      })

    const change = async (own: Record<string, unknown> = {}): Promise<number> => {
      const row = {
        appointment_id: ids.appointment,
        at: new Date(NOW),
        what: 'booked',
        by_role: 'client',
        to_starts_at: new Date(startsAt),
        sequence: 0,
        ...own,
      }
      const [inserted] = await db('appointment_changes').insert(row).returning('id')
      return inserted.id
    }

    beforeEach(async () => {
      planned.length = 0
      ids = await book(db, {
        startsAt,
        now: NOW,
        seal: (id) => sealer.seal({ table: 'appointments', column: 'link_sealed', row: id }, token),
      })
    })

    it('reaches client and dietitian, each in their own zone, with an invitation', async () => {
      const changeId = await change()
      for (let run = 0; run < 2; run++) {
        await handlers()['appointment-mail-to-client']({ changeId })
        await handlers()['appointment-mail-to-dietitian']({ changeId })
      }
      assert.deepEqual(
        server.mails.map(({ to }) => to),
        [['ana@client.example'], ['dana@practice.example']],
      )
      const [client, dietitian] = [await server.read(0), await server.read(1)]
      assert.equal(client.subject, 'Your appointment on Tue, Dec 1 at 7:45 PM is booked')
      assert.match(client.text ?? '', new RegExp(`${baseUrl}/appointments/${token}`))
      assert.equal(client.replyTo?.value[0]?.address, 'hello@practice.example')
      assert.equal(dietitian.subject, 'New appointment: Ana Example on Tue, Dec 1 at 9:00 AM')
      assert.doesNotMatch(server.mails[1]?.raw ?? '', new RegExp(token))
      for (const { raw } of server.mails) {
        assert.match(raw, /^Content-Type: text\/calendar; charset=utf-8; method=REQUEST\r$/m)
        assert.match(raw, /^Content-Type: application\/ics; name=invite\.ics\r$/m)
      }
      const text = client.attachments[0]?.content.toString() ?? ''
      const event = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')
      const value = (name: string) => event?.getFirstPropertyValue(name)
      const instantOf = (name: string) => (value(name) as unknown as ICAL.Time).toJSDate().getTime()
      assert.equal(value('uid'), `${ids.appointment}@flora`)
      assert.equal(value('sequence'), 0)
      assert.equal(instantOf('dtstart'), startsAt)
      assert.equal(instantOf('dtend'), startsAt + HOUR)
    })

    it('that comes late keeps the time of its own change, and says what happened since', async () => {
      const booked = await change()
      const later = startsAt + 24 * HOUR
      await db('appointments').update({
        starts_at: new Date(later),
        ends_at: new Date(later + HOUR),
        blocks: db.raw('tstzrange(?, ?)', [new Date(later), new Date(later + HOUR)]),
        sequence: 1,
      })
      const moved = await change({
        what: 'moved',
        from_starts_at: new Date(startsAt),
        to_starts_at: new Date(later),
        sequence: 1,
      })
      await handlers()['appointment-mail-to-client']({ changeId: moved })
      await handlers()['appointment-mail-to-client']({ changeId: booked })
      const [first, second] = [await server.read(0), await server.read(1)]
      assert.equal(first.subject, 'Your appointment is now on Wed, Dec 2 at 7:45 PM')
      assert.match(first.attachments[0]?.content.toString() ?? '', /SEQUENCE:1\r\n/)
      assert.match(second.text ?? '', /since been moved to Wednesday, December 2/)
      assert.match(
        second.attachments[0]?.content.toString() ?? '',
        /SEQUENCE:0\r\n.*DTSTART:20261201T140000Z/s,
      )
    })

    it('that was cancelled: no invitation follows the cancellation', async () => {
      const booked = await change()
      await db('appointments').update({ state: 'cancelled', cancelled_at: new Date(NOW), sequence: 1 })
      const cancelled = await change({ what: 'cancelled', sequence: 1 })
      await handlers()['appointment-mail-to-client']({ changeId: cancelled })
      await handlers()['appointment-mail-to-client']({ changeId: booked })
      await handlers()['appointment-mail-to-dietitian']({ changeId: booked })
      assert.match(server.mails[0]?.raw ?? '', /method=CANCEL/)
      assert.match((await server.read(0)).attachments[0]?.content.toString() ?? '', /STATUS:CANCELLED/)
      assert.deepEqual((await server.read(1)).attachments, [])
      assert.match((await server.read(1)).text ?? '', /has been cancelled since/)
      // The dietitian's cancellation is still to come and takes this one back.
      assert.match(server.mails[2]?.raw ?? '', /method=REQUEST/)
    })

    it('goes to the practice when its dietitian’s account is closed', async () => {
      await db('accounts').update({ disabled_at: new Date(NOW) })
      await handlers()['appointment-mail-to-dietitian']({ changeId: await change() })
      assert.deepEqual(server.mails[0]?.to, ['hello@practice.example'])
    })

    it('waits for nothing when the change is gone', async () => {
      await handlers()['appointment-mail-to-client']({ changeId: 1 })
      await handlers()['appointment-reminders']({ changeId: 1 })
      assert.equal(server.mails.length, 0)
    })

    it('reminders are planned two days and two hours before, the client’s as they wish', async () => {
      const changeId = await change()
      await handlers()['appointment-reminders']({ changeId })
      const plan = () => planned.map(({ key, at }) => [key.replace(`${ids.appointment}:`, ''), startsAt - at])
      assert.deepEqual(plan(), [
        ['0:48:client', 48 * HOUR],
        ['0:48:dietitian', 48 * HOUR],
        ['0:2:client', 2 * HOUR],
        ['0:2:dietitian', 2 * HOUR],
      ])
      planned.length = 0
      await db('appointments').update({ reminders: false })
      await handlers()['appointment-reminders']({ changeId })
      assert.deepEqual(plan(), [
        ['0:48:dietitian', 48 * HOUR],
        ['0:2:dietitian', 2 * HOUR],
      ])
    })

    it('reminders go out once, and not for what was moved, cancelled or is not wished', async () => {
      const reminder = { appointmentId: ids.appointment, sequence: 0, hoursBefore: 48 }
      const remind = (own: object = {}) =>
        handlers(startsAt - 48 * HOUR)['appointment-reminder']({ ...reminder, to: 'client', ...own })
      await remind()
      await remind()
      await remind({ to: 'dietitian' })
      assert.deepEqual(
        (await Promise.all([server.read(0), server.read(1)])).map(({ subject }) => subject),
        [
          'Reminder: your appointment on Tue, Dec 1 at 7:45 PM',
          'Reminder: Ana Example on Tue, Dec 1 at 9:00 AM',
        ],
      )
      await remind({ sequence: 1 })
      await db('appointments').update({ reminders: false })
      await remind({ hoursBefore: 2 })
      await db('appointments').update({ state: 'cancelled', cancelled_at: new Date(NOW), reminders: true })
      await remind({ hoursBefore: 2 })
      assert.equal(server.mails.length, 2)
    })
  })

  it('about an inquiry never carries its message', async () => {
    const message_sealed = Buffer.from('sealed')
    const row = {
      name: 'Ana Example',
      email: 'ana@client.example',
      message_sealed,
      created_at: new Date(NOW),
    }
    const [inquiry] = await db('inquiries').insert(row).returning('id')
    const handlers = inquiryHandlers({ db, config: config(), mailer: mailer() })
    await handlers['inquiry-mail-to-practice']({ inquiryId: inquiry.id })
    await handlers['inquiry-mail-to-practice']({ inquiryId: inquiry.id })
    assert.equal(server.mails.length, 1)
    assert.deepEqual(server.mails[0]?.to, ['hello@practice.example'])
    const read = await server.read()
    assert.equal(read.subject, 'A new message from Ana Example')
    assert.match(read.text ?? '', new RegExp(`${baseUrl}/practice/inquiries/${inquiry.id}`))
    assert.equal(read.replyTo?.value[0]?.address, 'ana@client.example')
    assert.doesNotMatch(server.mails[0]?.raw ?? '', /sealed/)
  })
})

type Booking = { startsAt: number; now: number; seal(id: string): Buffer }

/** Ana in Kathmandu has an appointment with Dana in Indianapolis. */
async function book(db: Knex, { startsAt, now, seal }: Booking) {
  const created_at = new Date(now)
  const one = async (table: string, row: object): Promise<string> => {
    const [inserted] = await db(table)
      .insert({ created_at, ...row })
      .returning('id')
    return inserted.id
  }
  const account = await one('accounts', { role: 'dietitian', email: 'dana@practice.example' })
  const dietitian = await one('dietitians', {
    account_id: account,
    slug: 'dana',
    name: 'Dana Reed',
    zone: 'America/Indiana/Indianapolis',
  })
  const type = await one('appointment_types', {
    slug: 'initial',
    name: 'Initial consultation',
    minutes: 60,
    price_cents: 14500,
    currency: 'USD',
    places: ['video'],
  })
  const client = await one('clients', {
    email: 'ana@client.example',
    name: 'Ana Example',
    zone: 'Asia/Kathmandu',
  })
  const id = crypto.randomUUID()
  const times = [new Date(startsAt), new Date(startsAt + HOUR)]
  const appointment = await one('appointments', {
    id,
    dietitian_id: dietitian,
    appointment_type_id: type,
    client_id: client,
    state: 'booked',
    starts_at: times[0],
    ends_at: times[1],
    blocks: db.raw('tstzrange(?, ?)', times),
    place: 'video',
    zone: 'Asia/Kathmandu',
    uid: `${id}@flora`,
    price_cents: 14500,
    currency: 'USD',
    change_deadline_minutes: 1440,
    booked_name: 'Ana Example',
    hold_hash: Buffer.from(`hold ${id}`),
    link_hash: Buffer.from(`link ${id}`),
    link_sealed: seal(id),
    booked_at: created_at,
  })
  return { appointment, account }
}
