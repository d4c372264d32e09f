import { type Instant, iso } from '../../clock.ts'

/** A resource of FHIR R4, as far as all of them are alike: https://hl7.org/fhir/R4/resource.html */
export type Resource = { resourceType: string; id: string; [element: string]: unknown }

export type Reference = { reference: string; display?: string }

export const refer = (type: string, id: string, display?: string): Reference => ({
  reference: `${type}/${id}`,
  ...(display === undefined ? {} : { display }),
})

export type Extension = { url: string; [value: string]: unknown }

/** What FHIR has no place for is kept in extensions of Flora's own: urn:flora:… */
const own = (name: string) => `urn:flora:${name}`

/** Values that are empty are left out. */
export const extensions = (...found: (Extension | null)[]): { extension?: Extension[] } => {
  const extension = found.filter((one) => one !== null)
  return extension.length > 0 ? { extension } : {}
}

export const text = (name: string, value: string | null): Extension | null =>
  value === '' ? null : { url: own(name), ...(value === null ? unreadable : { valueString: value }) }

/** It was there, and could not be opened. */
const unreadable = { extension: [{ url: own('unreadable'), valueBoolean: true }] }

export const flagged = (name: string, value: boolean): Extension | null =>
  value ? { url: own(name), valueBoolean: true } : null

export const moment = (name: string, at: Instant | null): Extension | null =>
  at === null ? null : { url: own(name), valueInstant: iso(at) }

export const whole = (name: string, value: number): Extension => ({ url: own(name), valueInteger: value })

export const referred = (name: string, to: Reference | null): Extension | null =>
  to && { url: own(name), valueReference: to }

export const together = (name: string, ...parts: (Extension | null)[]): Extension | null => {
  const { extension } = extensions(...parts)
  return extension ? { url: own(name), extension } : null
}

/** SHA-256 in hexadecimal letters. */
export const digest = (sha256: Buffer): Extension => ({
  url: own('sha256'),
  valueString: sha256.toString('hex'),
})

/** A string of FHIR is never empty. */
export const filled = <T extends string>(name: T, value: string | null): { [K in T]?: string } =>
  (value ? { [name]: value } : {}) as { [K in T]?: string }

export const coded = (words: string) => ({ text: words })
