import { addCategory as add, readsEverywhere, removeCategoryWithPosts } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { listActs, onePage } from './act-list.ts'
import { type Call, created, json, nothing, ok, refuseUnless, signerOf, writerOf } from './calls.ts'
import { onlyElement, textIn } from './fields.ts'
import { inPieces, quoted } from './json-pieces.ts'
import {
  type ActCategory,
  actCategoriesAfter,
  actCategory,
  actCategoryById,
  newestActsIn,
} from './queries.ts'

const mostListed = 100

const categoriesAtOnce = 1_000

/** `GET /categories` */
export async function listCategories({ db }: Context): Promise<Response> {
  // By hand: an object would put names that look like numbers first, and lose one called "__proto__".
  const text = await inPieces('{', members(db), '}')
  return text === undefined ? nothing() : json(text)
}

async function* members(db: Context['db']): AsyncGenerator<Iterable<string>> {
  let after: number | undefined = 0
  while (after !== undefined) {
    const page = await actCategoriesAfter(db, after, categoriesAtOnce)
    for (const { id, name: short, acts } of page) {
      const name = short ?? (await actCategoryById(db, id))?.name
      if (name !== undefined) yield memberJson(name, acts)
    }
    after = page.length < categoriesAtOnce ? undefined : page.at(-1)?.id
  }
}

function* memberJson(name: string, acts: number): Generator<string> {
  yield* quoted(name)
  yield `:${acts}`
}

/** `POST /categories` */
export async function addCategory(context: Context, { request, body }: Call): Promise<Response> {
  await writerOf(context, request)
  refuseUnless(await readsEverywhere(context), 'Only who may read every category adds one.')
  const name = textIn(onlyElement(await body()))

  await add(context, name, { isAnyName: true })
  return created()
}

/** `DELETE /categories/:name` */
export async function removeNamedCategory(context: Context, { request, params }: Call): Promise<Response> {
  const writer = await writerOf(context, request)
  refuseUnless(!writer || writer.role === 'admin', 'Only an admin may do this.')
  const category = await actCategory(context.db, params.name ?? '')
  if (!category) throw new Refusal(404, 'There is no such category.')

  await removeCategoryWithPosts(context, category, writer ?? (await signerOf(context, request)))
  return ok()
}

/** `GET /categories/:name/acts/size` */
export async function countActsIn({ db }: Context, { params }: Call): Promise<Response> {
  const category = await actCategory(db, params.name ?? '')
  if (!category) throw new Refusal(404, 'There is no such category.')
  return json(JSON.stringify([category.acts]))
}

/** `GET /categories/:name/acts`, with or without a range */
export async function actsOfCategory(context: Context, { params, query }: Call): Promise<Response> {
  const range = rangeIn(query)
  const category = await actCategory(context.db, params.name ?? '')
  if (!category || category.acts === 0) return nothing()

  const { start, end } = range ?? { start: 1, end: category.acts }
  if (end > category.acts) throw new Refusal(400, 'The range ends behind the last act.')
  if (end - start + 1 > mostListed)
    throw new Refusal(413, `At most ${mostListed} acts can be listed at once.`)

  return listActs(context, onePage(await actsBetween(context, category, start, end)))
}

const actsBetween = ({ db }: Context, { id }: ActCategory, start: number, end: number) =>
  newestActsIn(db, id, start - 1, end - start + 1)

/**
 * `start` and `end`, or undefined when neither is given. Throws a 400 for what is wrong whatever is listed;
 * whether the end is too far can be said only of a category that has acts.
 */
function rangeIn(query: URLSearchParams): { start: number; end: number } | undefined {
  const [start, end] = [query.get('start'), query.get('end')]
  if (start === null && end === null) return undefined
  if (!isWhole(start) || !isWhole(end)) throw new Refusal(400, 'A range needs start and end, whole numbers.')

  const range = { start: Number(start), end: Number(end) }
  if (range.start < 1) throw new Refusal(400, 'A range starts at 1, the newest act.')
  if (range.start > range.end) throw new Refusal(400, 'A range ends where it starts or later.')
  return range
}

const isWhole = (text: string | null) => text !== null && /^\d+$/.test(text)
