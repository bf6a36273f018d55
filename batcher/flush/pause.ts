const pausedMs = 60_000

/**
 * Keeps flushes from starting while a backup is made, so that the journal and MySQL are seen at the same
 * moment. It ends by itself after a minute, because its owner may have died; an owner that lives finds out
 * when it resumes, and what it copied is void.
 */
export function openPause({ now }: { now: () => number }) {
  let owner: { id: string; endsAt: number } | undefined

  return { isPaused, begin, resume, end }

  function isPaused(): boolean {
    return owner !== undefined && now() < owner.endsAt
  }

  /** Returns false while somebody else pauses flushes. */
  function begin(id: string): boolean {
    if (isPaused() && owner?.id !== id) return false
    owner = { id, endsAt: now() + pausedMs }
    return true
  }

  /** Returns whether the pause was this owner's, and lasted until now. */
  function resume(id: string): boolean {
    if (owner?.id !== id) return false
    const hasLasted = isPaused()
    owner = undefined
    return hasLasted
  }

  function end() {
    owner = undefined
  }
}

export type Pause = ReturnType<typeof openPause>
