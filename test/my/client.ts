import assert from 'node:assert/strict'
import type { TestApp } from '../support/app.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { PASSWORD, withPassword } from '../support/people.ts'

export type SignedIn = {
  client: { id: string } & Record<string, unknown>
  visitor: Visitor
  my(): Promise<Page>
}

/** A client with an account who has signed in, by the page. */
export async function signedInClient(app: TestApp, given: Record<string, unknown> = {}): Promise<SignedIn> {
  const account = await make.account(app.db, { role: 'client' })
  const client = await make.client(app.db, {
    email: account.email,
    name: 'Ana Ruiz',
    account_id: account.id,
    ...given,
  })
  return signedInAgain(app, client)
}

/** The same client on another device. */
export async function signedInAgain(app: TestApp, client: SignedIn['client']): Promise<SignedIn> {
  const email = await withPassword(app, client.account_id)
  const visitor = visit(app)
  const page = await visitor.open('/sign-in?returnTo=/my')
  const home = await page.button('Sign in', { email, password: PASSWORD })
  assert.equal(home.path, '/my')
  return { client, visitor, my: () => visitor.open('/my') }
}
