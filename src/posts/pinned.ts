import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { isPinned, mostOnPage, type Pin } from '../settings/pins.ts'
import { asCards } from './list.ts'
import type { Post } from './queries.ts'
import { postOrRefuse } from './service.ts'

/**
 * Returns the posts that stay on top of the front page or of a category, the one that was pinned last first.
 * What is gone or hidden is not among them.
 */
export async function pinnedOn(context: Context, pins: Pin[], category?: number): Promise<Post[]> {
  const there = pins.filter((pin) => isPinned(pin) && (category !== undefined || pin.isOnFront))
  const found = await Promise.all(there.map(({ post }) => postIfThere(context, post)))
  const posts = found.flatMap((post) =>
    post && (category === undefined || post.categoryId === category) ? [post] : [],
  )
  return asPinned(posts.slice(0, mostOnPage))
}

async function postIfThere(context: Context, id: number): Promise<Post | undefined> {
  try {
    return (await postOrRefuse(context, `${id}`)).post
  } catch (error) {
    if (error instanceof Refusal && [404, 410].includes(error.status)) return undefined
    throw error
  }
}

/** A card of a post is the same object as long as the post is, so that it is drawn once. */
const cards = new WeakMap<Post, Post>()

async function asPinned(posts: Post[]): Promise<Post[]> {
  const fresh = posts.filter((post) => !cards.has(post))
  const drawn = await asCards(fresh.map((post) => ({ ...post, body: [...post.body].slice(0, 400).join('') })))
  for (const [index, post] of fresh.entries()) cards.set(post, drawn[index] ?? post)
  return posts.map((post) => cards.get(post) ?? post)
}
