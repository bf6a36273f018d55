import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { nameInPath, segmentOf } from '../../views/names.ts'
import { adminOf, memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { largestLimit, pageParams } from '../http/paging.ts'
import { created, gone, list, one, refuseStale } from '../http/respond.ts'
import { rowsOfNames } from '../names/queries.ts'
import { etag, newAddress, nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { count, id, object } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { type Category, categoryById, categoryByName } from './queries.ts'
import {
  addCategory,
  categoryNamed,
  categoryPage,
  longestName,
  refuseAdding,
  removeEmptyCategory,
} from './service.ts'

/** Categories for programs. */
export const categoriesApi = (context: Context) =>
  new Elysia({ name: 'categories-api', prefix: '/api' })
    .get(
      '/categories',
      async ({ request }) => {
        const { after, limit } = readQuery(request, operations.listCategories)
        const page = await categoryPage(context, after, limit)
        const next = page.nextCursor === undefined ? undefined : { after: `${page.nextCursor}` }
        return list(request, page.categories.map(serialize), next)
      },
      operations.listCategories,
    )
    .post(
      '/categories',
      async ({ request }) => {
        const { id } = await memberOf(context, request)
        await refuseAdding(context, request)
        const answer = () => add(context, request, id)
        return orGone(context, request, id, answer, (result) => categoryOfResult(context, result))
      },
      operations.addCategory,
    )
    .get(
      '/categories/:name',
      async ({ request, params: { name } }) =>
        one(request, serialize(await categoryNamed(context, nameInPath(name)))),
      operations.category,
    )
    .delete(
      '/categories/:name',
      async ({ request, params: { name } }) => {
        const admin = await adminOf(context, request)
        const category = await categoryNamed(context, nameInPath(name))
        const expected = (now: Category) => refuseStale(request, serialize(now))
        await removeEmptyCategory(context, admin, category.id, expected)
        return gone()
      },
      operations.removeCategory,
    )

async function add(context: Context, request: Request, by: number): Promise<Response> {
  const { name: typed } = await readBody(request, operations.addCategory)
  const result = await addCategory(context, typed, {
    run: async (store, name) =>
      (await idempotent(context, request, { by, content: name }, store, rowsOfNames('categories'))).result,
  })
  const category = await categoryOfResult(context, result)
  if (!category) throw new Refusal(404, 'There is no such category.')
  return created(`/api/categories/${segmentOf(category.name)}`, serialize(category))
}

/** The category of this id: it may have another name by now. The release before stored its name. */
const categoryOfResult = ({ db }: Context, result: string | number) =>
  typeof result === 'number' ? categoryById(db, `${result}`) : categoryByName(db, result)

const serialize = ({ id, name, posts, description }: Category): Static<typeof category> => ({
  ...{ id, name, posts, description },
})

const category = object({ id, name: t.String(), posts: count, description: t.String() }, { $id: 'Category' })

const operations = {
  listCategories: operation({
    tag: 'categories',
    summary: 'A page of the categories, the oldest first',
    query: object(pageParams({ description: 'Categories.', default: largestLimit })),
    answers: { 200: t.Array(category) },
    headers: nextPage,
    problems: [422],
  }),
  addCategory: operation({
    tag: 'categories',
    summary: 'Adds a category',
    description: 'Admins may; with CATEGORIES=members every member who may read all that there are.',
    needs: 'member',
    body: object({ name: t.String({ judged: { minLength: 1, maxLength: longestName } }) }),
    answers: { 201: category },
    headers: newAddress,
    problems: [403, 409],
    isIdempotent: true,
  }),
  category: operation({
    tag: 'categories',
    summary: 'One category',
    answers: { 200: category, 304: null },
    headers: etag,
    problems: [404],
  }),
  removeCategory: operation({
    tag: 'categories',
    summary: 'Removes a category that has no posts',
    needs: 'admin',
    answers: { 204: null },
    problems: [404, 409],
    isConditional: true,
  }),
}
