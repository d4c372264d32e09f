import { issueSignInLink } from '../accounts/store.ts'
import { findReader } from '../clients/reader/store.ts'
import type { Instant } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Handlers, Queues } from '../jobs/events.ts'
import type { MailKind } from '../mail/kinds.ts'
import { greeted, type Written } from '../mail/letter.ts'
import { findOwnWords } from '../mail/store.ts'
import type { Mailer } from '../mail/transport.ts'
import {
  askAgain,
  askForAppointment,
  findChange,
  findStanding,
  followAppointments,
} from './appointments/store.ts'
import { isInTime, remindersFor } from './due.ts'
import { type Asked, writeAsked, writeReminder } from './mails.ts'
import { askPlanned } from './plans/store.ts'
import { listOpenBefore, listStillOpen, lockClient, type OpenRequest } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'config' | 'jobs'> & { mailer: Mailer }

type RequestQueue = 'form-requests' | 'form-request-mail' | 'form-reminder' | 'form-plans'

/** Which forms are asked of whom, and the mails that say so. Each mail has a key, so that it is sent once. */
export const requestHandlers = (needs: Needs): Pick<Handlers, RequestQueue> => ({
  'form-requests': ({ changeId }) => followChange(needs, changeId),
  'form-request-mail': ({ requestIds }) => mailAsked(needs, requestIds),
  'form-reminder': (reminder) => remind(needs, reminder),
  'form-plans': () => askPlanned(needs.db, needs.jobs, needs.clock.now()),
})

/** Late or twice makes no difference: what counts is how the client's appointments stand now. */
const followChange = ({ db, clock, jobs }: Needs, changeId: number): Promise<void> =>
  db.transaction(async (trx) => {
    const change = await findChange(trx, changeId)
    if (!change) return
    const { appointmentId, clientId, sequence, startsAt, at: changedAt } = change
    await lockClient(trx, clientId)
    await followAppointments(trx, clientId, clock.now())
    if (change.what === 'restored') await askAgain(trx, change)
    const requestIds = await askForAppointment(trx, appointmentId, clock.now())
    if (requestIds.length > 0) await jobs.publish(trx, 'form.asked', { requestIds })
    if (change.what === 'cancelled' || !change.hasForms) return
    for (const { daysBefore, at } of remindersFor({ startsAt, changedAt })) {
      const key = `${appointmentId}:${sequence}:${daysBefore}`
      await jobs.schedule(trx, 'form-reminder', { appointmentId, sequence, daysBefore }, at, key)
    }
  })

async function mailAsked(needs: Needs, requestIds: string[]): Promise<void> {
  const now = needs.clock.now()
  const forms = await listStillOpen(needs.db, requestIds)
  const about = await aboutOf(needs, forms, { kind: 'forms', now })
  if (about) await send(needs, about, { key: `forms:${requestIds[0]}`, written: writeAsked(about, now) })
}

/** Also asks for what has become due to be asked only since: a form that was sent, but too long ago by now. */
async function remind(needs: Needs, reminder: Queues['form-reminder']): Promise<void> {
  const { db, clock, jobs } = needs
  const { appointmentId, sequence, daysBefore } = reminder
  const now = clock.now()
  const standing = await findStanding(db, appointmentId)
  if (!standing?.isBooked || standing.sequence !== sequence) return
  const { startsAt } = standing
  if (!isInTime({ startsAt, daysBefore }, now)) return
  const asked = await db.transaction(async (trx) => {
    await lockClient(trx, standing.clientId)
    const requestIds = await askForAppointment(trx, appointmentId, now)
    if (requestIds.length > 0) await jobs.publish(trx, 'form.asked', { requestIds })
    return requestIds
  })
  if (!standing.isReminded) return
  const forms = (await listOpenBefore(db, appointmentId)).filter(({ id }) => !asked.includes(id))
  const about = await aboutOf(needs, forms, { kind: 'forms-reminder', now })
  if (!about) return
  const written = writeReminder({ ...about, startsAt, zone: standing.zone }, now)
  await send(needs, about, { key: `forms:${appointmentId}:${sequence}:reminder-${daysBefore}`, written })
}

type About = Asked & { email: string }

const LINK_HOURS = 72

/** @returns undefined when nothing is open any more */
async function aboutOf(
  needs: Needs,
  forms: OpenRequest[],
  { kind, now }: { kind: MailKind; now: Instant },
): Promise<About | undefined> {
  const { db, config } = needs
  const [first] = forms
  if (!first) return undefined
  const { clientId } = first
  const { maySignIn, ...reader } = await findReader(db, clientId)
  const own = await findOwnWords(db, kind, { name: reader.name, practice: reader.practice.name })
  const path = forms.length === 1 ? `/my/forms/${first.slug}` : '/my/forms'
  // The name of a form may tell of health: no address in a mail has it.
  const page = `${config.baseUrl}/my/forms`
  if (!maySignIn) return { ...reader, own, forms, page, link: null }
  const token = await issueSignInLink(db, { clientId, hours: LINK_HOURS, returnTo: path }, now)
  const link = { address: `${config.baseUrl}/sign-in/links/${token}`, hours: LINK_HOURS }
  return { ...reader, own, forms, page, link }
}

const send = ({ mailer }: Needs, about: About, { key, written }: { key: string; written: Written }) =>
  mailer.send({
    ...written,
    key,
    to: about.email,
    toName: greeted(about.name),
    replyTo: about.practice.email,
  })
