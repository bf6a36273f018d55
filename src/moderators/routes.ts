import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { ModeratorsPage, moderatorsAt } from '../../views/admin-moderators.tsx'
import { adminOf } from '../accounts/access.ts'
import { confirmation } from '../accounts/confirmation.ts'
import { askedOf, confirmElsewhere, proofIn, refuseTokens } from '../accounts/proof.ts'
import { memberById, memberNamed } from '../accounts/queries.ts'
import { type Category, categoryById } from '../categories/queries.ts'
import { categories } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { largestLimit } from '../http/paging.ts'
import { idIn } from '../http/params.ts'
import { gone, list, refuseUntagged, unkept } from '../http/respond.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { id, nullOr, object, time } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import type { Moderator } from './queries.ts'
import {
  cursorPattern,
  endModerator,
  listModerators,
  makeModerator,
  noSuchCategory,
  wholeBoard,
} from './service.ts'

/** Who keeps order where: admins make moderators, and end them. */
export const moderators = (context: Context) => {
  const page = async (
    pageContext: AdminPageContext,
    request: Request,
    typed: Typed = { name: '', category: '' },
    errors: FieldErrors = {},
  ) => {
    const query = queryIn(request)
    return ModeratorsPage({
      pageContext,
      query,
      ...(await listModerators(context, { ...query, limit: pageSize })),
      categories: await categories(context),
      typed,
      asks: await askedOf(context, request, pageContext.viewer),
      errors,
    })
  }

  const asked = async (request: Request) => {
    const admin = await adminOf(context, request)
    refuseTokens(request)
    const { category = wholeBoard } = readQuery(request, operations.make)
    refuseUntagged(request)
    const { password, code = '' } = await readBody(request, operations.make)
    await confirmElsewhere(context, request, { password, code }, 'password')
    return { admin, category }
  }

  const orAgain = async (
    { pageContext, request, set }: Exchange,
    typed: Typed,
    change: () => Promise<unknown>,
  ) => {
    try {
      await change()
      return seeOther(moderatorsAt(queryIn(request)))
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) throw error
      set.status = 422
      return page(pageContext, request, typed, error.fields)
    }
  }

  return new Elysia({ name: 'moderators' })
    .get(
      '/api/moderators',
      async ({ request }) => {
        await adminOf(context, request)
        const { q = '', after = '', limit } = readQuery(request, operations.list)
        const { moderators: page, next } = await listModerators(context, { q, after, limit })
        return list(request, page.map(serialize), next === undefined ? undefined : { after: next })
      },
      operations.list,
    )
    .put(
      '/api/moderators/:id',
      async ({ request, params }) => {
        const { admin, category } = await asked(request)
        const member = await memberById(context.db, `${idIn(params.id, noSuchMember)}`)
        if (!member) throw new Refusal(404, noSuchMember)
        const realm = category === wholeBoard ? undefined : await categoryOf(context, `${category}`)
        return unkept(serialize(await makeModerator(context, request, admin, member, realm)))
      },
      operations.make,
    )
    .delete(
      '/api/moderators/:id',
      async ({ request, params }) => {
        const { admin, category } = await asked(request)
        await endModerator(context, request, admin, idIn(params.id, noSuchModerator), category)
        return gone()
      },
      operations.end,
    )

    .use(adminsOnly(context))
    .get('/admin/moderators', ({ pageContext, request }) => page(pageContext, request))

    .post('/admin/moderators', ({ body, pageContext, request, set }) => {
      const typed = typedIn(body)
      return orAgain({ pageContext, request, set }, typed, async () => {
        const member = await memberNamed(context.db, typed.name)
        if (!member) throw nobody()
        const realm = typed.category === '' ? undefined : await categoryOf(context, typed.category)
        await confirmElsewhere(context, request, proofIn(body))
        await makeModerator(context, request, pageContext.viewer, member, realm)
      })
    })

    .post('/admin/moderators/:id/remove', ({ body, params, pageContext, request, set }) => {
      const of = new URL(request.url).searchParams.get('category')
      const category = of === `${wholeBoard}` ? wholeBoard : idIn(of ?? '', noSuchModerator)
      const user = idIn(params.id, noSuchModerator)
      // Its button sends the form that makes one, whose other fields stay as they are.
      return orAgain({ pageContext, request, set }, typedIn(body), async () => {
        await confirmElsewhere(context, request, proofIn(body))
        await endModerator(context, request, pageContext.viewer, user, category)
      })
    })
}

const pageSize = 50

/** Which part of the list is shown; it stays so while somebody is made one, and ended. */
function queryIn(request: Request) {
  const { searchParams } = new URL(request.url)
  return { q: (searchParams.get('q') ?? '').slice(0, 100), after: searchParams.get('after') ?? '' }
}

/** Who is to be made one, and where: '' is the whole board. */
type Typed = { name: string; category: string }

function typedIn(body: unknown): Typed {
  const { name, category } = asFields(body)
  return { name: textOf(name).trim(), category: textOf(category) }
}

type Exchange = { pageContext: AdminPageContext; request: Request; set: { status?: number | string } }

const noSuchModerator = 'There is no such moderator.'
const noSuchMember = 'There is no such member.'

async function categoryOf({ db }: Context, id: string): Promise<Category> {
  const category = isId(id) ? await categoryById(db, id) : undefined
  if (!category) throw noSuchCategory()
  return category
}

const nobody = () =>
  new Refusal(422, 'Something in this request cannot be taken as it is.', {
    user: 'Nobody here has this name.',
  })

const serialize = ({ id, name, categoryId, category, madeAt }: Moderator) => ({
  id,
  user: name,
  categoryId: categoryId === wholeBoard ? null : categoryId,
  category,
  madeAt,
})

const moderator = object(
  {
    id,
    user: t.String(),
    categoryId: nullOr(id),
    category: nullOr(t.String(), { description: 'null: the whole board.' }),
    madeAt: time,
  },
  { $id: 'Moderator' },
)

const ofOne = {
  tag: 'moderation',
  needs: 'admin',
  body: confirmation,
  query: object({
    category: t.Optional(
      t.Integer({ minimum: 0, description: 'Its number; 0, as without: the whole board.' }),
    ),
  }),
  problems: [404, 422],
  isConditional: true,
} as const

const operations = {
  list: operation({
    tag: 'moderation',
    summary: 'A page of who keeps order where, in the order of members',
    needs: 'admin',
    query: object({
      q: t.Optional(t.String({ description: 'Only whose name begins so, whatever its case and accents.' })),
      after: t.Optional(
        t.String({ pattern: cursorPattern, description: 'From the Link header of the page before.' }),
      ),
      limit: t.Integer({ minimum: 1, maximum: largestLimit, default: largestLimit }),
    }),
    answers: { 200: t.Array(moderator) },
    headers: nextPage,
    problems: [422],
  }),
  make: operation({
    ...ofOne,
    summary: 'Makes a member a moderator of a category, or of the whole board',
    description:
      'By an admin’s session, not by a token. The number is the member’s. Again it changes nothing.',
    answers: { 200: moderator },
  }),
  end: operation({
    ...ofOne,
    summary: 'Ends that a member is a moderator',
    description: 'By an admin’s session, not by a token. The number is the member’s.',
    answers: { 204: null },
  }),
}
