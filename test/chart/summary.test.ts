import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { attendanceWords } from '../../server/chart/head/page.ts'
import { keyFactsIn } from '../../server/chart/key.ts'
import { groupsIn } from '../../server/chart/key-answers.ts'
import { bornWords } from '../../server/chart/summary/page.ts'
import { DAY } from '../../server/clock.ts'
import type { Questionnaire, QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { answered } from './sent.ts'

const intake = JSON.parse(readFileSync('server/forms/own/intake.json', 'utf8')) as Questionnaire
const said = (item: ResponseItem[]): QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  status: 'completed',
  item,
})
const words = (linkId: string, text: string): ResponseItem => ({ linkId, answer: [{ valueString: text }] })

const medicine = (name: string, dose?: string): ResponseItem => ({
  linkId: 'medicines',
  item: [words('medicine', name), ...(dose ? [words('medicine-dose', dose)] : [])],
})

const history = (...item: ResponseItem[]): ResponseItem => ({ linkId: 'history', item })

const allergic = [
  { linkId: 'food-allergies', item: [words('allergy-food', 'Kiwi')] },
  { linkId: 'food-allergies', item: [words('allergy-food', 'Peanut <b>')] },
  words('other-allergies', 'Penicillin'),
]

describe('what the head of a chart takes from the intake', () => {
  it('is what was named, a medicine with its own dose', () => {
    const facts = keyFactsIn(
      intake,
      said([
        history(...allergic, medicine('Iron'), medicine('Cetirizine', '10 mg'), medicine('Zinc', 'daily')),
      ]),
    )
    assert.deepEqual(facts.allergies, ['Kiwi', 'Peanut <b>', 'Penicillin'])
    assert.deepEqual(facts.medicines, ['Iron', 'Cetirizine: 10 mg', 'Zinc: daily'])
  })

  it('is empty where nothing was answered, and for a form that asks none of it', () => {
    const none = { pronouns: '', allergies: [], medicines: [], born: '' }
    assert.deepEqual(keyFactsIn(intake, said([])), none)
    assert.deepEqual(keyFactsIn({ resourceType: 'Questionnaire' } as Questionnaire, said([])), none)
    assert.deepEqual(groupsIn(intake, said([])), [])
  })
})

describe('how often somebody came', () => {
  it('is said in a few words', () => {
    const none = { kept: 0, late: 0, noShows: 0, cancelledLate: 0 }
    assert.equal(attendanceWords(none), '')
    assert.equal(attendanceWords({ ...none, kept: 1 }), '1 kept')
    assert.equal(
      attendanceWords({ kept: 9, late: 2, noShows: 1, cancelledLate: 3 }),
      '9 kept (2 late), 1 no-show, 3 cancelled late',
    )
  })
})

describe('a date of birth', () => {
  it('is said with the age of today', () => {
    assert.equal(bornWords('1991-05-17', '2026-05-16'), 'May 17, 1991 (34)')
    assert.equal(bornWords('1991-05-17', '2026-05-17'), 'May 17, 1991 (35)')
    for (const nothing of ['', '1991', '2026-06-01', 'x']) assert.equal(bornWords(nothing, '2026-05-17'), '')
  })
})

describe('the intake summary', () => {
  let app: TestApp
  let desk: Visitor
  let maya: { id: string }
  let path: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    const { dietitian } = await make.world(db)
    await make.ownForms(db)
    maya = await make.client(db, { name: 'Maya' })
    path = `/practice/clients/${maya.id}`
    desk = await signedIn(app, dietitian)
  })

  const goals = (hope: string): ResponseItem => ({ linkId: 'goals', item: [words('hope', hope)] })

  it('has warning signs first, cautions apart, then what matters of the answers, and what changed', async () => {
    const signs = [
      { sign: 'pregnancy', kind: 'caution' as const },
      { sign: 'blood-in-stool', kind: 'sign' as const },
    ]
    const first = await answered(app.db, { clientId: maya.id, item: [goals('Sleep')], at: NOW - 40 * DAY })
    await answered(app.db, {
      clientId: maya.id,
      item: [goals('Eat <out>'), history(...allergic, medicine('Cetirizine', '10 mg'))],
      amends: first,
      at: NOW - DAY,
      signs,
    })
    const page = await (await desk.open(path)).link('Intake summary')
    assert.equal(page.h1, 'Intake summary')
    assert.match(page.text, /From the intake of Mar 2, 2026/)
    const order = [
      'Warning signs Blood in the stool', // the head
      'Warning signs Warning sign Mar 2, 2026 Blood in the stool',
      'Cautions Caution Mar 2, 2026 Pregnant',
      'What changed since Jan 22, 2026',
      'Sleep became Eat <out>',
      'What brings them In three months Eat <out>',
      'Health Food allergies Kiwi Peanut <b> Other allergies Penicillin Medicines Cetirizine: 10 mg',
    ].map((text) => page.text.indexOf(text))
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      order,
      page.text,
    )
    assert.ok(!order.includes(-1), `${order} ${page.text}`)
    assert.doesNotMatch(page.html, /<out>|Peanut <b>/)
    const [entry] = await app.db('audit_entries').orderBy('position', 'desc')
    assert.deepEqual([entry.action, entry.client_id], ['summary.read', maya.id])
  })

  it('says when there is no intake, when nothing was before, and when it can’t be read', async () => {
    assert.match((await desk.open(`${path}/summary`)).text, /No intake was sent yet .*Ask for it/)
    await answered(app.db, { clientId: maya.id, item: [goals('Sleep')] })
    assert.doesNotMatch((await desk.open(`${path}/summary`)).text, /What changed/)
    await app.db.raw('alter table responses disable trigger responses_immutable')
    await app.db('responses').update({ answers_sealed: Buffer.from([1, 120, ...Buffer.alloc(60)]) })
    await app.db.raw('alter table responses enable trigger responses_immutable')
    const page = await desk.open(`${path}/summary`)
    assert.equal(page.status, 200)
    assert.match(page.text, /This text can’t be read/)
    assert.match(page.text, /Allergies Can’t be read/)
  })

  it('takes nothing of a draft', async () => {
    await answered(app.db, { clientId: maya.id, item: [goals('Planted')], isDraft: true })
    assert.doesNotMatch((await desk.open(`${path}/summary`)).html, /Planted/)
  })
})
