import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'

/** What a browser and we say to each other about a passkey (Web Authentication, level 3). */

/** EdDSA, ES256 and RS256: named, as the library's own choice asks for what Node calls experimental. */
const ALGORITHMS = [-8, -7, -257]

/** The site that a passkey is bound to. */
export type Site = { name: string; origin: string; domain: string }

export const siteOf = (baseUrl: string, name: string): Site => {
  const { origin, hostname } = new URL(baseUrl)
  return { name, origin, domain: hostname }
}

export type Passkey = {
  id: string
  accountId: string
  credentialId: string
  publicKey: Uint8Array<ArrayBuffer>
  counter: number
  transports: string[]
}

type Known = Pick<Passkey, 'credentialId' | 'transports'>

const described = (known: Known[]) =>
  known.map(({ credentialId, transports }) => ({ id: credentialId, transports }))

/** A passkey that can be found without a name and that asks for finger, face or PIN. */
export const optionsToAdd = (
  site: Site,
  account: { id: string; email: string; name: string },
  known: Known[],
) =>
  generateRegistrationOptions({
    rpName: site.name,
    rpID: site.domain,
    userName: account.email,
    userDisplayName: account.name,
    userID: Uint8Array.from(Buffer.from(account.id.replaceAll('-', ''), 'hex')),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: described(known),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })

/** @param known the passkeys that may answer; none named: whichever the device has for this site */
export const optionsToSign = (site: Site, known: Known[]) =>
  generateAuthenticationOptions({
    rpID: site.domain,
    allowCredentials: known.length > 0 ? described(known) : undefined,
    userVerification: 'required',
  })

/** @returns the new passkey, or undefined when the answer is for another site or challenge, or makes no sense */
export async function readNew(
  site: Site,
  challenge: string,
  response: string,
): Promise<Omit<Passkey, 'id' | 'accountId'> | undefined> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: JSON.parse(response) as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.domain,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified || !registrationInfo) return undefined
    const { id, publicKey, counter, transports } = registrationInfo.credential
    return { credentialId: id, publicKey, counter, transports: (transports ?? []).slice(0, 10) }
  } catch {
    return undefined
  }
}

/** The id of the passkey that an answer says it is of. */
export function credentialIdOf(response: string): string | undefined {
  try {
    const { id } = JSON.parse(response)
    return typeof id === 'string' && /^[\w-]{1,1400}$/.test(id) ? id : undefined
  } catch {
    return undefined
  }
}

/** @returns the passkey's new counter, or undefined when it did not sign this challenge for this site */
export async function readSigned(
  site: Site,
  challenge: string,
  response: string,
  passkey: Passkey,
): Promise<number | undefined> {
  try {
    const { credentialId: id, publicKey, counter } = passkey
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: JSON.parse(response) as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: site.domain,
      credential: { id, publicKey, counter },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined
  }
}
