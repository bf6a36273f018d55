/** What fits into this is not counted: a thousand such bodies are little. */
const littleBytes = 64 * 1024

/** What one body takes of the room that all have. */
export type Claim = {
  /** Whether there is room for so many bytes more; then they are taken. */
  take(bytes: number): boolean
  /** Gives back all that this body took. */
  release(): void
}

export type Room = { claim(sender: string): Claim }

/**
 * Room for so many bytes of bodies that are held in memory at a time, of which one sender may take half:
 * whoever sends large ones from many connections, and never ends them, leaves the others theirs.
 */
export function openRoom(bytes: number): Room {
  const takenBy = new Map<string, number>()
  let taken = 0

  return {
    claim(sender) {
      let [read, own] = [0, 0]
      return {
        take(more) {
          read += more
          if (read <= littleBytes) return true
          const ofSender = takenBy.get(sender) ?? 0
          if (taken + more > bytes || ofSender + more > bytes / 2) return false
          taken += more
          own += more
          takenBy.set(sender, ofSender + more)
          return true
        },
        release() {
          const ofSender = (takenBy.get(sender) ?? 0) - own
          if (ofSender > 0) takenBy.set(sender, ofSender)
          else takenBy.delete(sender)
          taken -= own
          own = 0
        },
      }
    },
  }
}
