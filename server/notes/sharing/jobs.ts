import { issueSignInLink } from '../../accounts/store.ts'
import { findReader } from '../../clients/reader/store.ts'
import type { Deps } from '../../deps.ts'
import type { Handlers } from '../../jobs/events.ts'
import { greeted } from '../../mail/letter.ts'
import { findOwnWords, isSent } from '../../mail/store.ts'
import type { Mailer } from '../../mail/transport.ts'
import { writeShared } from './mails.ts'
import { findSharedWith, sharedMailKey } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'config'> & { mailer: Mailer }

const LINK_HOURS = 72
const PAGE = '/my/notes'

/** Tells a client that there is something to read: of a note once, however often it is shared. */
export const noteHandlers = (needs: Needs): Pick<Handlers, 'note-shared-mail'> => ({
  'note-shared-mail': ({ noteId }) => mailShared(needs, noteId),
})

async function mailShared({ db, clock, config, mailer }: Needs, noteId: string): Promise<void> {
  const key = sharedMailKey(noteId)
  const clientId = await findSharedWith(db, noteId)
  if (clientId === undefined || (await isSent(db, key))) return
  const { maySignIn, ...reader } = await findReader(db, clientId)
  const own = await findOwnWords(db, 'shared', { name: reader.name, practice: reader.practice.name })
  const asked = { clientId, hours: LINK_HOURS, returnTo: PAGE }
  const token = maySignIn ? await issueSignInLink(db, asked, clock.now()) : null
  const link = token && { address: `${config.baseUrl}/sign-in/links/${token}`, hours: LINK_HOURS }
  await mailer.send({
    ...writeShared({ ...reader, link: link || null, page: `${config.baseUrl}${PAGE}`, own }),
    key,
    to: reader.email,
    toName: greeted(reader.name),
    replyTo: reader.practice.email,
  })
}
