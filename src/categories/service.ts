import { say } from '../../texts/say.ts'
import { categoriesListed, hues, startOf, unplaced } from '../../views/names.ts'
import { adminOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { cached, invalidatedBy, type PostPlace } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { readingAs } from '../doors/reader.ts'
import { pageOf } from '../http/paging.ts'
import { nameAlike } from '../names/find-alike.ts'
import { lookOfWords } from '../names/look.ts'
import { lockNames, rowsOfNames } from '../names/queries.ts'
import { isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { composed, type Read, textOf, writtenIn } from '../platform/fields.ts'
import { remembering } from '../platform/remembered.ts'
import { forgetPosts } from '../removal/forget.ts'
import { logModeration } from '../removal/queries.ts'
import { likeOf } from '../text/like.ts'
import { lineFault } from '../text/seen.ts'
import {
  type Category,
  categoriesAfter,
  categoriesInOrder,
  categoriesWithIds,
  categoryById,
  categoryByName,
  deleteCategory,
  deleteEmptyCategory,
  deletePosts,
  describeCategory,
  firstCategories,
  hideEmptyCategory,
  insertCategory,
  isFollowedByMany,
  isLargeCategory,
  lockCategory,
  markCategoryRemoved,
  placeCategories,
  placedCategories,
  placesIn,
  setCategoryName,
} from './queries.ts'

/*
 * Everything that is done to categories, for pages, for programs and for /api/v1, by one law:
 *
 * - A name is one line of at most 60 characters that people see, composed, and no two look alike. /api/v1
 *   takes any name that is not there yet, as it was sent: its contract says so.
 * - Admins add and rename them; with CATEGORIES=members every member adds them over REST. With ACTS_API=open
 *   anyone may through /api/v1, else who has a token. Where some are closed, nobody adds any who may not read
 *   them all.
 * - A category that has posts is removed by none of us: what they are for is not ours to throw away. /api/v1
 *   alone, whose contract says so, removes one with its posts.
 * - Admins read of each removal, and by whom it was.
 */

export const longestName = 60

/**
 * Of a category's posts those that are removed while somebody waits; where there are more they are hidden,
 * and swept.
 */
const mostAtOnce = 1_000

/** Removed in one statement, or forgotten at once: neither may hold up others for long. */
const postsAtOnce = 2_000

/** The first categories, for menus and forms; one more than is listed where there are more. */
export async function categories(context: Context): Promise<Category[]> {
  const { cache, db, doors } = context
  const { key, seconds } = cached.categories
  const most = categoriesListed + 1
  const { value: open } = await cache.getOrLoad(key(), seconds, () => firstCategories(db, most))
  const [shut, inside] = [await doors.shut(), doors.inside()]
  if (shut.length + inside.length === 0) return open
  const closed = await closedCategories(context, inside)
  return listsTogether(open, `${shut} ${inside}`, closed, () => {
    // It may have been cached before one of them was closed.
    const left = open.filter(({ id }) => !shut.includes(id) && !inside.includes(id))
    const both = [...left, ...closed.flat()]
    return both.sort((a, b) => a.place - b.place || a.id - b.id).slice(0, most)
  })
}

const listsTogether = remembering<Category[], Category[]>()
/** So many of them are asked for one by one where they are cached; where there are more, MySQL is. */
const mostInside = 20

/** Those that not everybody may read, and the reader may: a list of each. */
async function closedCategories({ cache, db, doors }: Context, inside: number[]): Promise<Category[][]> {
  if (inside.length > mostInside) return [await categoriesWithIds(db, inside)]
  const { key, seconds } = cached.closedCategory
  const load = (id: number) => () => readingAs(doors.readerInside(id), () => categoriesWithIds(db, [id]))
  const found = await Promise.all(inside.map((id) => cache.getOrLoad(key(id), seconds, load(id))))
  return found.map(({ value }) => value)
}

export type CategoryPage = { categories: Category[]; nextCursor: number | undefined }

/** Returns a page of all categories, those after the cursor. */
export async function categoryPage({ db }: Context, cursor = '0', limit = 100): Promise<CategoryPage> {
  const { rows, last } = pageOf(await categoriesAfter(db, cursor, limit + 1), limit)
  return { categories: rows, nextCursor: last?.id }
}

/**
 * Returns a page of them in the order of menus, for admins: of those with `q` in their name. `after` is the
 * `next` of the page before it.
 */
export async function categoriesAsPlaced({ db }: Context, q: string, after: string) {
  const [, place = 0, id = 0] = after.match(/^(\d{1,7})-(\d{1,15})$/) ?? []
  const cursor = { place: Number(place), id: Number(id) }
  const { rows, last } = pageOf(await categoriesInOrder(db, `%${likeOf(q.trim())}`, cursor, 101), 100)
  return { categories: rows, next: last && `${last.place}-${last.id}` }
}

/** Returns the category that a form or body names, by its name or as much of it as the form lists. */
export async function categoryIn(context: Context, field: unknown): Promise<Category | undefined> {
  if (typeof field !== 'string' || field === '') return undefined
  const offered = (await categories(context)).find(({ name }) => name === field)
  return offered ?? categoryTyped(context, field)
}

/** Of exactly this name, or else of it as it is stored where it is typed here. */
async function categoryTyped({ db }: Context, name: string): Promise<Category | undefined> {
  const exact = await categoryByName(db, name)
  return exact || composed(name) === name ? exact : categoryByName(db, composed(name))
}

/**
 * The same of a form, in which a browser changes some characters of a name. `about`: what the form is about,
 * which it offers, too.
 */
export async function categoryInForm<C extends Pick<Category, 'id' | 'name'>>(
  context: Context,
  field: string,
  about?: C,
): Promise<C | Category | undefined> {
  const isChosen = ({ name }: { name: string }) => asSentBack(startOf(name)) === field
  if (about && isChosen(about)) return about
  return (await categoryIn(context, field)) ?? (await categories(context)).find(isChosen)
}

/** A name as a browser sends it back: with its own line breaks, and HTML has no NUL. */
const asSentBack = (name: string) => name.replaceAll(/\r\n|\r|\n/g, '\r\n').replaceAll('\0', '\ufffd')

/** Returns the category of this name. Throws a 404. */
export async function categoryNamed(context: Context, name: string): Promise<Category> {
  const found = await categoryTyped(context, name)
  if (!found) throw noCategory()
  return found
}

/** Throws a 403 for a member who may not add categories. */
export async function refuseAdding(context: Context, request: Request): Promise<void> {
  if (context.config.categories === 'admins' || !(await readsEverywhere(context)))
    await adminOf(context, request)
}

/**
 * Whether whoever this is done for may read every category. Others add none: that a name is taken would tell
 * them of one that they may not know of.
 */
export const readsEverywhere = async ({ doors }: Context) => (await doors.shut()).length === 0

type Adding = {
  /** It is stored as it was sent, whatever it looks like. */
  isAnyName?: boolean
  /** Runs what stores it, under its checked name, in a transaction. */
  run?: (store: (sql: Sql) => Promise<number>, name: string) => Promise<number | string>
}

/**
 * Adds a category and returns what `run` makes of it: its id. Throws a 422 for a name that will not do, a 409
 * for one that is taken or looks like another's.
 */
export async function addCategory(
  { db, cache }: Context,
  name: string,
  { isAnyName = false, run }: Adding = {},
): Promise<number | string> {
  const checked = isAnyName ? name : nameIn(name)
  const store = (sql: Sql) => storeCategory(sql, checked, isAnyName)
  const rows = isAnyName ? [] : rowsOfNames('categories')
  const added = await (run ? run(store, checked) : db.transaction(store, rows))
  await cache.invalidate(invalidatedBy.categoryAdded())
  return added
}

async function storeCategory(sql: Sql, name: string, isAnyName: boolean): Promise<number> {
  if (!isAnyName) await refuseAlike(sql, name)
  try {
    return (await insertCategory(sql, name, lookOfWords(name), isAnyName)).insertId
  } catch (error) {
    throw isDuplicate(error) ? taken() : error
  }
}

/**
 * Gives a category another name, under which its newest posts stand at once, and older ones when what is
 * remembered of them expires. Throws as `addCategory`, a 404, and what `expected` throws, which looks at it
 * as it is when nobody else changes it any more.
 */
export async function renameCategory(
  context: Context,
  id: number,
  typed: string,
  expected: (now: Category) => void,
): Promise<void> {
  const { db, cache } = context
  const name = nameIn(typed)
  try {
    await db.transaction(async (sql) => {
      await lockNames(sql, 'categories')
      const now = (await lockCategory(sql, id)) && (await categoryById(sql, `${id}`))
      if (!now) throw noCategory()
      expected(now)
      await refuseAlike(sql, name, id)
      await setCategoryName(sql, id, name, lookOfWords(name))
    })
  } catch (error) {
    throw isDuplicate(error) ? taken() : error
  }
  const newest = await placesIn(db, id, postsAtOnce)
  await cache.invalidate([...invalidatedBy.categoriesChanged([id]), ...invalidatedBy.postsChanged(newest)])
}

/** How many categories may have a place of their own. */
const mostPlaced = 200
const longestDescription = 300

type CategoryLook = Pick<Category, 'description' | 'place' | 'hue'>

/**
 * Sets what a category is for, its place in menus and its colour. Places stay without holes: those after it
 * move. Throws a 404, a 409 for one place too many, and what `expected` throws.
 */
export async function describe(
  { db, cache }: Context,
  id: number,
  look: CategoryLook,
  expected: (now: Category) => void,
): Promise<void> {
  const moved = await db.transaction(async (sql) => {
    await lockNames(sql, 'categories')
    const now = (await lockCategory(sql, id)) && (await categoryById(sql, `${id}`))
    if (!now) throw noCategory()
    expected(now)
    await describeCategory(sql, id, { ...look, place: unplaced })
    const placed = (await placedCategories(sql, mostPlaced + 1)).filter((other) => other !== id)
    if (look.place < unplaced) placed.splice(look.place - 1, 0, id)
    if (placed.length > mostPlaced) throw tooManyPlaced()
    if (placed.length > 0) await placeCategories(sql, placed)
    return [id, ...placed]
  })
  const newest = await placesIn(db, id, postsAtOnce)
  await cache.invalidate([...invalidatedBy.categoriesChanged(moved), ...invalidatedBy.postsChanged(newest)])
}

function tooManyPlaced(): Refusal {
  const says = say('At most {most} categories have a place of their own.', { most: mostPlaced })
  return new Refusal(409, says, { place: says })
}

/** Reads what an admin says of a category: what is stored, or what is wrong with it. */
export function readLook(fields: Record<string, unknown>): Read<CategoryLook> {
  const [description, place, hue] = [writtenIn(fields.description), textOf(fields.place), textOf(fields.hue)]
  const fault = description === '' ? undefined : lineFault(description, longestDescription)
  const errors: FieldErrors = {
    ...(fault === 'long'
      ? {
          description: say('A description has at most {longest} characters.', {
            longest: longestDescription,
          }),
        }
      : fault && { description: 'A description is one line of ordinary characters.' }),
    ...(/^(|[1-9]\d{0,4})$/.test(place) ? {} : { place: 'A place is a whole number, 1 or more.' }),
    ...(hue === '' || isHue(hue) ? {} : { hue: 'There is no such colour.' }),
  }
  if (Object.keys(errors).length > 0) return { errors }
  return {
    draft: {
      description,
      place: place === '' ? unplaced : Number(place),
      hue: hue === '' ? null : Number(hue),
    },
  }
}

const isHue = (text: string) => /^\d$/.test(text) && Number(text) < hues

/** Reads a category's name from a form or body: what is stored, or what is wrong with it. */
export function readCategory(fields: Record<string, unknown>): Read<{ name: string }> {
  const name = composed(textOf(fields.name)).trim()
  switch (lineFault(name, longestName)) {
    case undefined:
      return { draft: { name } }
    case 'long':
      return { errors: { name: say('A name has at most {longest} characters.', { longest: longestName }) } }
    case 'unseen':
      return { errors: { name: 'A category needs a name.' } }
    default:
      return { errors: { name: 'A name is one line of ordinary characters.' } }
  }
}

/** Returns a name as it is stored. Throws a 422 that says what is wrong with it. */
function nameIn(typed: string): string {
  const { errors, draft } = readCategory({ name: typed })
  if (!draft) throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
  return draft.name
}

/** Throws a 409 for a name that another category has, or one that looks the same. */
async function refuseAlike(sql: Sql, name: string, but?: number): Promise<void> {
  const other = await nameAlike(sql, 'categories', lookOfWords, name, but)
  if (other !== undefined) throw other === name ? taken() : tooAlike()
}

const refusedName = (sentence: string) => new Refusal(409, sentence, { name: sentence })
const taken = () => refusedName('There is a category of this name.')
const tooAlike = () => refusedName('There is a category whose name looks the same.')

/**
 * Removes a category as an admin. Throws a 409 for one that has posts, and for one that is gone; and what
 * `expected` throws, which looks at it as it is when nobody else changes it any more.
 */
export async function removeEmptyCategory(
  { db, cache }: Context,
  admin: Viewer,
  id: number,
  expected: (now: Category) => void = () => {},
): Promise<void> {
  const isGone = await db.transaction(async (sql) => {
    const category = (await lockCategory(sql, id)) ? await categoryById(sql, `${id}`) : undefined
    if (category) expected(category)
    const isFollowed = await isFollowedByMany(sql, id, mostAtOnce)
    const isGone = await (isFollowed ? hideEmptyCategory : deleteEmptyCategory)(sql, id)
    if (category && isGone) await logModeration(sql, 'category', category.name, admin.id)
    return isGone
  })
  await cache.invalidate(invalidatedBy.categoriesChanged([id]))
  if (!isGone) throw new Refusal(409, 'Only a category without posts can be removed.')
}

/**
 * Removes a category with all its posts, all or nothing: for `signer`, or for everyone where /api/v1 is open.
 * One with many is hidden at once, and its name is free; what is left of it is swept later. Throws a 404 when
 * it is gone already.
 */
export async function removeCategoryWithPosts(
  context: Context,
  { id, name }: { id: number; name: string },
  signer: Viewer | undefined,
): Promise<void> {
  const by = signer?.id ?? null
  if (await isLargeCategory(context.db, id, mostAtOnce)) return hideCategory(context, id, name, by)
  const posts = await context.db.transaction(async (sql) => {
    if (!(await lockCategory(sql, id))) throw noCategory()
    const removed = await removePostsIn(sql, id)
    await deleteCategory(sql, id)
    await logModeration(sql, 'category', name, by)
    return removed
  })
  await context.cache.invalidate(invalidatedBy.categoriesChanged([id]))
  await forgetPosts(context, posts)
}

async function hideCategory(
  { db, cache }: Context,
  category: number,
  name: string,
  by: number | null,
): Promise<void> {
  await db.transaction(async (sql) => {
    if (!(await markCategoryRemoved(sql, category))) throw noCategory()
    await logModeration(sql, 'category', name, by)
  })
  await cache.invalidate(invalidatedBy.categoryHidden(category))
}

async function removePostsIn(sql: Sql, category: number): Promise<PostPlace[]> {
  const removed: PostPlace[] = []
  while (true) {
    const posts = await placesIn(sql, category, postsAtOnce)
    if (posts.length === 0) return removed
    await deletePosts(
      sql,
      posts.map(({ id }) => id),
    )
    removed.push(...posts)
  }
}

const noCategory = () => new Refusal(404, 'There is no such category.')
