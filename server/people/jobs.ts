import type { Knex } from 'knex'
import type { Deps } from '../deps.ts'
import type { Handlers } from '../jobs/events.ts'
import type { Mailer } from '../mail/transport.ts'
import { findWanted, issueInvitationLink } from './invitations/store.ts'
import { type Told, writeInvitation } from './mails.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'config'> & { mailer: Mailer }

/** The secret of a link is made here: a job that runs twice makes a second one, which nobody gets when the first mail has left. */
export const peopleHandlers = (needs: Needs): Pick<Handlers, 'invitation-mail'> => ({
  'invitation-mail': ({ invitationId }) => mailInvitation(needs, invitationId),
})

async function mailInvitation({ db, clock, config, mailer }: Needs, id: string): Promise<void> {
  const wanted = await findWanted(db, id, clock.now())
  if (!wanted) return
  const { name, email, inviter, sentAt, expiresAt } = wanted
  const practice = await findPractice(db)
  const link = `${config.baseUrl}/sign-in/invitations/${await issueInvitationLink(db, id)}`
  await mailer.send({
    ...writeInvitation({ name, inviter, practice, link, expiresAt }),
    key: `invitation:${id}:${sentAt}`,
    to: email,
    replyTo: practice.email,
  })
}

const findPractice = (db: Knex): Promise<Told['practice']> =>
  db('practice').first('name', 'zone', 'email', 'phone')
