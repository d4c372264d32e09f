import { createHash, randomBytes } from 'node:crypto'

/** Codes for the day the phone is lost: 24 letters of 31, 118 random bits, so that a plain hash keeps them (ASVS 6.5.2: 112). */

const COUNT = 10
const LENGTH = 24

/** Without letters and digits that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

function makeCode(): string {
  let code = ''
  while (code.length < LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      const at = byte & 31
      if (at < LETTERS.length && code.length < LENGTH) code += LETTERS[at]
    }
  }
  return code.replace(/(.{4})(?=.)/g, '$1-')
}

export const makeCodes = (): string[] => Array.from({ length: COUNT }, makeCode)

/** Capitals, spaces and hyphens don't matter when it is typed. */
export const hashCode = (typed: string): Buffer =>
  createHash('sha256')
    .update(typed.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .digest()
