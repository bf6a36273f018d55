import type { Reconciled } from '../batcher/server.ts'
import { UserError } from './errors.ts'

/** The batchers of a running stack. */
export type Batchers = {
  batchers: string[]
  /** `POST`s to a batcher. Returns the body of its answer. Throws a UserError when it does not answer 200. */
  ask(batcher: string, path: string): Promise<Uint8Array>
}

export type Reconcile = { batcher: string | undefined; waiting: 'send' | 'drop' | undefined }

/**
 * Says of each batcher, or of the one named, whether its journal and the database go on from each other; with
 * `waiting` decides for those that don't. Returns what to print, and whether all are well now.
 */
export async function reconcile(
  { batchers, ask }: Batchers,
  { batcher, waiting }: Reconcile,
): Promise<{ text: string; isWell: boolean }> {
  if (batcher !== undefined && !batchers.includes(batcher))
    throw new UserError(`there is no batcher "${batcher}": they are ${batchers.join(', ')}`)
  const path = `/reconcile${waiting ? `?waiting=${waiting}` : ''}`
  const asked = batcher === undefined ? batchers : [batcher]
  const answers = await Promise.all(
    asked.map(async (each): Promise<Reconciled> => JSON.parse(Buffer.from(await ask(each, path)).toString())),
  )
  return {
    text: answers.map(textOf).join('\n\n'),
    isWell: answers.every(({ parted }) => parted === null),
  }
}

function textOf({ batcher, parted, waiting, decided }: Reconciled): string {
  const waits = `Likes that wait in it: ${waiting}.`
  if (decided) return `${batcher}: its journal goes on from what the database has. ${waits}`
  if (!parted)
    return `${batcher}: its journal and the database go on from each other, there is nothing to decide. ${waits}`
  return `${batcher} takes no likes: ${reasons[parted.how]}
The database has its batches up to number ${parted.mysql}, the journal up to ${parted.journal}. ${waits}

If one of the two is the wrong copy, put the right one in its place: likes are taken again as soon as they go
on from each other. If the database stays as it is, the journal has to forget its own batches and go on from
those there. What waits:

  ./agora reconcile --drop   is taken to be in the database already. Right when the journal is an older copy:
                             what waited then was written since. Likes that came after the copy was put back
                             are lost.
  ./agora reconcile --send   is added to the database. Right when the database is the older one. Beside an
                             older journal these likes count twice.`
}

const reasons = {
  ahead: 'its journal is older than the database, which has batches that the journal knows nothing of.',
  behind:
    'the database is older than its journal, by more than the hour for which batches are kept to be sent again.',
  forked:
    'its journal and the database have gone different ways: both have a batch of one number, and not the same.',
}
