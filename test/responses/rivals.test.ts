import assert from 'node:assert/strict'
import { iso } from '../../server/clock.ts'
import type { Item, Questionnaire, QuestionnaireResponse } from '../../server/forms/fhir.ts'
import type { Evaluate } from '../../server/forms/settling.ts'
import { decideSending } from '../../server/responses/sending.ts'
import { changeDraft, type Draft, sendResponse } from '../../server/responses/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'About you',
    item: [{ linkId: 'name', type: 'string', text: 'Your name' }],
  },
]

const calculated = {
  url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression',
  valueExpression: { language: 'text/fhirpath', expression: '1' },
}

const saying = (name: string): QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  status: 'in-progress',
  item: [{ linkId: 'one', item: [{ linkId: 'name', answer: [{ valueString: name }] }] }],
})

describe('a form that takes long to be worked out', () => {
  let app: TestApp
  let whose: { clientId: string; formId: string; versionId: string }
  let accountId: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    const form = await make.form(db, items, { slug: 'soup' })
    const { client } = await asked(app, form)
    whose = { clientId: client.id, formId: form.id, versionId: form.versionId }
    accountId = (await db('clients').where({ id: client.id }).first('account_id')).account_id
  })

  const inUse = (): number => app.db.client.pool.numUsed()

  const save = (change: (draft: Draft | null) => Promise<QuestionnaireResponse>) =>
    changeDraft<null>(
      app.db,
      sealer,
      { ...whose, change: async (draft) => ({ response: await change(draft), outcome: null }) },
      NOW,
    )

  const send = (finish: (draft: Draft | null) => Promise<QuestionnaireResponse>) =>
    sendResponse<never>(
      app.db,
      app.deps,
      {
        ...whose,
        accountId,
        finish: async (draft) => ({ finished: { response: await finish(draft), scores: [], signs: [] } }),
      },
      NOW,
    )

  /** What another process does meanwhile. */
  const elsewhere = () => app.db('responses').increment('revision', 1)

  it('holds no connection of the database meanwhile', async () => {
    const held: number[] = []
    for (const name of ['Ana', 'Anabel'])
      await save(async () => {
        held.push(inUse())
        return saying(name)
      })
    await send(async () => {
      held.push(inUse())
      return saying('Anabel')
    })
    assert.deepEqual(held, [0, 0, 0])
    assert.equal((await sent(app)).length, 1)
  })

  it('is worked out anew when another process has saved it meanwhile', async () => {
    await save(async () => saying('Ana'))
    const seen: (number | undefined)[] = []
    await save(async (draft) => {
      seen.push(draft?.revision)
      if (seen.length === 1) await elsewhere()
      return saying('Anabel')
    })
    await send(async (draft) => {
      seen.push(draft?.revision)
      if (seen.length === 3) await elsewhere()
      return { ...saying('Anabel'), status: 'completed' }
    })
    assert.deepEqual(seen, [0, 1, 2, 3])
    assert.deepEqual(
      (await sent(app)).map((row) => [opened(row).status, row.revision]),
      [['completed', 4]],
    )
  })

  it('is not taken for what it was when the page was read', async () => {
    let first: Draft | undefined
    await save(async () => saying('Ana'))
    await save(async (draft) => {
      first = draft ?? undefined
      return saying('Anabel')
    })
    const seen: (number | undefined)[] = []
    const keep = (isKept: boolean) => async (draft: Draft | null) => {
      seen.push(draft?.revision)
      return { response: isKept ? saying('Anabella') : undefined, outcome: draft?.revision }
    }
    for (const isKept of [true, false]) {
      const saving = { ...whose, seen: first, change: keep(isKept) }
      const { outcome } = await changeDraft(app.db, sealer, saving, NOW)
      assert.equal(outcome, isKept ? 1 : 2)
    }
    assert.deepEqual(seen, [0, 1, 0, 2])
  })

  it('is not begun when it was taken back meanwhile', async () => {
    const wasAsked: boolean[] = []
    const change = async (_: Draft | null, isAsked: boolean) => {
      wasAsked.push(isAsked)
      await app.db('form_requests').update({ withdrawn_at: iso(NOW) })
      return { response: isAsked ? saying('Ana') : undefined, outcome: isAsked }
    }
    const { outcome } = await changeDraft(app.db, sealer, { ...whose, change }, NOW)
    assert.deepEqual([wasAsked, outcome], [[true, false], false])
    assert.deepEqual(await drafts(app), [])
  })

  it('is not sent without what could not be worked out at this moment', async () => {
    const number: Item = { linkId: 'score', type: 'decimal', text: 'Score', extension: [calculated] }
    const definition: Questionnaire = { resourceType: 'Questionnaire', status: 'active', item: [number] }
    const draft = { response: saying('Ana'), digest: '' }
    const about = { number: 1, today: '2026-03-03', authored: iso(NOW) }
    const nothing = { calculated: {}, enabled: {}, failedRegex: [] }
    const tried = async (evaluate: Evaluate) =>
      (await decideSending({ definition, evaluate, evaluateAgain: evaluate }, draft, about)).because
    const busy = { linkId: '', message: 'Too many forms', isPassing: true } as const
    assert.equal(await tried(async () => ({ ...nothing, troubles: [busy] })), 'busy')
    // The fault of the form: waiting would not help.
    assert.equal(
      await tried(async () => ({ ...nothing, troubles: [{ linkId: '', message: '' }] })),
      'changed',
    )
    let times = 0
    const late: Evaluate = async () => ({ ...nothing, troubles: ++times < 3 ? [busy] : [] })
    assert.equal(await tried(late), 'changed')
  })

  it('is saved one after the other, and each builds on the one before', async () => {
    const letters = [...'abcdefghijklmnop']
    await Promise.all(
      letters.map((letter) =>
        save(async (draft) => {
          const before = draft
            ? JSON.stringify(opened({ id: draft.id, answers_sealed: draft.answersSealed }))
            : ''
          const kept = /"valueString":"(\w*)"/.exec(before)?.[1] ?? ''
          return saying(kept + letter)
        }),
      ),
    )
    const [row] = await drafts(app)
    const kept = /"valueString":"(\w*)"/.exec(JSON.stringify(opened(row)))?.[1] ?? ''
    assert.deepEqual([...kept].sort(), letters)
    assert.equal(row.revision, letters.length - 1, 'none had to be worked out twice')
  })
})
