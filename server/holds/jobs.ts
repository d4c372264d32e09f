import type { Deps } from '../deps.ts'
import type { Handlers } from '../jobs/events.ts'
import { deleteOldHolds } from './store.ts'

export const holdHandlers = ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Pick<Handlers, 'tidy-holds'> => ({
  async 'tidy-holds'() {
    await deleteOldHolds(db, clock.now())
  },
})
