import { iso } from '../../clock.ts'
import type { Known } from '../gather/rows.ts'
import { extensions, filled, moment, type Reference, type Resource, refer, text } from './resource.ts'

const PRACTICE = 'practice'

/** Who is who in a bundle. */
export type People = {
  patient: Reference
  practice: Reference
  /** A dietitian by the id of their account; the practice where it is nobody's. */
  byAccount(accountId: string | null): Reference
  byDietitian(dietitianId: string): Reference
}

export function peopleOf({ client, practice, dietitians }: Known): People {
  const named = new Map(dietitians.map(({ id, name }) => [id, refer('Practitioner', id, name)]))
  const accounts = new Map(dietitians.map(({ id, accountId }) => [accountId, id]))
  const organization = refer('Organization', PRACTICE, practice.name)
  const byDietitian = (id: string) => named.get(id) ?? organization
  return {
    patient: refer('Patient', client.id),
    practice: organization,
    byDietitian,
    byAccount: (accountId) => byDietitian(accounts.get(accountId ?? '') ?? ''),
  }
}

const telecom = (email: string, phone: string) => [
  { system: 'email', value: email },
  ...(phone === '' ? [] : [{ system: 'phone', value: phone }]),
]

function patient({ client }: Known, people: People): Resource {
  const { id, name, email, phone, bornOn, dietitianId } = client
  return {
    resourceType: 'Patient',
    id,
    ...extensions(
      text('pronouns', client.pronouns),
      text('time-zone', client.zone),
      moment('client-since', client.createdAt),
      moment('archived', client.archivedAt),
    ),
    active: client.archivedAt === null,
    name: [{ text: name }],
    telecom: telecom(email, phone),
    ...filled('birthDate', bornOn),
    ...(dietitianId === null ? {} : { generalPractitioner: [people.byDietitian(dietitianId)] }),
    managingOrganization: people.practice,
  }
}

/** The client, the practice, and the dietitians whom the record names. */
export function peopleResources(known: Known, people: People): Resource[] {
  const { name, email, phone, address } = known.practice
  return [
    patient(known, people),
    {
      resourceType: 'Organization',
      id: PRACTICE,
      name,
      telecom: telecom(email, phone),
      ...(address === '' ? {} : { address: [{ text: address }] }),
    },
    ...known.dietitians.map((dietitian) => ({
      resourceType: 'Practitioner',
      id: dietitian.id,
      name: [{ text: dietitian.name }],
      ...(dietitian.credentials === '' ? {} : { qualification: [{ code: { text: dietitian.credentials } }] }),
    })),
  ]
}

/** What was mailed: subjects alone, the mails are not kept. */
export const mailResources = ({ mails }: Known, people: People): Resource[] =>
  mails.map(({ key, subject, sentAt }, index) => ({
    resourceType: 'Communication',
    id: `mail-${index + 1}`,
    identifier: [{ value: key }],
    status: 'completed',
    medium: [{ text: 'E-mail' }],
    subject: people.patient,
    ...(subject === '' ? {} : { topic: { text: subject } }),
    sent: iso(sentAt),
    recipient: [people.patient],
    sender: people.practice,
  }))
