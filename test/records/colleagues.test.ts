import assert from 'node:assert/strict'
import { makeDraftNote, makeNote } from '../notes/written.ts'
import { testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { download } from './downloading.ts'

describe('who is named in a record', () => {
  it('is, for the client, nobody who only wrote what is not shared; for the practice, nobody with a draft alone', async () => {
    const app = await testApp()
    const { dietitian } = await make.world(await reset())
    const client = await make.client(app.db)
    const shares = await make.dietitian(app.db, { name: 'Shares Words' })
    const keeps = await make.dietitian(app.db, { name: 'Keeps Words' })
    const drafts = await make.dietitian(app.db, { name: 'Drafts Words' })
    const of = (accountId: unknown) => ({ clientId: client.id, accountId })
    await makeNote(app.db, of(shares.account_id), { isShared: true })
    await makeNote(app.db, of(keeps.account_id))
    await makeDraftNote(app.db, of(drafts.account_id))
    const namesIn = ({ text }: { text: string }) =>
      ['Shares Words', 'Keeps Words', 'Drafts Words'].filter((name) => text.includes(name))
    const own = await download(app, await signedInAsClient(app, client), '/my/record')
    assert.deepEqual(namesIn(own), ['Shares Words'])
    const desk = await signedIn(app, dietitian)
    const whole = await download(app, desk, `/practice/clients/${client.id}/record`)
    assert.deepEqual(namesIn(whole), ['Shares Words', 'Keeps Words'])
  })
})
