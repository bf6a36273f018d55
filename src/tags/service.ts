import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { tagsIn } from '../text/markdown.ts'
import { foldedTag, isTag } from '../text/tags.ts'
import { insertTags, linkTags, tagId, unlinkTags } from './queries.ts'

/**
 * Gives a post the tags in its text. In one order, so that no two writers wait for each other in a circle.
 */
export async function tagPost(sql: Sql, post: number, text: string): Promise<void> {
  const names = tagsIn(text).sort()
  if (names.length === 0) return
  await insertTags(sql, names)
  await linkTags(sql, post, names)
}

/** The same for a post whose text was another before. */
export async function retagPost(sql: Sql, post: number, text: string): Promise<void> {
  await unlinkTags(sql, post)
  await tagPost(sql, post, text)
}

/**
 * A tag as it stands in an address. Any tag may be looked at, even one that no post has; what is none is a
 * 404.
 */
export async function tagNamed(
  { db }: Context,
  text: string,
): Promise<{ id: number | undefined; name: string }> {
  if (!isTag(text)) throw new Refusal(404, 'There is no such tag.')
  return { id: (await tagId(db, text)) ?? undefined, name: foldedTag(text) }
}
