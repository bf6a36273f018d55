import { cached } from '../cache-policy.ts'
import { idsOfNewestComments } from '../comments/queries.ts'
import type { Context } from '../context.ts'
import { readingAs } from '../doors/reader.ts'
import type { Newest } from '../live/messages.ts'
import { listPosts } from '../posts/list.ts'

/**
 * Returns what is in a list now, undefined when it cannot be read: a page shows it when it is loaded again.
 */
export async function newestOf(context: Context, topic: string): Promise<Newest | undefined> {
  const [name = '', id] = topic.split(':')
  if (name === 'comments') return { kind: 'comment', ids: await newestComments(context, Number(id)) }
  const posts = await listNamed(context, name, Number(id))?.catch(() => undefined)
  return posts && { kind: 'post', ids: posts.posts.map((post) => post.id) }
}

async function newestComments({ cache, db }: Context, post: number): Promise<number[]> {
  const { key, seconds } = cached.newestComments
  const found = await cache
    .getOrLoad(key(post), seconds, () => idsOfNewestComments(db, post))
    .catch(() => undefined)
  return found?.value ?? []
}

function listNamed(context: Context, name: string, id: number) {
  switch (name) {
    case 'posts':
      return listPosts(context, {})
    case 'category':
      // Who may not read it was not given this list to follow.
      return readingAs(context.doors.readerInside(id), () => listPosts(context, { category: id }))
    case 'member':
      return listPosts(context, { author: id })
    default:
      return undefined
  }
}
