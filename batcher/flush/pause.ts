const heldMs = 60_000

/**
 * Keeps flushes from starting while a backup is made, so that the journal and MySQL are seen at the same moment. It ends by
 * itself after a minute, because whoever asked for it may have died; they are told then, and what they copied is void.
 */
export function openPause() {
  let holder: { id: string; endsAt: number } | undefined
  const isHeld = () => holder !== undefined && performance.now() < holder.endsAt

  return {
    isHeld,

    /** False while somebody else has it. */
    take(id: string): boolean {
      if (isHeld() && holder?.id !== id) return false
      holder = { id, endsAt: performance.now() + heldMs }
      return true
    },

    /** True when it was held by this id from the beginning until now. */
    release(id: string): boolean {
      if (holder?.id !== id) return false
      const wasHeld = isHeld()
      holder = undefined
      return wasHeld
    },

    end() {
      holder = undefined
    },
  }
}

export type Pause = ReturnType<typeof openPause>
