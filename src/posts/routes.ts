import { Elysia } from 'elysia'
import { AllCategoriesPage, BoardPage, TagPage } from '../../views/board.tsx'
import { categoryAt, nameInPath, startOf } from '../../views/names.ts'
import { NewPostForm, PostAdded } from '../../views/post-form.tsx'
import { memberOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { idempotentForm } from '../http/idempotency/idempotency.ts'
import { type Frame, frameFor, isFragmentRequest, seeOther } from '../http/page-context.ts'
import { withMine } from '../likes/service.ts'
import { topics } from '../live/events.ts'
import { readPicture } from '../pictures/service.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { tagNamed } from '../tags/service.ts'
import { foldedTag, tagAddress } from '../text/tags.ts'
import { type ReadPost, readPost } from './draft.ts'
import { asCards, listPosts, liveAt, type PostQuery, pageQueryIn } from './list.ts'
import { drawPost, postAt } from './post-page.ts'
import { type Category, categoryById, type Post } from './queries.ts'
import { removePostBy } from './removal.ts'
import {
  categories,
  categoryIn,
  categoryNamed,
  contentOf,
  categoryPage as pageOfCategories,
  postAdded,
  storePost,
} from './service.ts'

/** The board: lists of posts, a post, and writing one. */
export const posts = (context: Context) => {
  /** A page of posts with what the viewer likes, and which store it came from. */
  const listed = async (
    request: Request,
    frameAsked: Promise<Frame>,
    place: Pick<PostQuery, 'category' | 'tag'> = {},
  ) => {
    const { sort, cursor } = pageQueryIn(request)
    const [{ posts, nextCursor, source }, frame] = await Promise.all([
      listPosts(context, { sort, cursor, ...place }),
      frameAsked,
    ])
    return { frame, list: { posts: await withMine(context, frame.viewer, posts), nextCursor, sort }, source }
  }
  const frontPage = async (request: Request, asked: Promise<Frame>, wrong?: Wrong) => {
    const [{ frame, list, source }, all] = await Promise.all([listed(request, asked), categories(context)])
    const live = liveAt(request, topics.posts, '/')
    const page = BoardPage({
      frame,
      categories: all,
      likes: context.config.likes,
      ...list,
      live,
      once: crypto.randomUUID(),
      ...wrong,
    })
    return { page, source }
  }

  const categoryPage = async (request: Request, category: Category) => {
    const [all, { frame, list, source }] = await Promise.all([
      categories(context),
      listed(request, frameFor(context, request), { category: category.id }),
    ])
    const live = liveAt(request, topics.category(category.id), categoryAt(category.name, category.id))
    const { likes } = context.config
    const page = BoardPage({
      ...{ frame, categories: all, category, likes },
      ...{ ...list, live, once: crypto.randomUUID() },
    })
    return { page, source }
  }

  return (
    new Elysia({ name: 'posts' })
      .get('/', async ({ request, set }) => {
        const { page, source } = await frontPage(request, frameFor(context, request))
        set.headers['x-source'] = source
        return page
      })

      .get('/c/:category', async ({ params, request, set }) => {
        const { page, source } = await categoryPage(
          request,
          await categoryNamed(context, nameInPath(params.category)),
        )
        set.headers['x-source'] = source
        return page
      })

      .get('/categories', async ({ request }) => {
        const after = new URL(request.url).searchParams.get('after') ?? ''
        const page = await pageOfCategories(context, isId(after) ? after : undefined)
        return AllCategoriesPage({ frame: await frameFor(context, request), ...page })
      })

      // For a name that is too long to stand in an address.
      .get('/categories/:id', async ({ params: { id }, request }) => {
        const category = isId(id) ? await categoryById(context.db, id) : undefined
        if (!category) throw new Refusal(404, 'There is no such category.')
        const address = categoryAt(category.name, category.id)
        return address === `/categories/${id}`
          ? (await categoryPage(request, category)).page
          : seeOther(address)
      })

      .get('/tags/:tag', async ({ params, request }) => {
        const { id, name } = await tagNamed(context, params.tag)
        if (params.tag !== foldedTag(params.tag)) return seeOther(tagAddress(name))
        const asked = frameFor(context, request)
        const none = { posts: [], nextCursor: undefined, sort: pageQueryIn(request).sort }
        const list = id === undefined ? none : (await listed(request, asked, { tag: id })).list
        return TagPage({ frame: await asked, tag: name, ...list })
      })

      .get('/posts/:id', async ({ params: { id }, request, set }) => {
        const { page, source } = await drawPost(context, request, id)
        set.headers['x-source'] = source
        return page
      })

      .post('/posts', async ({ body, request, set }) => {
        const frame = await frameFor(context, request)
        if (!frame.viewer) throw new Refusal(401, 'Please sign in to write.')
        const all = await categories(context)
        const category = await categoryOfForm(context, asFields(body))
        const { typed, errors: wrong, draft } = readPost(body, category)
        const picture = draft ? await readPicture(context, body) : { errors: {} }
        const errors = { ...wrong, ...picture.errors }
        if (draft && Object.keys(errors).length === 0) {
          const post = { ...draft, authorId: frame.viewer.id }
          const asked = { by: frame.viewer.id, what: contentOf(post, picture.added) }
          const { made } = await idempotentForm(context, request, body, asked, (sql) =>
            storePost(sql, post, picture.added),
          )
          return added(context, request, all, await postAdded(context, made, post), frame.viewer)
        }

        set.status = 422
        if (!isFragmentRequest(request))
          return (await frontPage(request, Promise.resolve(frame), { typed, errors, chosen: category })).page
        set.headers['hx-retarget'] = '#new-post'
        set.headers['hx-reswap'] = 'outerHTML'
        return NewPostForm({ categories: all, category, typed, errors, once: crypto.randomUUID() })
      })

      .post('/posts/:id/remove', async ({ params: { id }, body, request }) => {
        const viewer = await memberOf(context, request)
        const { post } = await postAt(context, id)
        await removePostBy(context, viewer, post, textOf(asFields(body).reason))
        return seeOther(categoryAt(post.category, post.categoryId))
      })
  )
}

type Wrong = Pick<ReadPost, 'typed' | 'errors'> & { chosen: Category | undefined }

/** The category that a form names: the one that it is about, by the start of its name, or any. */
async function categoryOfForm(context: Context, { category, of }: Record<string, unknown>) {
  const about = isId(textOf(of)) ? await categoryById(context.db, textOf(of)) : undefined
  return about && inForms(startOf(about.name)) === category ? about : categoryIn(context, category)
}

/** Browsers send line breaks this way. */
const inForms = (text: string) => text.replaceAll(/\r\n|\r|\n/g, '\r\n')

async function added(context: Context, request: Request, all: Category[], added: Post, author: Viewer) {
  if (!isFragmentRequest(request)) return seeOther(`/posts/${added.id}`)
  const [post = added] = await withMine(context, author, await asCards([added]))
  return PostAdded({ categories: all, post, once: crypto.randomUUID() })
}
