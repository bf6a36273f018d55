/** The like count that a page shows on a post's button. */
export function likesShown(page: string, post: number): number {
  const count = page.match(new RegExp(`id="like-${post}"[\\s\\S]*?class="count">([\\d,]+)<`))?.[1]
  if (count === undefined) throw new Error(`the page has no like button of post ${post}`)
  return Number(count.replaceAll(',', ''))
}

/** The ids of the posts on a page, as they stand there. */
export function postsShown(page: string): number[] {
  return [...page.matchAll(/<article id="post-(\d+)"/g)].map(([, id]) => Number(id))
}

/** The name of the replica at the top left of a page. */
export function servedBy(page: string): string | undefined {
  return page.match(/class="served-by"[^>]*>\s*([^<\s]+)\s*</)?.[1]
}

/**
 * What to ask HAProxy with for an answer made now, and not one that it kept for all who are not signed in.
 */
export const fresh = { headers: { 'cache-control': 'no-cache' } }

/** A member's name that no other test uses, beginning with one of the cast's. */
export const newName = (name: 'ana' | 'bo' | 'cem') => `${name}-${crypto.randomUUID().slice(0, 8)}`

export const password = 'correct horse battery'
