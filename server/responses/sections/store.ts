import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { insertFile, removeUnnamed } from '../../files/store.ts'
import type { QuestionnaireResponse } from '../../forms/fhir.ts'
import type { Problem } from '../../forms/filling.ts'
import type { Section } from '../../forms/sections.ts'
import { filesIn, toAttachment } from '../attachments.ts'
import type { Ready } from '../forms.ts'
import { type Judged, judgePost } from '../saving.ts'
import { begin, type Change, changeDraft, type Draft, type Filling, openAnswers } from '../store.ts'
import type { Wish } from '../wish.ts'

export type Post = {
  section: Section
  body: Record<string, unknown>
  wish: Wish
  ready: Ready[]
  /** Of files that are not taken. */
  refused: Problem[]
}

/**
 * gone: it isn't asked any more, or was sent. replaced: the draft that the page showed was sent or discarded. moved: the
 * draft is of another version of the form. unreadable: its key is missing.
 */
export type Saved =
  | (Judged & { draftId: string | null })
  | { kind: 'gone' | 'replaced' | 'moved' | 'unreadable' }

type Kept = Judged & { response: QuestionnaireResponse | undefined }
type Outcome = Kept | Exclude<Saved, Judged>

/** What the answers name now, and what of it is new. */
type Files = { named: string[]; added: Ready[] }

/** Too many files, or too large together, which only the store knows; nothing is saved. */
class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super()
    this.problem = problem
  }
}

/**
 * Keeps a section that was posted, with its files, in one transaction.
 * @throws {TooLong} and nothing is changed
 */
export async function saveSection(
  deps: Pick<Deps, 'db' | 'sealer' | 'log'>,
  filling: Filling,
  post: Post,
  now: Instant,
): Promise<Saved> {
  const { db, sealer } = deps
  const { clientId, standing, version } = filling
  const saving = {
    clientId,
    formId: standing.formId,
    versionId: version.id,
    seen: standing.draft ?? undefined,
    change: async (draft: Draft | null, isAsked: boolean): Promise<Change<Outcome>> => {
      const { before, ...changed } = await change(deps, filling, post, { draft, isAsked })
      const { response } = changed
      const named = response ? filesIn(response) : []
      const added = post.ready.filter(({ id }) => named.includes(id))
      const isAlone = added.length === 0 && filesIn(before).every((id) => named.includes(id))
      if (isAlone) return changed
      return { ...changed, beside: (trx, draftId) => keepFiles(trx, draftId, { named, added }) }
    },
  }
  async function keepFiles(trx: Knex, responseId: string, { named, added }: Files): Promise<void> {
    await removeUnnamed(trx, { responseId, named })
    for (const file of added) {
      const inserted = await insertFile(trx, sealer, { ...file, clientId, responseId }, now)
      if (!inserted.ok) throw new Refused(problemOf(file, inserted.message, post.section))
    }
  }
  try {
    const { outcome, draftId } = await changeDraft<Outcome>(db, sealer, saving, now)
    return 'mine' in outcome ? { ...outcome, draftId } : outcome
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const refused = [...post.refused, error.problem]
    return saveSection(deps, filling, { ...post, ready: [], refused }, now)
  }
}

const problemOf = ({ name, linkId, label }: Ready, message: string, section: Section): Problem => ({
  name,
  linkId,
  label,
  message,
  section: section.number,
})

type Changed = Change<Outcome> & { before: Pick<QuestionnaireResponse, 'item'> }

async function change(
  deps: Pick<Deps, 'sealer' | 'log'>,
  { version, ground, accountId }: Filling,
  post: Post,
  { draft, isAsked }: { draft: Draft | null; isAsked: boolean },
): Promise<Changed> {
  const not = (kind: Exclude<Saved, Judged>['kind']): Changed => ({
    before: {},
    response: undefined,
    outcome: { kind },
  })
  const { wish } = post
  if (wish.draft !== '' && wish.draft !== draft?.id) return not('replaced')
  if (!draft && !isAsked) return not('gone')
  if (draft && draft.versionId !== version.id) return not('moved')
  const before = draft ? openAnswers(deps, draft, accountId) : begin(version)
  if (!before) return not('unreadable')
  const attached = post.ready.map(({ id, name, label, linkId, file }) => ({
    name,
    label,
    linkId,
    attachment: toAttachment({ ...file, id, bytes: file.content.length }),
  }))
  const outcome = await judgePost(ground, before, { ...post, attached })
  return { before, response: outcome.response, outcome }
}
