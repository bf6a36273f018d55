import { attributeIn, find, textsIn } from './markup.ts'

/** The like count that a page shows on a post's button. */
export function likesShown(page: string, post: number): number {
  const [count] = textsIn(page, `#like-${post} .count`)
  if (count === undefined) throw new Error(`the page has no like button of post ${post}`)
  return Number(count.replaceAll(',', ''))
}

/** The ids of the posts on a page, as they stand there. */
export function postsShown(page: string): number[] {
  return find(page, 'article[id^="post-"]').map(({ attributes }) =>
    Number(attributes.id?.slice('post-'.length)),
  )
}

/** Where a page's list goes on. */
export const nextIn = (page: string): string => attributeIn(page, 'a[rel=next]', 'href')

/** The first category of a form for a post. */
export const categoryIn = (page: string): string =>
  attributeIn(page, 'option[value]:not([value=""])', 'value')

/** The version that a form was filled with. */
export const versionIn = (page: string): string => attributeIn(page, 'input[name=version]', 'value')

/** The name of the replica at the top left of a page. */
export function servedBy(page: string): string | undefined {
  return textsIn(page, '.served-by')[0]
}

/**
 * What to ask HAProxy with for an answer made now, and not one that it cached for all who are not signed in.
 */
export const fresh = { headers: { 'cache-control': 'no-cache' } }

/** A member's name that no other test uses, beginning with ana, bo or cem. */
export const newName = (name: 'ana' | 'bo' | 'cem') => `${name}-${crypto.randomUUID().slice(0, 8)}`

export const password = 'correct horse battery'

/** What the form for a new token is sent with by somebody who wants one that does everything. */
export const newToken = (name: string) => ({
  name,
  ...{ read: 'on', write: 'on', moderate: 'on', market: 'on', days: '30' },
  confirm: password,
})
