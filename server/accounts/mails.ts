import type { Instant } from '../clock.ts'
import type { Queues } from '../jobs/events.ts'
import { greeted, isolated, type Letter, type Written, writeLetter } from '../mail/letter.ts'
import { dayYearOf, timeOf, zoneWords } from '../words.ts'

export type Practice = { name: string; zone: string; email: string; phone: string }

type Reader = { name: string; practice: Practice; own?: Letter['own'] }

const letter = (
  { name, practice, own }: Reader,
  rest: Omit<Letter, 'greeting' | 'signature' | 'facts' | 'own'>,
): Written =>
  writeLetter({
    ...rest,
    greeting: greeted(name) ? `Hello ${isolated(greeted(name))},` : 'Hello,',
    facts: [],
    signature: [practice.name, practice.phone, practice.email].filter((line) => line !== '').map(isolated),
    own,
  })

/** The link that somebody asked for on the sign-in page. */
export const writeSignInLink = (to: Reader & { link: string; minutes: number }): Written =>
  letter(to, {
    subject: `Your link to sign in to ${to.practice.name}`,
    paragraphs: [
      `Here is your link to sign in to ${isolated(to.practice.name)}. It works once, and for ${to.minutes} minutes.`,
    ],
    link: { words: 'Sign in', address: to.link },
    closing: ['If you did not ask for it, you can leave this mail alone: nothing happens without the link.'],
  })

/** To the address that the account has: somebody wants another one. */
export const writeToOldAddress = (to: Reader & { link: string; newEmail: string }): Written =>
  letter(to, {
    subject: 'Please confirm that your e-mail address changes',
    paragraphs: [
      `Somebody who is signed in to your account at ${isolated(to.practice.name)} wants to change its e-mail address to ${isolated(to.newEmail)}.`,
      'If this was you, please confirm it here. The new address gets a link of its own: the change is made when both have said yes.',
    ],
    link: { words: 'Look at the change', address: to.link },
    closing: [
      'If this was not you, please don’t confirm it. Sign in, sign out everywhere on your account page, and choose a new password.',
    ],
  })

/** To the address that the account is to have. */
export const writeToNewAddress = (to: Reader & { link: string }): Written =>
  letter(to, {
    subject: 'Please confirm your new e-mail address',
    paragraphs: [
      `This address was given as the new e-mail address of an account at ${isolated(to.practice.name)}.`,
      'If this was you, please confirm it here. The address you had until now gets a link of its own: the change is made when both have said yes.',
    ],
    link: { words: 'Look at the change', address: to.link },
    closing: ['If you don’t know anything about this, you can leave this mail alone.'],
  })

export type Happened = Queues['account-notice-mail']['what']

const happened: Record<Happened, string> = {
  password: 'The password of your account was changed.',
  'passkey-added': 'A passkey was added to your account.',
  'passkey-removed': 'A passkey was removed from your account.',
  app: 'An authenticator app was set up for your account.',
  'app-removed': 'The authenticator app was removed from your account.',
  email: 'This is now the e-mail address of your account.',
  codes: 'New recovery codes were made for your account. Those you had before don’t work any more.',
}

/** Nobody should have to find out by chance that how they sign in has changed (ASVS 6.3.7). */
export function writeNotice(to: Reader & { what: Happened; at: Instant; link: string }): Written {
  const { zone, name } = to.practice
  return letter(to, {
    subject: `A change to your account at ${name}`,
    paragraphs: [
      happened[to.what],
      `That was on ${dayYearOf(to.at, zone)} at ${timeOf(to.at, zone)}, ${zoneWords(zone, to.at)}.`,
    ],
    link: { words: 'See your account', address: to.link },
    closing: ['If this was not you, please sign out everywhere on that page, and tell us.'],
  })
}
