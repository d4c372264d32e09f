import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/**
 * Text about health, and secret links, leave the process only sealed: AES-256-GCM with the place it is kept
 * (table, column, row) bound in, so that a value moved to another row does not open.
 * Layout: 1 byte length of the key id, the key id, 12 bytes nonce, 16 bytes tag, the ciphertext.
 */
export type Place = { table: string; column: string; row: string }

export type Sealer = {
  seal(place: Place, content: string | Buffer): Buffer
  /** @throws {Unreadable} when the key is not here, or the value was altered or moved */
  open(place: Place, sealed: Buffer): string
  /** As `open`, of what is not text: the bytes. */
  openBytes(place: Place, sealed: Buffer): Buffer
  /** The ids of its keys, that of the key which seals first. */
  keyIds: readonly [string, ...string[]]
  /** What tells a key from another of the same id and tells nothing of the key itself: 32 bytes. */
  fingerprint(keyId: string): Buffer
}

/** A sealed value that must not be trusted. Its message names the key's id and nothing of the value. */
export class Unreadable extends Error {
  override name = 'Unreadable'
}

/** Keys that Flora must not go on with, in a plain line for whoever runs it. */
export class KeyRefusal extends Error {
  override name = 'KeyRefusal'
}

const NONCE = 12
const TAG = 16
const LONGEST_ID = 40

const context = ({ table, column, row }: Place): Buffer => Buffer.from(JSON.stringify([table, column, row]))

/**
 * @param setting "id:base64key[,id:base64key …]"; the first one seals, all of them open
 * @throws {KeyRefusal}
 */
export function createSealer(setting: string): Sealer {
  const keys = readKeys(setting)
  const keyIds = [...keys.keys()] as [string, ...string[]]
  const [sealingId] = keyIds
  const sealingKey = keys.get(sealingId) as KeyObject

  function keyOf(id: string): KeyObject {
    const key = keys.get(id)
    if (!key) throw new Unreadable(`No sealing key with the id ${JSON.stringify(id.slice(0, LONGEST_ID))}`)
    return key
  }

  function openBytes(place: Place, sealed: Buffer): Buffer {
    const key = keyOf(keyIdOf(sealed))
    const rest = sealed.subarray(1 + (sealed[0] ?? 0))
    try {
      // Without its length Node takes a tag cut to four bytes, which can be guessed.
      const options = { authTagLength: TAG }
      const decipher = createDecipheriv('aes-256-gcm', key, rest.subarray(0, NONCE), options)
      decipher.setAAD(context(place)).setAuthTag(rest.subarray(NONCE, NONCE + TAG))
      return Buffer.concat([decipher.update(rest.subarray(NONCE + TAG)), decipher.final()])
    } catch {
      throw new Unreadable('A sealed value was altered or moved')
    }
  }

  return {
    keyIds,
    fingerprint: (id) => createHmac('sha256', keyOf(id)).update('flora sealing key').digest(),
    seal(place, content) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(context(place))
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      const body = Buffer.concat([cipher.update(bytes), cipher.final()])
      const id = Buffer.from(sealingId)
      return Buffer.concat([Buffer.from([id.length]), id, nonce, cipher.getAuthTag(), body])
    },
    open: (place, sealed) => openBytes(place, sealed).toString('utf8'),
    openBytes,
  }
}

/** The id of the key that a value was sealed with; the SQL function sealing_key_of says the same. */
export const keyIdOf = (sealed: Buffer): string => sealed.subarray(1, 1 + (sealed[0] ?? 0)).toString()

function readKeys(setting: string): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>()
  for (const part of setting.split(',')) {
    const at = part.indexOf(':')
    const id = part.slice(0, at)
    const key = Buffer.from(part.slice(at + 1), 'base64')
    if (at < 1 || id.length > LONGEST_ID || !/^[\w-]+$/.test(id) || key.length !== 32)
      throw new KeyRefusal('SEALING_KEYS must be id:key[,id:key …], each key 32 bytes in base64.')
    if (keys.has(id)) throw new KeyRefusal(`SEALING_KEYS names the key ${id} twice.`)
    keys.set(id, createSecretKey(key))
  }
  return keys
}

/** A new key in the form of the setting. */
export const makeSealingKey = (id = 'k1'): string => `${id}:${randomBytes(32).toString('base64')}`

/** A secret for a link: 32 random bytes, safe in a URL. Stored as its hash. */
export const makeToken = (): string => randomBytes(32).toString('base64url')

export const isToken = (text: string): boolean => /^[\w-]{43}$/.test(text)

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
