import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { AllCategoriesPage, CategoriesPage, CategoriesPanel } from '../../views/categories.tsx'
import { lookTexts } from '../../views/category-look.tsx'
import type { Context } from '../context.ts'
import { refuseOvertaken, versionOf } from '../http/form-version.ts'
import { pageContextFor } from '../http/page-context.ts'
import { idIn, idParam } from '../http/params.ts'
import { respond } from '../http/respond.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, composed, textOf } from '../platform/fields.ts'
import { newInCategoriesOf } from '../unread/service.ts'
import {
  addCategory,
  categoriesAsPlaced,
  categoryPage,
  describe,
  readLook,
  removeEmptyCategory,
  renameCategory,
} from './service.ts'

/** All categories, page by page. */
export const categoryPages = (context: Context) =>
  new Elysia({ name: 'categories' }).get('/categories', async ({ request }) => {
    const after = idParam(request, 'after')
    const page = await categoryPage(context, after)
    const pageContext = await pageContextFor(context, request)
    const newPosts = await newInCategoriesOf(context, pageContext.viewer)
    return AllCategoriesPage({
      pageContext,
      at: after === undefined ? '/categories' : undefined,
      ...page,
      newPosts,
    })
  })

type Panel = Pick<
  Parameters<typeof CategoriesPanel>[0],
  'said' | 'typed' | 'errors' | 'renaming' | 'describing'
>
type Exchange = { pageContext: AdminPageContext } & Parameters<typeof respond>[0]

/** The page on which admins add, rename and remove categories. */
export const categoriesAdmin = (context: Context) => {
  const draw = async ({ pageContext, ...exchange }: Exchange, panel: Panel = {}, status = 200) => {
    const { searchParams } = new URL(exchange.request.url)
    const q = (searchParams.get('q') ?? '').slice(0, 100)
    const { categories, next } = await categoriesAsPlaced(context, q, searchParams.get('after') ?? '')
    const versioned = categories.map((category) => ({
      ...category,
      version: versionOf(category.name),
      lookVersion: versionOf(...lookTexts(category)),
    }))
    const props = { categories: versioned, q, next, isFirstPage: !searchParams.has('after'), ...panel }
    return respond(exchange, {
      page: () => CategoriesPage({ pageContext, ...props }),
      fragment: () => CategoriesPanel(props),
      status,
    })
  }

  return new Elysia({ name: 'categories-admin' })
    .use(adminsOnly(context))
    .get('/admin/categories', ({ pageContext, request, set }) => draw({ pageContext, request, set }))

    .post('/admin/categories', async ({ body, pageContext, request, set }) => {
      const name = nameIn(body)
      const errors = await errorsOf(() => addCategory(context, name), 'name')
      if (errors) return draw({ pageContext, request, set }, { typed: name, errors }, 422)
      return draw(
        { pageContext, request, set },
        { said: say('{category} is a category now.', { category: name }) },
      )
    })

    .post('/admin/categories/:id/rename', async ({ params, body, pageContext, request, set }) => {
      const id = idIn(params.id, noSuchCategory)
      const name = nameIn(body)
      const errors = await errorsOf(
        () => renameCategory(context, id, name, (now) => refuseOvertaken(body, versionOf(now.name), 'name')),
        'name',
      )
      if (errors) return draw({ pageContext, request, set }, { renaming: { id, typed: name, errors } }, 422)
      return draw({ pageContext, request, set }, { said: say('It is called {name} now.', { name }) })
    })

    .post('/admin/categories/:id/describe', async ({ params, body, pageContext, request, set }) => {
      const id = idIn(params.id, noSuchCategory)
      const { draft, errors: wrong } = readLook(asFields(body))
      const errors =
        wrong ??
        (await errorsOf(
          () =>
            describe(context, id, draft, (now) =>
              refuseOvertaken(body, versionOf(...lookTexts(now)), 'description'),
            ),
          'description',
          'place',
        ))
      if (errors)
        return draw(
          { pageContext, request, set },
          { describing: { id, typed: typedLook(body), errors } },
          422,
        )
      return draw({ pageContext, request, set }, { said: 'It is saved.' })
    })

    .post('/admin/categories/:id/remove', async ({ params, pageContext, request, set }) => {
      await removeEmptyCategory(context, pageContext.viewer, idIn(params.id, noSuchCategory))
      return draw({ pageContext, request, set }, { said: 'The category is gone.' })
    })
}

const noSuchCategory = 'There is no such category.'

const typedLook = (body: unknown): [string, string, string] => {
  const { description, place, hue } = asFields(body)
  return [textOf(description), textOf(place), textOf(hue)]
}

const nameIn = (body: unknown) => composed(textOf(asFields(body).name)).trim()

/** Returns what was wrong with one of the fields, if that is why it was refused. */
async function errorsOf(
  change: () => Promise<unknown>,
  ...fields: string[]
): Promise<FieldErrors | undefined> {
  try {
    await change()
    return undefined
  } catch (error) {
    if (error instanceof Refusal && fields.some((field) => error.fields[field])) return error.fields
    throw error
  }
}
