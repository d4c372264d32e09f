import type { Instant } from '../clock.ts'
import type { Fields } from '../practice/meanwhile.ts'
import { dayYearOf, whenShort } from '../words.ts'
import type { Invitation } from './invitations/store.ts'
import type { Person } from './store.ts'

const PATH = '/practice/settings/people'

type Rights = Pick<Person, 'isOwner' | 'seesAllCharts'>

/** As the form of the rights shows them. */
export const rightsFields = ({ isOwner, seesAllCharts }: Rights): Fields => ({
  charts: seesAllCharts ? 'all' : 'own',
  owner: isOwner ? 'yes' : '',
})

export const rightsWords = ({ isOwner, seesAllCharts }: Rights): string[] => [
  ...(isOwner ? ['Owner'] : []),
  seesAllCharts ? 'Sees all charts' : 'Sees own clients',
]

export const personLine = (person: Person, own: string) => ({
  name: person.name,
  credentials: person.credentials,
  email: person.email,
  isYou: person.accountId === own,
  isDisabled: person.disabledAt !== null,
  rights: rightsWords(person),
  href: `${PATH}/${person.id}`,
})

/** An invitation that nobody has taken up yet. */
export function invitationLine(invitation: Invitation, zone: string, now: Instant) {
  const { id, name, email, sentAt, expiresAt } = invitation
  return {
    name,
    email,
    isOver: expiresAt <= now,
    words:
      expiresAt <= now
        ? `The link ended ${whenShort(expiresAt, zone)}`
        : `Sent ${whenShort(sentAt, zone)}, good until ${whenShort(expiresAt, zone)}`,
    rights: rightsWords(invitation),
    again: `${PATH}/invitations/${id}/sending`,
    withdrawal: `${PATH}/invitations/${id}/withdrawal`,
  }
}

export const personPage = (person: Person, own: string, zone: string) => ({
  name: person.name,
  credentials: person.credentials,
  email: person.email,
  isYou: person.accountId === own,
  disabled: person.disabledAt === null ? null : dayYearOf(person.disabledAt, zone),
  path: `${PATH}/${person.id}`,
})

/** What was just done, said once on the page one comes back to. */
const done: Record<string, string> = {
  invited: 'The invitation is on its way.',
  again: 'A new link is on its way. Earlier ones don’t work any more.',
  withdrawn: 'The invitation is taken back. Its link does not work any more.',
  saved: 'Saved.',
  disabled: 'They are signed out everywhere and can’t sign in any more.',
  enabled: 'They can sign in again.',
  joined:
    'Welcome! This is what clients read of you. Then set your hours: until you do, nobody can book with you.',
}

export const doneWords = (what: unknown): string =>
  typeof what === 'string' && Object.hasOwn(done, what) ? (done[what] as string) : ''
