import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/**
 * Text about health, and secret links, leave the process only sealed: AES-256-GCM with the place it is kept
 * (table, column, row) bound in, so that a value moved to another row does not open.
 * Layout: 1 byte length of the key id, the key id, 12 bytes nonce, 16 bytes tag, the ciphertext.
 */
export type Place = { table: string; column: string; row: string }

export type Sealer = {
  seal(place: Place, text: string): Buffer
  /** @throws {Error} when the key is not here, or the value was altered or moved */
  open(place: Place, sealed: Buffer): string
}

const NONCE = 12
const TAG = 16

const context = ({ table, column, row }: Place): Buffer => Buffer.from(JSON.stringify([table, column, row]))

/** @param setting "id:base64key[,id:base64key …]"; the first one seals, all of them open */
export function createSealer(setting: string): Sealer {
  const keys = new Map(
    setting.split(',').map((part) => {
      const at = part.indexOf(':')
      return [part.slice(0, at), Buffer.from(part.slice(at + 1), 'base64')] as const
    }),
  )
  const [sealingId, sealingKey] = [...keys][0] as [string, Buffer]

  return {
    seal(place, text) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(context(place))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      const id = Buffer.from(sealingId)
      return Buffer.concat([Buffer.from([id.length]), id, nonce, cipher.getAuthTag(), body])
    },
    open(place, sealed) {
      const idEnd = 1 + (sealed[0] ?? 0)
      const id = sealed.subarray(1, idEnd).toString()
      const key = keys.get(id)
      if (!key) throw new Error(`No sealing key with the id ${JSON.stringify(id.slice(0, 40))}`)
      const nonce = sealed.subarray(idEnd, idEnd + NONCE)
      const tag = sealed.subarray(idEnd + NONCE, idEnd + NONCE + TAG)
      // Without a length, a tag cut down to 4 bytes would be good enough.
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
      decipher.setAAD(context(place)).setAuthTag(tag)
      return decipher.update(sealed.subarray(idEnd + NONCE + TAG), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}

/** A new key in the form of the setting, with the id k1. */
export const makeSealingKey = (): string => `k1:${randomBytes(32).toString('base64')}`

/** A secret for a link: 32 random bytes, safe in a URL. Stored as its hash. */
export const makeToken = (): string => randomBytes(32).toString('base64url')

export const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text)

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
