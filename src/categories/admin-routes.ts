import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { CategoriesPage, CategoriesPanel } from '../../views/admin-categories.tsx'
import type { Context } from '../context.ts'
import { isFragmentRequest } from '../http/page-context.ts'
import { type AdminFrame, adminsOnly } from '../moderation/admins-only.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, composed, isId, textOf } from '../platform/fields.ts'
import { categoryPage } from '../posts/service.ts'
import { addCategory, renameCategory } from './admin.ts'
import { removeEmptyCategory } from './removal.ts'

const nameIn = (body: unknown) => composed(textOf(asFields(body).name)).trim()

type Panel = Omit<Parameters<typeof CategoriesPanel>[0], 'categories' | 'next'>

/** The board's categories. */
export const categoriesAdmin = (context: Context) => {
  const answer = async (request: Request, frame: AdminFrame, more: Panel = {}) => {
    const after = new URL(request.url).searchParams.get('after') ?? ''
    const props = { ...(await categoryPage(context, isId(after) ? after : undefined)), ...more }
    return isFragmentRequest(request) ? CategoriesPanel(props) : CategoriesPage({ frame, ...props })
  }

  return new Elysia({ name: 'categories-admin' })
    .use(adminsOnly(context))
    .get('/admin/categories', ({ frame, request }) => answer(request, frame))

    .post('/admin/categories', async ({ body, frame, request, set }) => {
      const name = nameIn(body)
      const errors = await addCategory(context, name)
      if (!errors)
        return answer(request, frame, { said: say('{category} is a category now.', { category: name }) })
      set.status = 422
      return answer(request, frame, { typed: name, errors })
    })

    .post('/admin/categories/:id/rename', async ({ params: { id }, body, frame, request, set }) => {
      if (!isId(id)) throw new Refusal(404, 'There is no such category.')
      const name = nameIn(body)
      const errors = await renameCategory(context, Number(id), name)
      if (!errors) return answer(request, frame, { said: say('It is called {name} now.', { name }) })
      set.status = 422
      return answer(request, frame, { renaming: { id: Number(id), typed: name, errors } })
    })

    .post('/admin/categories/:id/remove', async ({ params: { id }, frame, request }) => {
      if (!isId(id)) throw new Refusal(404, 'There is no such category.')
      await removeEmptyCategory(context, frame.viewer, Number(id))
      return answer(request, frame, { said: 'The category is gone.' })
    })
}
