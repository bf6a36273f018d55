import type { Limits, Sql, SqlValue } from '../../platform/db.ts'
import { columns, excerpt, type Hidden, joins, nothingHidden, type Post } from '../queries.ts'

export type Sort = 'new' | 'top' | 'hot'

/** A page of posts. `words` is a full-text query in boolean mode; `before` where the page before ended. */
export type ListFilter = {
  sort: Sort
  category: number | undefined
  author: number | undefined
  /** A tag's id. */
  tag?: number
  words: string | undefined
  before: { place: number; id: number } | undefined
  limit: number
  hidden?: Hidden
  /** What comes of each text: up to 20,000 characters, or as much as a card shows. */
  texts?: 'full' | 'excerpt'
}

/** With the number that it is sorted by. */
export type RankedPost = Post & { place: number }

export function rankedPosts(sql: Sql, wanted: ListFilter, limits?: Limits): Promise<RankedPost[]> {
  const { from, id, place, category } = placesOf(wanted)
  const { hidden = nothingHidden } = wanted
  const conditions: [string, SqlValue[]][] = [
    ...when(wanted.category, (value) => [`${category} = ?`, [value]]),
    ...when(some(hidden.categories), (value) => [`${category} NOT IN (?)`, [value]]),
    ...when(some(hidden.authors), (value) => [
      '(found.author_id IS NULL OR found.author_id NOT IN (?))',
      [value],
    ]),
    ...when(wanted.tag, (value) => ['tagged.tag_id = ?', [value]]),
    ...when(wanted.author, (value) => ['found.author_id = ?', [value]]),
    ...when(wanted.words, (text) => ['MATCH (found.title, found.body) AGAINST (? IN BOOLEAN MODE)', [text]]),
    ...when(wanted.before, (at) => [
      `${place} <= ? AND (${place} < ? OR ${id} < ?)`,
      [at.place, at.place, at.id],
    ]),
  ]
  return sql.rows<RankedPost>(
    'rankedPosts',
    `SELECT ${columns}, ${wanted.texts === 'excerpt' ? excerpt : full}, page.place
       FROM (SELECT ${id} AS id, ${place} AS place
               FROM ${from}
              WHERE ${conditions.map(([text]) => text).join(' AND ') || 'TRUE'}
              ORDER BY ${place} DESC, ${id} DESC
              LIMIT ?) AS page
       JOIN posts ON posts.id = page.id
       ${joins}
      ORDER BY page.place DESC, posts.id DESC`,
    [...conditions.flatMap(([, values]) => values), wanted.limit],
    limits,
  )
}

const full = 'LEFT(posts.body, 20000) AS body'

const some = (ids: number[]) => (ids.length > 0 ? ids : undefined)

const when = <T>(value: T | undefined, condition: (value: T) => [string, SqlValue[]]) =>
  value === undefined ? [] : [condition(value)]

/**
 * Where the ids come from, in their order: an index alone wherever there is one. An author's posts, and those with
 * certain words, are found first and then sorted.
 */
function placesOf(wanted: ListFilter) {
  return wanted.tag === undefined ? placesOfPosts(wanted) : placesOfTagged(wanted)
}

/** A tag's posts stand in `post_tags` in each order; only other conditions need the posts themselves. */
function placesOfTagged({ sort, category, author, words, hidden = nothingHidden }: ListFilter) {
  const key = { new: 'PRIMARY', top: 'post_tags_by_likes', hot: 'post_tags_by_hot' }[sort]
  const place = { new: 'tagged.post_id', top: 'tagged.likes', hot: 'tagged.hot' }[sort]
  const isAlone = [category, author, words, ...hidden.categories, ...hidden.authors].every(
    (each) => each === undefined,
  )
  return {
    from: `post_tags AS tagged FORCE INDEX (${key})${isAlone ? '' : ' JOIN posts AS found ON found.id = tagged.post_id'}`,
    id: 'tagged.post_id',
    place,
    category: 'found.category_id',
  }
}

function placesOfPosts({ sort, category, author, words, hidden = nothingHidden }: ListFilter) {
  const isFound = author !== undefined || words !== undefined
  const byAuthor = author !== undefined && words === undefined ? ' FORCE INDEX (posts_by_author)' : ''
  if (sort === 'new') {
    const key = category === undefined ? 'PRIMARY' : 'posts_by_category'
    const index = isFound ? byAuthor : ` FORCE INDEX (${key})`
    return {
      from: `posts AS found${index}`,
      id: 'found.id',
      place: 'found.id',
      category: 'found.category_id',
    }
  }
  const column = sort === 'top' ? 'likes' : 'hot'
  const key = `post_ranks_by_${column}${category === undefined ? '' : '_in_category'}`
  return {
    from: isFound
      ? `posts AS found${byAuthor} JOIN post_ranks AS ranks ON ranks.post_id = found.id`
      : `post_ranks AS ranks FORCE INDEX (${key})${hidden.authors.length > 0 ? ' JOIN posts AS found ON found.id = ranks.post_id' : ''}`,
    id: 'ranks.post_id',
    place: `ranks.${column}`,
    category: 'ranks.category_id',
  }
}
