import { z } from 'zod'
import { isCommon } from '../accounts/common.ts'
import { isZone } from '../availability/zones.ts'
import { choice, email, isUuid, line, lines, tick } from '../web/form.ts'

const base = line({ most: 64, label: 'The page' })

const charts = choice(['all', 'own'], 'Please choose whose charts they may see.')

/** Ids of appointment types, each once. */
const types = z.preprocess(
  (raw) => [...new Set([raw ?? []].flat())],
  z.array(z.string().refine(isUuid)).max(100),
)

export const invitationForm = z.object({
  name: line({ most: 120, label: 'The name', required: 'Please write their name.' }),
  email: email('Please write their e-mail address.'),
  charts,
  owner: tick,
  types: types.catch([]),
})

export const rightsForm = z.object({ charts, owner: tick, base })

export const disablingForm = z.object({
  disabled: choice(['yes', 'no'], 'Please use the button on the page.'),
})

const LEAST = 10
const MOST = 200

/** Taken exactly as typed: length and not being well known is all that makes one good (NIST SP 800-63B). */
const password = z.preprocess(
  (raw) => (Array.isArray(raw) ? raw.at(-1) : raw),
  z
    .string('Please choose a password.')
    .min(1, 'Please choose a password.')
    .max(MOST, `A password can have at most ${MOST} characters.`)
    .refine((text) => text.length >= LEAST, `Please choose a password of at least ${LEAST} characters.`)
    .refine(
      (text) => !isCommon(text),
      'This is one of the passwords that everybody tries first. Please choose another.',
    ),
)

const name = line({ most: 120, label: 'The name', required: 'Please write your name.' })
const credentials = line({ most: 120, label: 'The credentials' })

export const acceptanceForm = z.object({ name, credentials, password })

const HTTPS = /^https:\/\/[^\s/?#]+\.[^\s]+$/

const isRoom = (text: string): boolean => text === '' || (HTTPS.test(text) && URL.canParse(text))

const LIMIT = 'Please write a whole number from 1 to 100, or leave it empty.'

export const profileForm = z.object({
  name,
  credentials,
  biography: lines({ most: 2000, label: 'The text about you' }),
  video_url: line({ most: 500, label: 'The address' }).refine(
    isRoom,
    'Please write the whole address of your video room, beginning with https://.',
  ),
  daily_limit: line({ most: 8, label: 'The limit', tooLong: LIMIT }).refine(
    (text) => text === '' || (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100),
    LIMIT,
  ),
  zone: line({ most: 64, label: 'The time zone', required: 'Please choose a time zone.' }).refine(
    (zone) => zone === '' || isZone(zone),
    'We don’t know this time zone. Please choose one from the list.',
  ),
  base,
})
