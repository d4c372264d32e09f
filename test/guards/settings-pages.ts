import { DAY, iso } from '../../server/clock.ts'
import { issueInvitationLink } from '../../server/people/invitations/store.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { at, type Scene, type Shown } from './scene.ts'

const settings = '/practice/settings'
const people = `${settings}/people`

const page = (name: string, view: string, path: string) => at(name, view, `${settings}${path}`, 'desk')

/** Posted without what was shown: somebody else has saved meanwhile. */
const late = (name: string, view: string, path: string, fields: Record<string, string>): Shown => ({
  name: `${name}, saved by somebody else meanwhile`,
  view,
  kind: 'desk',
  status: 409,
  open: ({ desk }) => desk.post(`${settings}${path}`, fields),
})

const refused = (name: string, view: string, path: string, fields: Record<string, string> = {}): Shown => ({
  name: `${name}, refused`,
  view,
  kind: 'desk',
  status: 422,
  open: ({ desk }) => desk.post(`${settings}${path}`, fields),
})

/** @returns the path of its link */
async function invited({ db, dietitian }: Scene, given: Record<string, unknown> = {}): Promise<string> {
  const { id } = await make.invitation(db, dietitian.account_id, { name: 'Sam "S" & <Co>', ...given })
  return `/sign-in/invitations/${await issueInvitationLink(db, id)}`
}

const colleagueIn = async ({ db }: Scene): Promise<string> =>
  (await db('dietitians').where({ position: 1 }).first('id')).id

const named = { name: 'A "B" & <C>', email: 'a@b.example', zone: 'UTC' }

export const settingsPages: Shown[] = [
  page('the practice', 'settings/practice', ''),
  refused('the practice', 'settings/practice', '', { name: '', address: '<b>"' }),
  late('the practice', 'settings/practice', '', named),
  refused('the logo', 'settings/practice', '/logo'),
  page('the home page’s words', 'settings/home', '/home'),
  refused('the home page’s words', 'settings/home', '/home', { text1: '<b>"' }),
  page('the policies', 'settings/policies', '/policies'),
  late('the policies', 'settings/policies', '/policies', {
    privacy_policy: '<b>"',
    keeps_records_years: '9',
  }),
  page('the security', 'settings/security', '/security'),
  refused('the security', 'settings/security', '/security'),
  page('the mails', 'settings/mails/list', '/mails'),
  page('a mail', 'settings/mails/mail', '/mails/booked'),
  refused('a mail', 'settings/mails/mail', '/mails/booked', { greeting: '{x} <b>"' }),
  late('a mail', 'settings/mails/mail', '/mails/moved', { greeting: '<b>"' }),
  page('one’s profile', 'people/profile', '/profile'),
  page('the profile of somebody new', 'people/profile', '/profile?done=joined'),
  refused('one’s profile', 'people/profile', '/profile', { video_url: 'x' }),
  late('one’s profile', 'people/profile', '/profile', named),
  {
    name: 'the people',
    view: 'people/list',
    changes: true,
    kind: 'desk',
    async open(scene) {
      await invited(scene)
      await invited(scene, {
        email: 'late@new.example',
        sent_at: iso(NOW - 4 * DAY),
        expires_at: iso(NOW - DAY),
      })
      return scene.desk.open(people)
    },
  },
  page('an invitation to write', 'people/new', '/people/new'),
  refused('an invitation to write', 'people/new', '/people', { name: '<b>"' }),
  {
    name: 'a colleague',
    view: 'people/person',
    kind: 'desk',
    open: async (scene) => scene.desk.open(`${people}/${await colleagueIn(scene)}`),
  },
  {
    name: 'oneself among the people',
    view: 'people/person',
    kind: 'desk',
    open: ({ desk, dietitian }) => desk.open(`${people}/${dietitian.id}`),
  },
  {
    name: 'what a colleague may do, refused',
    view: 'people/person',
    kind: 'desk',
    status: 422,
    open: async (scene) => scene.desk.post(`${people}/${await colleagueIn(scene)}/rights`, {}),
  },
  {
    name: 'a colleague who was not closed',
    view: 'people/person',
    kind: 'desk',
    status: 422,
    open: ({ desk, dietitian }) => desk.post(`${people}/${dietitian.id}/disabling`, { disabled: 'yes' }),
  },
  {
    name: 'an invitation',
    view: 'people/joining',
    changes: true,
    kind: 'link',
    open: async (scene) => scene.visitor.open(await invited(scene)),
  },
  {
    name: 'an invitation, refused',
    view: 'people/joining',
    changes: true,
    kind: 'link',
    status: 422,
    open: async (scene) => scene.visitor.post(await invited(scene), { name: '', credentials: '<b>"' }),
  },
  {
    name: 'an invitation that is over',
    view: 'people/over',
    changes: true,
    kind: 'link',
    status: 410,
    open: async (scene) => scene.visitor.open(await invited(scene, { withdrawn_at: iso(NOW) })),
  },
  {
    name: 'the policies, for everybody',
    view: 'settings/read',
    changes: true,
    kind: 'public',
    async open({ db, visitor }) {
      await db('practice').update({ cancellation_policy: '## One\n\n<b>"', privacy_policy: 'Two.' })
      return visitor.open('/policies')
    },
  },
]
