import { Elysia } from 'elysia'
import { AddUserForm, AddUserPage, UserByIdPage } from '../../views/by-id.tsx'
import { segmentOf } from '../../views/names.ts'
import { adminOf } from '../accounts/access.ts'
import { memberByIdOrRefuse } from '../accounts/service.ts'
import { storeMember } from '../accounts/sign-up.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { pageContextFor, wantsJson } from '../http/page-context.ts'
import { leadTo, respond } from '../http/respond.ts'
import { typedName } from '../names/look.ts'
import { chosenNameError } from '../names/name-error.ts'
import { rowsOfNames } from '../names/queries.ts'
import { localAt } from '../old-addresses/queries.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { signUpLaw } from '../settings/law.ts'

/**
 * Adding a user by name alone. Nobody can sign in as one who has no password. Where not everybody may join,
 * admins alone do it.
 */
export const addUserForm = (context: Context) =>
  new Elysia({ name: 'add-user' })
    .get('/add_user', async ({ request }) =>
      AddUserPage({ pageContext: await pageContextFor(context, request) }),
    )

    .post('/add_user', async ({ body, request, set }) => {
      if ((await signUpLaw(context)) !== 'open') await adminOf(context, request)
      const username = typedName(textOf(asFields(body).username))
      const added = await addUser(context, username)
      if (typeof added === 'number') return answered(request, added, username)

      if (wantsJson(request)) throw added
      const props = { username, errors: added.fields }
      return respond(
        { request, set },
        {
          page: async () => AddUserPage({ pageContext: await pageContextFor(context, request), ...props }),
          fragment: () => AddUserForm(props),
          status: added.status,
        },
      )
    })

/**
 * A user by number, and which store knew them; or where a name leads that stood here on a board of NodeBB
 * that was imported.
 */
export const userById = (context: Context) =>
  new Elysia({ name: 'user-by-id' }).get('/user/:id', async ({ params: { id }, request, set }) => {
    const before = isId(id) ? undefined : await localAt(context.db, `user/${id.toLowerCase()}`)
    if (before) {
      const { name } = (await memberByIdOrRefuse(context, `${before.id}`)).member
      return new Response(null, { status: 301, headers: { location: `/users/${segmentOf(name)}` } })
    }
    const { member, source } = await memberByIdOrRefuse(context, id)
    const store = source === 'redis' ? 'Redis' : 'MySQL'

    set.headers['x-source'] = source
    if (wantsJson(request)) return { id: member.id, username: member.name, source: store }
    return UserByIdPage({ pageContext: await pageContextFor(context, request), member, source })
  })

/** Stores the user in MySQL and in Redis. Returns their id, or why not. */
async function addUser(context: Context, username: string): Promise<number | Refusal> {
  const wrong = await chosenNameError(context, username)
  if (wrong) return new Refusal(422, wrong, { username: wrong })
  try {
    const id = await context.db.transaction((sql) => storeMember(sql, username, null), rowsOfNames('users'))
    await context.cache.invalidate(invalidatedBy.userAddedOrChanged(username, id))
    await memberByIdOrRefuse(context, `${id}`)
    return id
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return error
    throw error
  }
}

function answered(request: Request, id: number, username: string): Response {
  const location = `/user/${id}`
  if (wantsJson(request)) return Response.json({ id, username }, { status: 201, headers: { location } })
  return leadTo(request, location)
}
