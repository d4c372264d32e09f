import type { Knex } from 'knex'
import { issueInvitationLink } from '../../server/people/invitations/store.ts'
import { rightsFields } from '../../server/people/pages.ts'
import { findProfile } from '../../server/people/profile/store.ts'
import { markOf } from '../../server/practice/meanwhile.ts'
import { type GroupName, groups, habitNumbers } from '../../server/settings/groups.ts'
import { findSettings } from '../../server/settings/store.ts'
import { make } from '../support/make.ts'
import type { FormOf, World } from './forms.ts'

const settings = '/practice/settings'
const people = `${settings}/people`

/** The page of a group as it was just opened: nobody has saved since. */
const fresh = (group: GroupName) => async (db: Knex) => ({
  path: groups[group].path,
  also: { base: markOf(await findSettings(db, group)) },
})

const colleague = (db: Knex) => make.dietitian(db, { position: 1 })

async function invitation(db: Knex, { dietitian }: World): Promise<string> {
  await db.raw('delete from invitation_links; delete from invitations')
  return (await make.invitation(db, dietitian.account_id)).id
}

const pressed = (name: string, path: FormOf['path']): FormOf => ({
  name,
  fields: { any: '' },
  texts: [],
  isPractice: true,
  path,
})

const icons = habitNumbers.map((n) => `icon${n}=leaf`)

const ofPractice: FormOf[] = [
  {
    name: 'the practice',
    fields: {
      name: 'Maple',
      tagline: 'Gut and skin',
      address: '12 Maple Street\nIndianapolis',
      phone: '+1 317 555 0100',
      email: 'hello@maple.example',
      zone: 'America/Indiana/Indianapolis',
    },
    texts: ['name', 'tagline', 'address'],
    exact: ['phone', 'email'],
    isPractice: true,
    path: fresh('practice'),
  },
  {
    name: 'the words of the home page',
    fields: {
      headline: 'A calmer gut',
      introduction: 'Hello.',
      about: 'One.\n\nTwo.',
      call_to_action: 'Write to us.',
      title1: 'Fiber',
      text1: 'Slowly.',
      icon6: 'leaf',
    },
    texts: ['headline', 'introduction', 'about', 'call_to_action', 'title1', 'text1'],
    isPractice: true,
    also: icons,
    path: fresh('home'),
  },
  {
    name: 'the policies',
    fields: {
      cancellation_policy: 'A day before.',
      privacy_policy: 'Nobody else.',
      keeps_records_years: '7',
    },
    texts: ['cancellation_policy', 'privacy_policy'],
    exact: ['keeps_records_years'],
    isPractice: true,
    path: fresh('policies'),
  },
  {
    name: 'the security',
    fields: {
      required: 'no',
      dietitian_idle_minutes: '60',
      dietitian_absolute_minutes: '720',
      client_idle_minutes: '60',
      client_absolute_minutes: '1440',
    },
    texts: [],
    exact: [
      'dietitian_idle_minutes',
      'dietitian_absolute_minutes',
      'client_idle_minutes',
      'client_absolute_minutes',
    ],
    isPractice: true,
    path: fresh('security'),
  },
  {
    name: 'the state of the settings that was seen',
    fields: { base: 'x' },
    texts: [],
    isPractice: true,
    also: ['privacy_policy=Nobody', 'cancellation_policy=', 'keeps_records_years=7'],
    path: () => `${settings}/policies`,
  },
  {
    name: 'the words of a mail',
    fields: { greeting: 'Dear {name},', closing: 'Yours,\nRobin' },
    texts: ['greeting', 'closing'],
    isPractice: true,
    async path(db) {
      await db('mail_texts').del()
      return { path: `${settings}/mails/booked`, also: { base: markOf({ greeting: '', closing: '' }) } }
    },
  },
  pressed('the logo', () => `${settings}/logo`),
  pressed('the end of the logo', () => `${settings}/logo/removal`),
]

const ofPeople: FormOf[] = [
  {
    name: 'an invitation',
    fields: { name: 'Kim', email: 'kim@new.example', charts: 'own', owner: 'yes', types: '' },
    texts: ['name'],
    exact: ['email'],
    isPractice: true,
    async path(db) {
      await db.raw('delete from invitation_links; delete from invitations')
      return people
    },
  },
  pressed(
    'an invitation once more',
    async (db, world) => `${people}/invitations/${await invitation(db, world)}/sending`,
  ),
  pressed(
    'an invitation that is taken back',
    async (db, world) => `${people}/invitations/${await invitation(db, world)}/withdrawal`,
  ),
  {
    name: 'somebody who was invited',
    fields: { name: 'Sam', credentials: 'RD', password: 'four grey herons' },
    texts: ['name', 'credentials'],
    async path(db, world) {
      const id = await invitation(db, world)
      return `/sign-in/invitations/${await issueInvitationLink(db, id)}`
    },
  },
  {
    name: 'what a colleague may do',
    fields: { charts: 'own', owner: 'yes' },
    texts: [],
    isPractice: true,
    path: async (db) => ({
      path: `${people}/${(await colleague(db)).id}/rights`,
      also: { base: markOf(rightsFields({ isOwner: true, seesAllCharts: true })) },
    }),
  },
  {
    name: 'whether a colleague may sign in',
    fields: { disabled: 'yes' },
    texts: [],
    isPractice: true,
    path: async (db) => `${people}/${(await colleague(db)).id}/disabling`,
  },
  {
    name: 'one’s own profile',
    fields: {
      name: 'Robin',
      credentials: 'RD',
      biography: 'I love oats.\n\nAnd soup.',
      video_url: 'https://video.example/robin',
      daily_limit: '8',
      zone: 'America/Chicago',
    },
    texts: ['name', 'credentials', 'biography'],
    exact: ['video_url', 'daily_limit'],
    isPractice: true,
    path: async (db, { dietitian }) => ({
      path: `${settings}/profile`,
      also: { base: markOf(await findProfile(db, dietitian.id)) },
    }),
  },
]

/** The settings of the practice, and who works in it. */
export const settingsForms: FormOf[] = [...ofPractice, ...ofPeople]
