import type { OpenedSign, SignKind } from '../signs/store.ts'
import { signNamed } from '../signs/table.ts'
import { whenShort } from '../words.ts'
import { type Told as Intake, lasting } from './head/lasting.ts'
import { chartPath, dateOf, responsePath } from './links.ts'

const kindWords: Record<SignKind, string> = {
  urgent: 'Urgent',
  sign: 'Warning sign',
  caution: 'Caution',
}

type Told = {
  clientId: string
  zone: string /** Whose page it is on: no link to itself. */
  responseId?: string
}

const UNREADABLE =
  'This sign can’t be read: it was altered or its key is missing. Please look at the answers.'

function signPage(opened: OpenedSign, { clientId, zone, responseId }: Told) {
  const { id, kind, sign, acknowledgedAt, acknowledgedBy, word } = opened
  const known = sign === null ? undefined : signNamed(sign)
  return {
    id,
    state: kind,
    kindWords: kindWords[kind],
    name: known?.name ?? (sign === null ? UNREADABLE : sign),
    words: known?.dietitian ?? '',
    source: known?.source ?? '',
    when: dateOf(opened.raisedAt, zone),
    href: opened.responseId === responseId ? null : responsePath(clientId, opened.responseId),
    action: `${chartPath(clientId)}/signs/${id}/acknowledgement`,
    by: acknowledgedAt === null ? null : (acknowledgedBy ?? 'the practice'),
    byWhen: acknowledgedAt === null ? '' : dateOf(acknowledgedAt, zone),
    word,
  }
}

/** Signs as the dietitian reads them: the open ones in full, the others by the way. */
export function signsPage(signs: OpenedSign[], told: Told) {
  const pages = signs.map((sign) => signPage(sign, told))
  const open = pages.filter(({ by }) => by === null)
  return {
    open: open.filter(({ state }) => state !== 'caution'),
    cautions: open.filter(({ state }) => state === 'caution'),
    acknowledged: pages.filter(({ by }) => by !== null),
  }
}

/** What holds of a client, each sign once, to be read beside a note. @param signs open ones first */
export const signsBeside = (signs: OpenedSign[], told: Told, intake: Intake | null) =>
  lasting(signs, intake).map((sign) => signPage(sign, told))

/** Said to who comes second. */
export const alreadyWords = (
  { acknowledgedBy, acknowledgedAt }: Pick<OpenedSign, 'acknowledgedBy' | 'acknowledgedAt'>,
  zone: string,
): string =>
  `${acknowledgedBy ?? 'Somebody of the practice'} acknowledged this sign already${
    acknowledgedAt === null ? '' : `, on ${whenShort(acknowledgedAt, zone)}`
  }. Your note was not kept.`
