import { Elysia } from 'elysia'
import { nameInPath, segmentOf } from '../../views/names.ts'
import { UserPage } from '../../views/user.tsx'
import { memberOf } from '../accounts/access.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { keptPicture } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { withMine } from '../likes/service.ts'
import { topics } from '../live/topics.ts'
import { notYetOf } from '../newcomers/service.ts'
import { listPosts, liveAt, pageQueryIn } from '../posts/list.ts'
import { newInThreadsOf } from '../unread/service.ts'
import { avatarFile, changeAvatar, removeAvatar } from './avatars.ts'
import { avatarOf } from './queries.ts'

/** Members as others see them: their page and their picture. */
export const memberPages = (context: Context) => {
  const userPage = async (request: Request, name: string, error?: string) => {
    const { member, source } = await memberOrRefuse(context, name)
    const { sort, cursor } = pageQueryIn(request)
    const { posts, nextCursor } = await listPosts(context, {
      author: member.id,
      ...(sort === 'new' ? { cursor } : {}),
    })
    const pageContext = await pageContextFor(context, request)
    const { viewer } = pageContext
    const shown = await withMine(context, viewer, posts)
    const unread = { viewer, newInThreads: await newInThreadsOf(context, viewer, posts) }
    const notYet = viewer?.id === member.id ? await notYetOf(context, viewer) : undefined
    const avatar = await avatarOf(context.db, member.id)
    const live = liveAt(request, topics.member(member.id), `/users/${segmentOf(member.name)}`)
    return {
      page: UserPage({
        ...{ pageContext, member, avatar, source, posts: shown, nextCursor, live, error, unread, notYet },
        isFirstPage: sort !== 'new' || cursor === undefined,
      }),
      source,
    }
  }

  return new Elysia({ name: 'members' })
    .get('/users/:name', async ({ params: { name }, request, set }) => {
      const { page, source } = await userPage(request, nameInPath(name))
      set.headers['x-source'] = source
      return page
    })

    .get('/avatars/:name', async ({ params: { name } }) => {
      const bytes = await avatarFile(context, name)
      return new Response(bytes, {
        headers: { 'content-type': 'image/webp', 'cache-control': keptPicture(context.config.read) },
      })
    })

    .post('/avatar', async ({ body, request, set }) => {
      const { id, name } = await memberOf(context, request)
      const wrong = await changeAvatar(context, id, body)
      if (wrong === undefined) return seeOther(`/users/${segmentOf(name)}`)
      set.status = 422
      return (await userPage(request, name, wrong)).page
    })

    .post('/avatar/remove', async ({ request }) => {
      const { id, name } = await memberOf(context, request)
      await removeAvatar(context, id)
      return seeOther(`/users/${segmentOf(name)}`)
    })
}
