import { cached, invalidatedBy, type PostPlace } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { chunks } from '../platform/async.ts'
import { deleteUnusedPicture, unusedPictures } from './queries.ts'

/** Keys that are forgotten at once: it may not hold up others for long. */
const postsAtOnce = 2_000

const picturesAtOnce = 100

/**
 * Makes everyone forget posts that were removed: caches, the batchers, which then take no more likes for
 * them, and pictures that were theirs alone.
 */
export async function forgetPosts(context: Context, posts: PostPlace[]): Promise<void> {
  const { cache, likes } = context
  for (const some of chunks(posts, postsAtOnce)) {
    const keys = [...invalidatedBy.postsChanged(some), cached.removed.key()]
    await Promise.all([cache.invalidate(keys), likes.forget(some.map(({ id }) => id))])
  }
  await sweepPictures(context)
}

/**
 * Deletes all pictures that no post, offer or item has any more; they are not served as it is. The next call
 * finds what one has left.
 */
export async function sweepPictures({ db, log }: Pick<Context, 'db' | 'log'>): Promise<void> {
  try {
    for (let left = picturesAtOnce; left === picturesAtOnce; ) {
      const unused = await unusedPictures(db, picturesAtOnce)
      for (const hash of unused) await deleteUnusedPicture(db, hash)
      left = unused.length
    }
  } catch (error) {
    log.warn('unused pictures were not swept', { error })
  }
}
