import type { Told } from '../../chart/head/lasting.ts'
import type { ChartHead } from '../../chart/head/page.ts'
import { chartHead, headWithIntakes } from '../../chart/head/store.ts'
import { type IntakeSummary, summaryOf } from '../../chart/summary/store.ts'
import type { Instant } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { isUuid } from '../../web/form.ts'
import type { Reader } from '../store.ts'

/** The head of the chart that a path names, above a page of notes. @throws {NotFound} when the reader may not see it */
export async function headOf(
  deps: Pick<Deps, 'db' | 'sealer' | 'log'>,
  { clientId, tab, reader }: { clientId: unknown; tab: 'notes' | null; reader: Reader },
  at: { zone: string; now: Instant },
): Promise<ChartHead> {
  const { accountId, dietitianId } = reader
  const asked = isUuid(clientId) && { clientId, tab, accountId, dietitianId }
  const head = asked ? await chartHead(deps, asked, at) : undefined
  if (!head) throw new NotFound()
  return head
}

/** The head beside a note, and what the client has told in their latest intake, with the cautions in it. @throws {NotFound} as `headOf` */
export async function headAndSummary(
  deps: Pick<Deps, 'db' | 'sealer' | 'log'>,
  { clientId, reader }: { clientId: string; reader: Reader },
  at: { zone: string; now: Instant },
): Promise<{ client: ChartHead; intake: IntakeSummary | undefined; told: Told | null }> {
  const { accountId, dietitianId } = reader
  const asked = { clientId, tab: null, accountId, dietitianId, intakes: 2 }
  const found = await headWithIntakes(deps, asked, at)
  if (!found) throw new NotFound()
  const { head, intakes, definition, told } = found
  const intake = await summaryOf(deps, { intakes, known: definition }, accountId)
  return { client: head, intake, told }
}
