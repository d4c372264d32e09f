import { type Instant, iso } from '../../clock.ts'
import type { Answer, Questionnaire, QuestionnaireResponse, ResponseItem } from '../../forms/fhir.ts'
import { fileIdOf } from '../../responses/attachments.ts'
import type { Known, ResponseRow, ScoreRow, Sign, VersionRow } from '../gather/rows.ts'
import type { People } from './people.ts'
import {
  coded,
  extensions,
  flagged,
  moment,
  type Resource,
  refer,
  referred,
  text,
  together,
  whole,
} from './resource.ts'

/** The form as it was asked, in the very version. @param definition undefined: it could not be read */
export const questionnaire = (
  { id, url, version, title }: VersionRow,
  definition: Questionnaire | undefined,
): Resource => ({
  ...(definition ?? { title, status: 'unknown' }),
  resourceType: 'Questionnaire',
  id,
  url,
  version,
})

type Paths = ReadonlyMap<string, string>

/** Where each file lies in the archive, by its id. */
export const pathsOf = ({ files }: Known): Paths => new Map(files.map(({ id, path }) => [id, path]))

const itemIn = (paths: Paths, item: ResponseItem): ResponseItem => ({
  ...item,
  ...(item.answer ? { answer: item.answer.map((answer) => answerIn(paths, answer)) } : {}),
  ...(item.item ? { item: item.item.map((within) => itemIn(paths, within)) } : {}),
})

function answerIn(paths: Paths, answer: Answer): Answer {
  const { valueAttachment: attachment, item } = answer
  const path = paths.get(fileIdOf(attachment?.url) ?? '')
  return {
    ...answer,
    ...(attachment && path ? { valueAttachment: { ...attachment, url: path } } : {}),
    ...(item ? { item: item.map((within) => itemIn(paths, within)) } : {}),
  }
}

type Asked = { version: VersionRow | undefined; paths: Paths; people: People }

/** One version of what was answered. @param answers undefined: they could not be read */
export function questionnaireResponse(
  row: ResponseRow,
  answers: QuestionnaireResponse | undefined,
  { version, paths, people }: Asked,
): Resource {
  const sent = row.amendsId === null ? 'completed' : 'amended'
  const { item = [], extension = [] } = answers ?? {}
  const own = extensions(
    together('series', text('first', row.seriesId), whole('number', row.number)),
    referred('amends', row.amendsId === null ? null : refer('QuestionnaireResponse', row.amendsId)),
    moment('begun', row.begunAt),
    moment('saved', row.savedAt),
    flagged('unreadable', answers === undefined),
  ).extension
  return {
    ...answers,
    resourceType: 'QuestionnaireResponse',
    id: row.id,
    extension: [...extension, ...(own ?? [])],
    ...(version ? { questionnaire: `${version.url}|${version.version}` } : {}),
    status: row.sentAt === null ? 'in-progress' : sent,
    subject: people.patient,
    authored: iso(row.sentAt ?? row.savedAt),
    author: people.patient,
    source: people.patient,
    ...(item.length > 0 ? { item: item.map((one) => itemIn(paths, one)) } : {}),
  }
}

const score = (
  { responseId, linkId, label, value, at }: ScoreRow,
  index: number,
  people: People,
): Resource => ({
  resourceType: 'Observation',
  id: `score-${index + 1}`,
  ...extensions(text('link-id', linkId)),
  status: 'final',
  category: [{ text: 'Score of a form' }],
  code: coded(label || linkId),
  subject: people.patient,
  effectiveDateTime: iso(at),
  ...(Number.isFinite(value) ? { valueQuantity: { value } } : { valueString: String(value) }),
  derivedFrom: [refer('QuestionnaireResponse', responseId)],
})

const kindWords = { urgent: 'Urgent', sign: 'Warning sign', caution: 'Caution' } as const

const period = (start: Instant, end: Instant | null) => ({
  start: iso(start),
  ...(end === null ? {} : { end: iso(end) }),
})

const flag = (sign: Sign, people: People): Resource => ({
  resourceType: 'Flag',
  id: sign.id,
  ...extensions(
    text('words', sign.words),
    referred('raised-by', refer('QuestionnaireResponse', sign.responseId)),
    sign.acknowledgedAt === null
      ? null
      : together(
          'acknowledgement',
          moment('at', sign.acknowledgedAt),
          referred('by', people.byAccount(sign.acknowledgedBy)),
          text('word', sign.word),
        ),
  ),
  status: sign.acknowledgedAt === null ? 'active' : 'inactive',
  category: [{ text: kindWords[sign.kind] }],
  code: coded(sign.name),
  subject: people.patient,
  period: period(sign.raisedAt, sign.acknowledgedAt),
})

/** What is read from answers: numbers, signs, and the files that belong to them. */
export const resourcesOfAnswers = (known: Known, people: People): Resource[] => [
  ...known.scores.map((row, index) => score(row, index, people)),
  ...known.signs.map((sign) => flag(sign, people)),
  ...known.files.map((file) => ({
    resourceType: 'DocumentReference',
    id: file.id,
    ...extensions(text('link-id', file.linkId)),
    status: 'current',
    subject: people.patient,
    date: iso(file.createdAt),
    content: [
      {
        attachment: { contentType: file.contentType, url: file.path, size: file.bytes, title: file.name },
      },
    ],
    context: { related: [refer('QuestionnaireResponse', file.responseId)] },
  })),
]
