const last = new Map<string, Promise<void>>()

/**
 * What is done for one key is done one after the other, in the order it came. Within this process only: so rivals wait
 * here, and not with a connection of the database in their hands.
 */
export function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (last.get(key) ?? Promise.resolve()).then(work)
  const over = turn
    .then(
      () => undefined,
      () => undefined,
    )
    .then(() => {
      if (last.get(key) === over) last.delete(key)
    })
  last.set(key, over)
  return turn
}
