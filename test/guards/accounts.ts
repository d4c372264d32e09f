import type { Row } from './table.ts'

const atSignIn: Record<string, Row> = {
  'GET /sign-in': { guard: 'anyone', ok: 200 },
  'POST /sign-in': { guard: 'anyone', ok: 422, body: { email: 'nobody@example.com', password: 'x' } },
  'POST /sign-out': { guard: 'anyone', ok: 303, body: {} },
  'POST /sign-in/link': { guard: 'anyone', ok: 303, body: { email: 'nobody@example.com' } },
  'GET /sign-in/link-sent': { guard: 'anyone', ok: 200 },
  'GET /sign-in/links/:token': { guard: 'linkHolder', ok: 200, of: 'signInLink' },
  'POST /sign-in/links/:token': { guard: 'linkHolder', ok: 303, of: 'signInLink', body: {} },
  'GET /sign-in/email-changes/:token': { guard: 'linkHolder', ok: 200, of: 'emailChange' },
  'POST /sign-in/email-changes/:token': { guard: 'linkHolder', ok: 200, of: 'emailChange', body: {} },
  'POST /sign-in/passkey/options': { guard: 'anyone', ok: 200, body: {} },
  'POST /sign-in/passkey': { guard: 'anyone', ok: 422, body: { response: 'x' } },
  'GET /sign-in/again': { guard: 'signedIn', ok: 200 },
  'POST /sign-in/again': { guard: 'signedIn', ok: 422, body: { password: 'not this one' } },
  'POST /sign-in/again/link': { guard: 'signedIn', ok: 303, body: {} },
  'POST /sign-in/again/passkey/options': { guard: 'signedIn', ok: 200, body: {} },
  'POST /sign-in/again/passkey': { guard: 'signedIn', ok: 422, body: { response: 'x' } },
}

const halfSignedIn: Record<string, Row> = {
  'GET /sign-in/second-factor': { guard: 'halfSignedIn', ok: 200 },
  'POST /sign-in/second-factor': { guard: 'halfSignedIn', ok: 422, body: { code: '000000' } },
  'GET /sign-in/second-factor/recovery': { guard: 'halfSignedIn', ok: 200 },
  'POST /sign-in/second-factor/recovery': { guard: 'halfSignedIn', ok: 422, body: { code: 'abcd' } },
  'POST /sign-in/second-factor/passkey/options': { guard: 'halfSignedIn', ok: 200, body: {} },
  'POST /sign-in/second-factor/passkey': { guard: 'halfSignedIn', ok: 422, body: { response: 'x' } },
  'GET /sign-in/second-factor/set-up': { guard: 'halfSignedIn', ok: 200 },
  'POST /sign-in/second-factor/set-up': { guard: 'halfSignedIn', ok: 422, body: { code: '000000' } },
  'POST /sign-in/second-factor/set-up/passkey/options': { guard: 'halfSignedIn', ok: 200, body: {} },
  'GET /sign-in/second-factor/set-up/passkey': { guard: 'halfSignedIn', ok: 200 },
  'POST /sign-in/second-factor/set-up/passkey': {
    guard: 'halfSignedIn',
    ok: 422,
    body: { name: 'My key', response: 'x' },
  },
}

/** The pages of an account are the same below /my and below /practice. */
function own(
  home: string,
  guard: 'client' | 'dietitian',
  of: Pick<Required<Row>, 'of'>['of'][],
): Record<string, Row> {
  const path = `${home}/account`
  const [session, passkey] = of
  return {
    [`GET ${path}`]: { guard, ok: 200 },
    [`GET ${path}/password`]: { guard, ok: 200 },
    [`POST ${path}/password`]: { guard, ok: 303, body: { password: 'four grey herons' } },
    [`POST ${path}/sessions/:id/end`]: { guard, ok: 303, of: session as 'session', body: {} },
    [`POST ${path}/sessions/end`]: { guard, ok: 303, body: {} },
    [`GET ${path}/passkeys`]: { guard, ok: 200 },
    [`POST ${path}/passkeys/options`]: { guard, ok: 200, body: {} },
    [`POST ${path}/passkeys`]: { guard, ok: 422, body: { name: 'My phone', response: 'x' } },
    [`POST ${path}/passkeys/:id/removal`]: { guard, ok: 303, of: passkey as 'passkey', body: {} },
    [`GET ${path}/email`]: { guard, ok: 200 },
    [`POST ${path}/email`]: { guard, ok: 303, body: { email: 'new@example.com' } },
    [`POST ${path}/email/cancellation`]: { guard, ok: 303, body: {} },
  }
}

const factor: Record<string, Row> = {
  'GET /practice/account/second-factor': { guard: 'dietitian', ok: 200 },
  'POST /practice/account/second-factor': { guard: 'dietitian', ok: 422, body: { code: '000000' } },
  'POST /practice/account/second-factor/removal': { guard: 'dietitian', ok: 303, body: {} },
  'POST /practice/account/recovery-codes': { guard: 'dietitian', ok: 200, body: {} },
}

/** Signing in, and the account of whoever has signed in. */
export const accountTable: Record<string, Row> = {
  ...atSignIn,
  ...halfSignedIn,
  ...own('/my', 'client', ['session', 'passkey']),
  ...own('/practice', 'dietitian', ['deskSession', 'deskPasskey']),
  ...factor,
}
