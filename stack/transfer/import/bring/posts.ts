import { addBatch } from '../../../../batcher/flush/queries.ts'
import { hashOf } from '../../../../batcher/ledger/batch.ts'
import { lockNames } from '../../../../src/names/queries.ts'
import { placeKeyOf } from '../../../../src/offers/place-key.ts'
import type { Sql } from '../../../../src/platform/db.ts'
import { sha256 } from '../../../../src/platform/sha256.ts'
import { ranksOf, setRanked, setRanks } from '../../../../src/ranking/queries.ts'
import { insertTags } from '../../../../src/tags/queries.ts'
import type { Line } from '../../format.ts'
import {
  categoriesNamed,
  countIn,
  insertRows,
  keysTaken,
  lastImportedBatch,
  linkTags,
  type Values,
} from '../queries.ts'
import { bringPictures } from './pictures.ts'
import {
  at,
  type Bring,
  insertAll,
  keyOf,
  localOf,
  mapOf,
  note,
  notePaths,
  numberedRows,
  tellSearch,
} from './rows.ts'

/** As in sql/schema.sql: beside categories of here, others come last. */
const unplaced = 1_000_000

export const bringCategories: Bring<'categories'> = async (bringing, lines) => {
  const { sql } = bringing
  await lockNames(sql, 'categories')
  const named = await categoriesNamed(
    sql,
    lines.map(({ name }) => keyOf(name)),
  )
  const there = new Map(named.map(({ nameKey, id }) => [nameKey, id]))
  const close = (category: number) =>
    // Who may read it here an admin says: until then nobody else does.
    insertRows(sql, 'doors', [{ category_id: category, read_by: 'groups', write_by: 'members' }], true)
  for (const { id, name, description = '', place, hue = null, isClosed = false } of lines) {
    const same = there.get(sha256(name))
    if (same !== undefined) {
      if (isClosed) await close(same)
      await note(bringing, 'categories', [[id, same]])
      continue
    }
    const row = {
      ...{ id, name, name_key: keyOf(name), look_twin: keyOf(name), description, hue },
      place: bringing.known.keepsIds ? place : unplaced,
    }
    const ids = await numberedRows(bringing, 'categories', 'categories', [row])
    const local = ids.get(id) ?? 0
    if (isClosed) await close(local)
    there.set(sha256(name), local)
  }
  await notePaths(bringing, 'categories', lines, ({ name }) => there.get(sha256(name)))
  return lines.length
}

export const bringPosts: Bring<'posts'> = async (bringing, lines) => {
  const { sql } = bringing
  const acts = lines.flatMap(({ act }) => (act ? [act] : []))
  const taken = new Set(
    await keysTaken(
      sql,
      'acts',
      acts.map(({ id }) => keyOf(id)),
    ),
  )
  const categories = await mapOf(
    bringing,
    'categories',
    lines.map(({ category }) => category),
  )
  const come = lines.filter(
    ({ act, category }) => categories.has(category) && !(act && taken.has(sha256(act.id))),
  )
  if (come.length === 0) return 0
  const members = await mapOf(
    bringing,
    'members',
    come.flatMap(({ author, removed }) => [author, removed?.author, removed?.by]),
  )
  await bringPictures(bringing, come.flatMap(picturesIn))
  const ids = await numberedRows(
    bringing,
    'posts',
    'posts',
    come.map((line) => ({
      id: line.id,
      category_id: categories.get(line.category) ?? 0,
      author_id: localOf(members, line.author),
      ...{ title: line.title, body: line.body, likes: line.likes },
      ...{ image_hash: line.picture?.hash ?? null, image_alt: line.picture?.alt ?? '' },
      ...{ created_at: at(line.createdAt), edited_at: at(line.editedAt) },
    })),
  )
  const local = (line: Line<'posts'>) => ids.get(line.id) ?? 0
  await note(
    bringing,
    'openers',
    come.flatMap((line): [number, number][] => (line.opener ? [[line.opener, local(line)]] : [])),
  )
  await insertAll(
    sql,
    'acts',
    come.flatMap((line) =>
      line.act ? [actRow(line.act, local(line), categories.get(line.category) ?? 0)] : [],
    ),
  )
  await insertAll(
    sql,
    'removed_posts',
    come.flatMap((line) =>
      line.removed
        ? [
            {
              post_id: local(line),
              title: line.removed.title,
              author_id: localOf(members, line.removed.author),
              removed_by: localOf(members, line.removed.by),
              ...{
                is_open: line.removed.isOpen,
                reason: line.removed.reason,
                removed_at: at(line.removed.at),
              },
            },
          ]
        : [],
    ),
  )
  await insertAll(
    sql,
    'locked_posts',
    come.filter(({ isLocked }) => isLocked).map((line) => ({ post_id: local(line) })),
  )
  const offers = come.filter(({ offer }) => offer)
  await insertAll(
    sql,
    'offers',
    offers.map((line) => offerRow(line, local(line))),
  )
  await insertAll(
    sql,
    'offer_pictures',
    offers.flatMap((line) =>
      (line.offerPictures ?? []).map(({ hash, alt }, index) => ({
        ...{ post_id: local(line), place: index + 1, image_hash: hash, alt },
      })),
    ),
  )
  // Hidden ones are not counted.
  for (const [category, own] of Map.groupBy(come, ({ category }) => categories.get(category) ?? 0)) {
    const shown = own.filter(({ removed }) => !removed)
    await countIn(sql, category, shown.length, shown.filter(({ act }) => act).length)
  }
  await setRanks(sql, await ranksOf(sql, come.map(local)))
  const tagged = come.flatMap((line) => (line.tags ?? []).map((tag): [string, number] => [tag, local(line)]))
  if (tagged.length > 0) {
    await insertTags(sql, [...new Set(tagged.map(([tag]) => tag))])
    await linkTags(sql, tagged)
  }
  await addLikes(
    sql,
    come.map((line): [number, number] => [local(line), line.likes]),
  )
  await tellSearch(sql, 'post', 'posts', come.map(local))
  return come.length
}

const picturesIn = ({ picture, offerPictures = [] }: Line<'posts'>) =>
  picture ? [picture, ...offerPictures] : offerPictures

const offerRow = ({ offer }: Line<'posts'>, post_id: number): Values => ({
  ...{ post_id, kind: offer?.kind ?? 'sale', price: offer?.price ?? null, state: offer?.state ?? 'gone' },
  ...{ place: offer?.place ?? '', place_key: placeKeyOf(offer?.place ?? '') },
})

const actRow = (act: NonNullable<Line<'posts'>['act']>, post_id: number, category_id: number): Values => ({
  ...{ post_id, category_id, act_id: act.id, act_key: keyOf(act.id) },
  ...{ username: act.username, username_key: keyOf(act.username), timestamp: act.timestamp },
  ...{ moment: act.moment, image: act.image, bytes: act.bytes },
})

/** A batch of likes that came from elsewhere is of this name. */
const batcher = 'import'

/** The next batch of the chain of imports: its likes are in `posts` already. */
async function addLikes(sql: Sql, likes: [post: number, likes: number][]): Promise<void> {
  const entries = likes.filter(([, added]) => added > 0).sort(([a], [b]) => a - b)
  if (entries.length === 0) return
  const last = await lastImportedBatch(sql, batcher)
  const number = last.number + 1
  await addBatch(sql, {
    ...{ batcher, number, posts: entries.length, entries: JSON.stringify(entries) },
    likes: entries.reduce((sum, [, added]) => sum + added, 0),
    hash: hashOf(last.hash, batcher, number, entries),
  })
  // Ranks have them from the start.
  await setRanked(sql, { batcher, number: String(number) })
}

export const bringLikes: Bring<'likes'> = async (bringing, lines) => {
  const posts = await mapOf(
    bringing,
    'posts',
    lines.map(({ post }) => post),
  )
  const members = await mapOf(
    bringing,
    'members',
    lines.map(({ member }) => member),
  )
  return insertAll(
    bringing.sql,
    'likes',
    lines.flatMap((line) => {
      const [post_id, user_id] = [posts.get(line.post), members.get(line.member)]
      return post_id && user_id ? [{ post_id, user_id, created_at: at(line.at) }] : []
    }),
    true,
  )
}
