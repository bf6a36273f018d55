import { Database } from 'bun:sqlite'
import type { MemberLike } from '../../../batcher/ledger/batch.ts'
import { journalStatements } from '../../../batcher/ledger/sqlite/queries.ts'

/** What batchers answered that MySQL may not have yet. */
export type Waiting = {
  /** By post, what its total was answered to be. */
  totals: Map<number, number>
  /** LIKES=once: by post, who likes it, and who does no longer. */
  memberLikes: Map<number, Map<number, boolean>>
}

/** Reads copies of the batchers' journals. */
export function waitingIn(journals: string[]): Waiting {
  const waiting: Waiting = { totals: new Map(), memberLikes: new Map() }
  for (const path of journals) {
    const database = new Database(path)
    try {
      const journal = journalStatements(database)
      for (const { post, total, waiting: likes } of journal.posts.all())
        if (likes !== 0) waiting.totals.set(post, total)
      for (const { memberLikes } of journal.batches.all())
        for (const [post, user, liked] of JSON.parse(memberLikes) as MemberLike[]) note(post, user, liked)
      for (const { post, user, liked } of journal.memberLikes.all()) note(post, user, liked !== 0)
    } finally {
      database.close()
    }
  }
  return waiting

  function note(post: number, user: number, liked: boolean) {
    const ofPost = waiting.memberLikes.get(post) ?? new Map<number, boolean>()
    waiting.memberLikes.set(post, ofPost.set(user, liked))
  }
}
