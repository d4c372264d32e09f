import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A passkey in software, as a browser would hand it over: ES256, with user verification, attestation "none". */

type Options = { challenge: string; rp?: { id?: string }; rpId?: string }

/** What a test may spoil. */
export type Spoiled = {
  origin?: string
  challenge?: string
  domain?: string
  flags?: number
  counter?: number
  id?: string
}

const UP = 1
const UV = 4
const AT = 64

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest()

/** The few shapes of CBOR (RFC 8949) that are needed: a head of up to two bytes of length. */
const head = (major: number, length: number): Buffer =>
  length < 24
    ? Buffer.from([(major << 5) | length])
    : length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
const integer = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value))
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value])
const text = (value: string): Buffer => Buffer.concat([head(3, value.length), Buffer.from(value)])
const map = (...pairs: Buffer[][]): Buffer => Buffer.concat([head(5, pairs.length), ...pairs.flat()])

export function softAuthenticator(origin = 'http://localhost:3000') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const credentialId = randomBytes(16)
  const id = credentialId.toString('base64url')
  let counter = 0

  const clientData = (type: string, { challenge }: Options, spoiled: Spoiled) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: spoiled.challenge ?? challenge,
        origin: spoiled.origin ?? origin,
        crossOrigin: false,
      }),
    )

  function authenticatorData(flags: number, spoiled: Spoiled, more = Buffer.alloc(0)): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(spoiled.counter ?? counter)
    const domain = spoiled.domain ?? new URL(origin).hostname
    return Buffer.concat([sha256(domain), Buffer.from([spoiled.flags ?? flags]), count, more])
  }

  const outer = (response: object, spoiled: Spoiled) =>
    JSON.stringify({
      id: spoiled.id ?? id,
      rawId: spoiled.id ?? id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response,
    })

  return {
    id,
    /** Answers a request to make a passkey. */
    create(options: Options, spoiled: Spoiled = {}): string {
      const key = map(
        [integer(1), integer(2)],
        [integer(3), integer(-7)],
        [integer(-1), integer(1)],
        [integer(-2), bytes(Buffer.from(x, 'base64url'))],
        [integer(-3), bytes(Buffer.from(y, 'base64url'))],
      )
      const own = Buffer.concat([Buffer.alloc(16), Buffer.from([0, 16]), credentialId, key])
      const data = authenticatorData(UP | UV | AT, spoiled, own)
      const attestation = map(
        [text('fmt'), text('none')],
        [text('attStmt'), map()],
        [text('authData'), bytes(data)],
      )
      return outer(
        {
          clientDataJSON: clientData('webauthn.create', options, spoiled).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
        spoiled,
      )
    },
    /** Answers a request to sign; each counts one more. */
    sign(options: Options, spoiled: Spoiled = {}): string {
      counter += 1
      const data = authenticatorData(UP | UV, spoiled)
      const client = clientData('webauthn.get', options, spoiled)
      return outer(
        {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', Buffer.concat([data, sha256(client)]), privateKey).toString('base64url'),
        },
        spoiled,
      )
    },
  }
}
