/** What one request holds of the room that all share. */
export type Share = {
  /** @returns false when there is no room for so many bytes more, or the request is over */
  take(bytes: number): boolean
  giveBack(): void
}

/** So many bytes for all together: whoever comes when they are used up gets none. */
export function createRoom(most: number): () => Share {
  let used = 0
  return () => {
    let own = 0
    let isOver = false
    return {
      take(bytes) {
        if (isOver || used + bytes > most) return false
        used += bytes
        own += bytes
        return true
      },
      giveBack() {
        isOver = true
        used -= own
        own = 0
      },
    }
  }
}
