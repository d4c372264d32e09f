/** How often one may try, by what is counted; a kind is counted by one caller. */
export const signInLimits = {
  /** Wrong passwords, by e-mail. */
  account: { points: 5, seconds: 300 },
  /** Wrong passwords, by the address they come from. */
  address: { points: 30, seconds: 900 },
  /** Codes and recovery codes, by account: six digits are a million, and three of them fit at any time. */
  factor: { points: 5, seconds: 300 },
  /** Links asked for, by e-mail and by address. */
  link: { points: 5, seconds: 900 },
  linkAddress: { points: 20, seconds: 900 },
  /** Challenges for a passkey without an account, by address: each leaves a session for a quarter of an hour. */
  passkey: { points: 60, seconds: 900 },
  /** Changes of the e-mail address asked for, by account: each sends mail to an address that anybody can name. */
  emailChange: { points: 5, seconds: 3600 },
}

export type SignInKind = keyof typeof signInLimits
