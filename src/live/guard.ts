import { retryIn, type Stream } from './stream.ts'

export type Guard = {
  /** Watches a stream of whoever has this sign-in, by the key under which that is remembered. */
  add(signIn: string, stream: Stream, isStillIn: () => Promise<boolean>): void
  /** Ends those streams of these sign-ins whose member may not read any more; of all, if none are given. */
  recheck(signIns?: string[]): Promise<void>
  close(): void
}

type Guarded = { stream: Stream; isStillIn: () => Promise<boolean> }

/** Sign-ins end by themselves, too, and a word of their end may be lost. */
const recheckEveryMs = 60_000
const retryMs = 1_000

/** Ends the live pages of a closed board when their members sign out or are shut out. */
export function openGuard(): Guard {
  const bySignIn = new Map<string, Set<Guarded>>()
  const timer = setInterval(() => void recheck(), recheckEveryMs)
  timer.unref()

  return { add, recheck, close: () => clearInterval(timer) }

  function add(signIn: string, stream: Stream, isStillIn: Guarded['isStillIn']) {
    const some = bySignIn.get(signIn) ?? new Set()
    bySignIn.set(signIn, some.add({ stream, isStillIn }))
    // It may have ended since it was looked at.
    void recheck([signIn])
  }

  async function recheck(signIns = [...bySignIn.keys()]) {
    for (const signIn of signIns) {
      const some = bySignIn.get(signIn)
      for (const each of some ?? []) {
        if (!each.stream.isOver() && !(await each.isStillIn())) each.stream.end(retryIn(retryMs))
        if (each.stream.isOver()) some?.delete(each)
      }
      if (some?.size === 0) bySignIn.delete(signIn)
    }
  }
}
