import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { DoorPage } from '../../views/admin-door.tsx'
import { GroupPage, GroupsPage } from '../../views/admin-groups.tsx'
import { adminOf } from '../accounts/access.ts'
import { refuseTokens } from '../accounts/proof.ts'
import { memberById, memberNamed } from '../accounts/queries.ts'
import { type Category, categoryById } from '../categories/queries.ts'
import type { Context } from '../context.ts'
import { allDoors, readers, writers } from '../doors/queries.ts'
import { refuseOvertaken, versionOf } from '../http/form-version.ts'
import { seeOther } from '../http/page-context.ts'
import { maxId, pageOf } from '../http/paging.ts'
import { idIn, idParam } from '../http/params.ts'
import { created, gone, list, refuseUntagged, unkept } from '../http/respond.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { count, id, object, time } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { type Rights, readRights, rightsIn, rightsOf, setRights } from './doors.ts'
import { allGroups, type Group, type InGroup, membersInGroup } from './queries.ts'
import {
  addGroup,
  changeGroup,
  groupAt,
  putInGroup,
  readGroup,
  removeGroup,
  takeOutOfGroup,
} from './service.ts'

const membersShown = 100

/** Groups of members, and the categories that they read and write in: admins set both. */
export const groups = (context: Context) => {
  const listPage = async (
    pageContext: AdminPageContext,
    typed = { name: '', claim: '' },
    errors: FieldErrors = {},
  ) =>
    GroupsPage({
      pageContext,
      groups: await allGroups(context.db),
      hasSignOn: context.config.signOn !== undefined,
      typed,
      errors,
    })

  const groupPage = async (
    pageContext: AdminPageContext,
    request: Request,
    of: number,
    refused: { typed?: { name: string; claim: string }; member?: string; errors?: FieldErrors } = {},
  ) => {
    const group = await groupAt(context, of)
    const found = await membersInGroup(context.db, of, idParam(request, 'after') ?? '0', membersShown + 1)
    const { rows, last } = pageOf(found, membersShown)
    return GroupPage({
      ...{ pageContext, group, members: rows, next: last?.id },
      hasSignOn: context.config.signOn !== undefined || group.claim !== '',
      typed: { name: group.name, claim: group.claim },
      version: versionOfGroup(group),
      ...{ member: '', errors: {}, ...refused },
    })
  }

  const doorPage = async (
    pageContext: AdminPageContext,
    category: Category,
    refused: { rights?: Rights; errors?: FieldErrors } = {},
  ) => {
    const rights = await rightsIn(context.db, category.id)
    const groups = await allGroups(context.db)
    const version = versionOfRights(rights)
    return DoorPage({ pageContext, category, rights, version, groups, errors: {}, ...refused })
  }

  const by = (pageContext: AdminPageContext, request: Request) => ({ request, admin: pageContext.viewer })

  const asked = async (request: Request) => {
    const admin = await adminOf(context, request)
    refuseTokens(request)
    return { request, admin }
  }

  const memberAt = async (text: string) => {
    const member = await memberById(context.db, `${idIn(text, noSuchMember)}`)
    if (!member) throw new Refusal(404, noSuchMember)
    return member
  }

  return new Elysia({ name: 'groups' })
    .get(
      '/api/groups',
      async ({ request }) => {
        await adminOf(context, request)
        return list(request, await allGroups(context.db))
      },
      operations.list,
    )
    .post(
      '/api/groups',
      async ({ request }) => {
        const admin = await asked(request)
        const { name, claim = '' } = await readBody(request, operations.add)
        const { errors, draft } = readGroup({ name, claim })
        if (errors) throw new Refusal(422, 'The group was not made.', errors)
        const group = await addGroup(context, admin, draft)
        return created(`/api/groups/${group.id}`, group)
      },
      operations.add,
    )
    .delete(
      '/api/groups/:id',
      async ({ request, params }) => {
        const admin = await asked(request)
        refuseUntagged(request)
        await removeGroup(context, admin, idIn(params.id, noGroup))
        return gone()
      },
      operations.remove,
    )
    .get(
      '/api/groups/:id/members',
      async ({ request, params }) => {
        await adminOf(context, request)
        const { after = 0 } = readQuery(request, operations.members)
        const group = await groupAt(context, idIn(params.id, noGroup))
        const found = await membersInGroup(context.db, group.id, `${after}`, membersShown + 1)
        const { rows, last } = pageOf(found, membersShown)
        return list(request, rows.map(serialize), last && { after: `${last.id}` })
      },
      operations.members,
    )
    .put(
      '/api/groups/:id/members/:user',
      async ({ request, params }) => {
        const admin = await asked(request)
        refuseUntagged(request)
        const member = await memberAt(params.user)
        await putInGroup(context, admin, { group: idIn(params.id, noGroup), member })
        return gone()
      },
      operations.putIn,
    )
    .delete(
      '/api/groups/:id/members/:user',
      async ({ request, params }) => {
        const admin = await asked(request)
        refuseUntagged(request)
        const member = await memberAt(params.user)
        await takeOutOfGroup(context, admin, { group: idIn(params.id, noGroup), member })
        return gone()
      },
      operations.takeOut,
    )
    .get(
      '/api/doors',
      async ({ request }) => {
        await adminOf(context, request)
        const doors = await allDoors(context.db)
        return list(
          request,
          doors.map((door) => ({ category: door.category, ...rightsOf(door) })),
        )
      },
      operations.doors,
    )
    .put(
      '/api/doors/:category',
      async ({ request, params }) => {
        const admin = await asked(request)
        refuseUntagged(request)
        const category = idIn(params.category, noCategory)
        const { readers = [], writers = [], ...typed } = await readBody(request, operations.setDoor)
        const { errors, draft } = readRights({ ...typed, readers, writers })
        if (errors) throw new Refusal(422, 'Nothing was changed.', errors)
        await setRights(context, admin, category, draft)
        return unkept({ category, ...draft })
      },
      operations.setDoor,
    )

    .use(adminsOnly(context))
    .get('/admin/groups', ({ pageContext }) => listPage(pageContext))

    .post('/admin/groups', async ({ body, pageContext, request, set }) => {
      const typed = typedGroup(body)
      const refused = await refusedBy(readGroup(typed), (draft) =>
        addGroup(context, by(pageContext, request), draft),
      )
      if (!refused) return seeOther('/admin/groups')
      set.status = refused.status
      return listPage(pageContext, typed, refused.errors)
    })

    .get('/admin/groups/:id', ({ params, pageContext, request }) =>
      groupPage(pageContext, request, idIn(params.id, noGroup)),
    )

    .post('/admin/groups/:id', async ({ body, params, pageContext, request, set }) => {
      const of = idIn(params.id, noGroup)
      const typed = typedGroup(body)
      const expected = (now: Group) => refuseOvertaken(body, versionOfGroup(now), 'name')
      const refused = await refusedBy(readGroup(typed), (draft) =>
        changeGroup(context, by(pageContext, request), of, draft, expected),
      )
      if (!refused) return seeOther(`/admin/groups/${of}`)
      set.status = refused.status
      return groupPage(pageContext, request, of, { typed, errors: refused.errors })
    })

    .post('/admin/groups/:id/remove', async ({ params, pageContext, request }) => {
      await removeGroup(context, by(pageContext, request), idIn(params.id, noGroup))
      return seeOther('/admin/groups')
    })

    .post('/admin/groups/:id/members', async ({ body, params, pageContext, request, set }) => {
      const of = idIn(params.id, noGroup)
      const name = textOf(asFields(body).member).trim()
      const member = await memberNamed(context.db, name)
      if (!member) {
        set.status = 422
        return groupPage(pageContext, request, of, {
          member: name,
          errors: { member: 'Nobody here has this name.' },
        })
      }
      await putInGroup(context, by(pageContext, request), { group: of, member })
      return seeOther(`/admin/groups/${of}`)
    })

    .post('/admin/groups/:id/members/:user/remove', async ({ params, pageContext, request }) => {
      const of = idIn(params.id, noGroup)
      await takeOutOfGroup(context, by(pageContext, request), {
        group: of,
        member: await memberAt(params.user),
      })
      return seeOther(`/admin/groups/${of}`)
    })

    .get('/admin/categories/:id/door', async ({ params, pageContext }) => {
      const category = await categoryAt(context, params.id)
      return doorPage(pageContext, category)
    })

    .post('/admin/categories/:id/door', async ({ body, params, pageContext, request, set }) => {
      const category = await categoryAt(context, params.id)
      const typed = typedRights(body)
      const expected = (now: Rights) => refuseOvertaken(body, versionOfRights(now), 'readBy')
      const refused = await refusedBy(readRights(typed), (draft) =>
        setRights(context, by(pageContext, request), category.id, draft, expected),
      )
      if (!refused) return seeOther('/admin/categories')
      set.status = refused.status
      return doorPage(pageContext, category, { rights: typed as Rights, errors: refused.errors })
    })
}

const noGroup = 'There is no such group.'
const noSuchMember = 'There is no such member.'
const noCategory = 'There is no such category.'

async function categoryAt({ db }: Context, text: string): Promise<Category> {
  const category = await categoryById(db, `${idIn(text, noCategory)}`)
  if (!category) throw new Refusal(404, noCategory)
  return category
}

function typedGroup(body: unknown) {
  const { name, claim } = asFields(body)
  return { name: textOf(name), claim: textOf(claim) }
}

function typedRights(body: unknown) {
  const { readBy, writeBy, readers, writers } = asFields(body)
  return {
    ...{ readBy: textOf(readBy), writeBy: textOf(writeBy) },
    ...{ readers: idsIn(readers), writers: idsIn(writers) },
  }
}

/** The values of boxes of one name: none, one, or a list. */
const idsIn = (field: unknown): number[] =>
  [field].flat().flatMap((each) => (/^[1-9]\d{0,14}$/.test(textOf(each)) ? [Number(each)] : []))

type ReadDraft<T> = { errors: FieldErrors; draft?: undefined } | { errors?: undefined; draft: T }

/** What is wrong with what was typed, or with doing it, and the status that says so. */
async function refusedBy<T>(
  { errors, draft }: ReadDraft<T>,
  change: (draft: T) => Promise<unknown>,
): Promise<{ errors: FieldErrors; status: number } | undefined> {
  if (errors) return { errors, status: 422 }
  try {
    await change(draft)
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal) || Object.keys(error.fields).length === 0) throw error
    return { errors: error.fields, status: error.status }
  }
}

const versionOfGroup = ({ name, claim }: Group) => versionOf(name, claim)

const versionOfRights = ({ readBy, writeBy, readers, writers }: Rights) =>
  versionOf(readBy, writeBy, `${readers.toSorted()}`, `${writers.toSorted()}`)

const serialize = ({ id, name, byHand, byClaim, since }: InGroup) => ({
  ...{ id, user: name, byHand: byHand === 1, bySignOn: byClaim === 1, since },
})

const group = object(
  {
    id,
    name: t.String(),
    claim: t.String({ description: 'A group at the single sign-on that fills this one; empty: none.' }),
    members: count,
  },
  { $id: 'Group' },
)

const rights = {
  readBy: t.Union(readers.map((each) => t.Literal(each))),
  writeBy: t.Union(writers.map((each) => t.Literal(each))),
}

const door = object({ category: id, ...rights, readers: t.Array(id), writers: t.Array(id) }, { $id: 'Door' })

const operations = {
  list: operation({
    tag: 'users',
    summary: 'The groups of members',
    needs: 'admin',
    answers: { 200: t.Array(group) },
  }),
  add: operation({
    tag: 'users',
    summary: 'Makes a group',
    description: 'By an admin’s session, not by a token.',
    needs: 'admin',
    body: object({
      name: t.String({ judged: { minLength: 1, maxLength: 60 } }),
      claim: t.Optional(t.String({ judged: { maxLength: 200 } })),
    }),
    answers: { 201: group },
    headers: { Location: { description: 'What to DELETE to remove it.' } },
    problems: [409],
  }),
  remove: operation({
    tag: 'users',
    summary: 'Removes a group',
    description:
      'By an admin’s session, not by a token. What it alone could read is for admins and moderators then.',
    needs: 'admin',
    answers: { 204: null },
    problems: [404],
    isConditional: true,
  }),
  members: operation({
    tag: 'users',
    summary: 'A page of the members in a group',
    needs: 'admin',
    query: object({ after: t.Optional(t.Integer({ minimum: 0, maximum: Number(maxId) })) }),
    answers: {
      200: t.Array(
        object(
          { id, user: t.String(), byHand: t.Boolean(), bySignOn: t.Boolean(), since: time },
          { $id: 'InGroup' },
        ),
      ),
    },
    problems: [404, 422],
  }),
  putIn: operation({
    tag: 'users',
    summary: 'Puts a member into a group',
    description: 'By an admin’s session, not by a token. Again it changes nothing.',
    needs: 'admin',
    answers: { 204: null },
    problems: [404],
    isConditional: true,
  }),
  takeOut: operation({
    tag: 'users',
    summary: 'Takes a member out of a group',
    description:
      'By an admin’s session, not by a token. From that moment they read, hear and find nothing of it.',
    needs: 'admin',
    answers: { 204: null },
    problems: [404, 409],
    isConditional: true,
  }),
  doors: operation({
    tag: 'categories',
    summary: 'The categories that not everybody reads, or not every member writes in',
    needs: 'admin',
    answers: { 200: t.Array(door) },
  }),
  setDoor: operation({
    tag: 'categories',
    summary: 'Sets who reads and writes in a category',
    description:
      'By an admin’s session, not by a token. Whoever writes reads. Its moderators and admins do both.',
    needs: 'admin',
    body: object({
      ...rights,
      readers: t.Optional(t.Array(id)),
      writers: t.Optional(t.Array(id)),
    }),
    answers: { 200: door },
    problems: [404, 409],
    isConditional: true,
  }),
}
