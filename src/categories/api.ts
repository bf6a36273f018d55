import { Elysia } from 'elysia'
import { nameInPath, segmentOf } from '../../views/names.ts'
import { adminOf, memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { created, gone, list, one, refuseStale } from '../http/respond.ts'
import { readBody, readQuery } from '../openapi/validate.ts'
import { Refusal } from '../platform/errors.ts'
import { textOf } from '../platform/fields.ts'
import { documentedCategories as documented } from './api-document.ts'
import { type Category, categoryById, categoryByName } from './queries.ts'
import { addCategory, categoryNamed, categoryPage, refuseAdding, removeEmptyCategory } from './service.ts'

/** Categories for programs. */
export const categoriesApi = (context: Context) =>
  new Elysia({ name: 'categories-api', prefix: '/api' })
    .get(
      '/categories',
      async ({ request }) => {
        const { after, limit } = readQuery(request, documented.listCategories)
        const page = await categoryPage(context, after, limit === undefined ? undefined : Number(limit))
        const next = page.nextCursor === undefined ? undefined : { after: `${page.nextCursor}` }
        return list(request, page.categories.map(serialized), next)
      },
      documented.listCategories,
    )
    .post(
      '/categories',
      async ({ request }) => {
        const { id } = await memberOf(context, request)
        await refuseAdding(context, request)
        const answer = () => add(context, request, id)
        return orGone(context, request, id, answer, (made) => categoryMade(context, made))
      },
      documented.addCategory,
    )
    .get(
      '/categories/:name',
      async ({ request, params: { name } }) =>
        one(request, serialized(await categoryNamed(context, nameInPath(name)))),
      documented.category,
    )
    .delete(
      '/categories/:name',
      async ({ request, params: { name } }) => {
        const admin = await adminOf(context, request)
        const category = await categoryNamed(context, nameInPath(name))
        refuseStale(request, serialized(category))
        await removeEmptyCategory(context, admin, category.id)
        return gone()
      },
      documented.removeCategory,
    )

async function add(context: Context, request: Request, by: number): Promise<Response> {
  const { name: typed } = await readBody(request, documented.addCategory)
  const made = await addCategory(context, textOf(typed), {
    run: async (store, name) => (await idempotent(context, request, { by, what: name }, store)).made,
  })
  const category = await categoryMade(context, made)
  if (!category) throw new Refusal(404, 'There is no such category.')
  return created(`/api/categories/${segmentOf(category.name)}`, serialized(category))
}

/** The category of this id: it may have another name by now. The release before kept its name. */
const categoryMade = ({ db }: Context, made: string | number) =>
  typeof made === 'number' ? categoryById(db, `${made}`) : categoryByName(db, made)

const serialized = ({ id, name, posts }: Category) => ({ id, name, posts })
