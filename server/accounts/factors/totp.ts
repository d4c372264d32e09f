import { HOTP, Secret, TOTP } from 'otpauth'
import type { Instant } from '../../clock.ts'

/** Codes of an authenticator app, RFC 6238: HMAC-SHA-1, a step of 30 seconds. A secret is base32 text. */

const PERIOD = 30
const DIGITS = 6

/** How many steps a phone's clock may be early or late. */
const WINDOW = 1

/** 160 bits, as RFC 4226 recommends. */
export const makeSecret = (): string => new Secret({ size: 20 }).base32

export const stepAt = (now: Instant): number => Math.floor(now / 1000 / PERIOD)

export const codeAt = (secret: string, step: number, digits = DIGITS): string =>
  HOTP.generate({ secret: Secret.fromBase32(secret), counter: step, digits })

/**
 * @returns the step that the code belongs to, or undefined when it fits none near `now`; whoever accepts it must
 * see that this step is later than the last one that was accepted
 */
export function stepOfCode(secret: string, code: string, now: Instant): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined // the library fails on what is as long but no ASCII
  const found = HOTP.validate({
    token: code,
    secret: Secret.fromBase32(secret),
    digits: DIGITS,
    counter: stepAt(now),
    window: WINDOW,
  })
  return found === null ? undefined : stepAt(now) + found
}

/** What the QR code says to the app. */
export const addressOf = (secret: string, issuer: string, label: string): string =>
  new TOTP({ issuer, label, secret: Secret.fromBase32(secret), digits: DIGITS, period: PERIOD }).toString()

/** In groups of four, as it is typed. */
export const spaced = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')
