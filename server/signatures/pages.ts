import type { Instant } from '../clock.ts'
import { renderConsent } from '../consents/text.ts'
import { dayYearOf, timeOf, whenShort, zoneWords } from '../words.ts'
import type { Asked, Signature, SignatureLine } from './store.ts'

/** "Version 2, published Tuesday, March 3, 2026" */
export const versionWords = (number: number, publishedAt: Instant, zone: string): string =>
  `Version ${number}, published ${dayYearOf(publishedAt, zone)}`

export const signPage = ({ versionId, number, title, body, sha256, publishedAt }: Asked, zone: string) => ({
  versionId,
  title,
  html: renderConsent(body),
  version: versionWords(number, publishedAt, zone),
  sha256: sha256.toString('hex'),
  action: `/my/consents/${versionId}/signature`,
})

/** A signed document with all that is kept of the signature. */
export const signaturePage = (signature: Signature, zone: string) => {
  const { title, number, body, sha256, publishedAt, signedAt } = signature
  return {
    title,
    html: renderConsent(body),
    version: versionWords(number, publishedAt, zone),
    sha256: sha256.toString('hex'),
    typedName: signature.typedName,
    clientName: signature.clientName,
    clientEmail: signature.clientEmail,
    when: `${dayYearOf(signedAt, zone)} at ${timeOf(signedAt, zone)}`,
    zoneWords: zoneWords(zone, signedAt),
    utc: `${new Date(signedAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    address: signature.address,
  }
}

export const signatureLine = ({ clientName, at, signatureId, number }: SignatureLine, zone: string) =>
  signatureId === null
    ? { name: clientName, words: `Appointment ${whenShort(at, zone)}`, href: null }
    : {
        name: clientName,
        words: `Version ${number}, ${dayYearOf(at, zone)}`,
        href: `/practice/consents/signatures/${signatureId}`,
      }
