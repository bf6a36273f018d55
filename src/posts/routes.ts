import { Elysia } from 'elysia'
import { BoardPage, TagPage } from '../../views/board.tsx'
import { categoryAt, nameInPath } from '../../views/names.ts'
import { NewPostForm, PostAdded } from '../../views/post-form.tsx'
import type { Unread } from '../../views/unread.tsx'
import { memberOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { memorySeconds } from '../cache-policy.ts'
import { type Category, categoryById } from '../categories/queries.ts'
import { categories, categoryInForm, categoryNamed } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { idempotentForm } from '../http/idempotency/idempotency.ts'
import { type PageContext, pageContextFor, seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { type Exchange, leadTo, respond } from '../http/respond.ts'
import { withMine } from '../likes/service.ts'
import { topics } from '../live/topics.ts'
import { heldIn } from '../newcomers/service.ts'
import { type AddedPicture, readPicture } from '../pictures/service.ts'
import type { Source } from '../platform/cache.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { typedGrounds } from '../rules/grounds.ts'
import { type Look, lastLook } from '../settings/look.ts'
import { endsWithin } from '../settings/pins.ts'
import { tagNamed } from '../tags/service.ts'
import { htmlOf } from '../text/markdown.ts'
import { foldedTag, tagAddress } from '../text/tags.ts'
import { newInThreadsOf } from '../unread/service.ts'
import { type ReadPost, readPost } from './draft.ts'
import { asCards, listPosts, liveAt, type PostQuery, pageQueryIn } from './list.ts'
import { pinnedOn } from './pinned.ts'
import type { Draft, Post, Sort } from './queries.ts'
import { removePostBy } from './removal.ts'
import { contentOf, postAdded, postAt, storing } from './service.ts'

/** Of a page on which a pin is about to end: it would stay there. */
const notShared = 'private, no-cache'

/** The board: lists of posts, and writing one. */
export const posts = (context: Context) => {
  /** A page of a list with what the viewer likes, and which store it came from. */
  const listFor = async (
    request: Request,
    pageContextToCome: Promise<PageContext>,
    place: Pick<PostQuery, 'category' | 'tag'> = {},
    usual: Sort = 'new',
  ): Promise<{ pageContext: PageContext; list: ShownList; source: Source }> => {
    const { sort, cursor } = pageQueryIn(request, usual)
    const [{ posts, nextCursor, source }, pageContext] = await Promise.all([
      listPosts(context, { sort, cursor, ...place }),
      pageContextToCome,
    ])
    const { viewer } = pageContext
    const shown = await withMine(context, viewer, posts)
    const unread = { viewer, newInThreads: await newInThreadsOf(context, viewer, posts) }
    return {
      pageContext,
      list: { posts: shown, nextCursor, sort, usual, isFirstPage: cursor === undefined, unread },
      source,
    }
  }

  /** The same for the front page, which has the order that admins chose. No list waits to know it. */
  const frontListFor = async (request: Request, pageContextToCome: Promise<PageContext>) => {
    const expected = usualOn(lastLook(context))
    const found = await listFor(request, pageContextToCome, {}, expected)
    const usual = usualOn(found.pageContext.look)
    return usual === expected ? found : listFor(request, pageContextToCome, {}, usual)
  }

  /** What stays on top of the newest posts, which stand only there then. */
  const pinnedAbove = async (
    { posts, isFirstPage, sort, usual }: ShownList,
    { look, viewer }: PageContext,
    category: Category | undefined,
  ) => {
    if (look.pins.length === 0 || !isFirstPage || sort !== usual) return {}
    const pinned = await pinnedOn(context, look.pins, category?.id)
    const ids = new Set(pinned.map(({ id }) => id))
    return {
      pinned: await withMine(context, viewer, pinned),
      posts: posts.filter(({ id }) => !ids.has(id)),
    }
  }
  const writableBy = (viewer: Viewer | undefined, all: Category[]) =>
    viewer ? context.doors.writable(all, viewer) : all

  /** The front page, or with `category` one category's. */
  const boardPage = async (
    request: Request,
    pageContextToCome: Promise<PageContext>,
    { category, refused }: { category?: Category; refused?: RefusedPost } = {},
  ) => {
    const [{ pageContext, list, source }, all] = await Promise.all([
      category
        ? listFor(request, pageContextToCome, { category: category.id })
        : frontListFor(request, pageContextToCome),
      categories(context),
    ])
    const pinned = await pinnedAbove(list, pageContext, category)
    const live = category
      ? liveAt(request, topics.category(category.id), categoryAt(category.name, category.id))
      : liveAt(request, topics.posts, '/', list.usual)
    const isFront = category === undefined && list.isFirstPage && list.sort === list.usual
    const page = BoardPage({
      pageContext,
      categories: all,
      writable: writableBy(pageContext.viewer, all),
      isReadOnly: category !== undefined && writableBy(pageContext.viewer, [category]).length === 0,
      category,
      likes: context.config.likes,
      ...list,
      ...pinned,
      live,
      once: crypto.randomUUID(),
      welcome: isFront ? welcomeOn(pageContext) : undefined,
      isByCategory: isFront && pageContext.look.front === 'categories',
      ...refused,
    })
    return { page, source, endsSoon: endsWithin(pageContext.look.pins, memorySeconds) }
  }

  return (
    new Elysia({ name: 'posts' })
      .get('/', async ({ request, set }) => {
        const { page, source, endsSoon } = await boardPage(request, pageContextFor(context, request))
        set.headers['x-source'] = source
        if (endsSoon) set.headers['cache-control'] = notShared
        return page
      })

      .get('/c/:category', async ({ params, request, set }) => {
        const category = await categoryNamed(context, nameInPath(params.category))
        const pageContext = pageContextFor(context, request)
        const { page, source, endsSoon } = await boardPage(request, pageContext, { category })
        set.headers['x-source'] = source
        if (endsSoon) set.headers['cache-control'] = notShared
        return page
      })

      // For a name that is too long to stand in an address.
      .get('/categories/:id', async ({ params, request }) => {
        const id = idIn(params.id, 'There is no such category.')
        const category = await categoryById(context.db, `${id}`)
        if (!category) throw new Refusal(404, 'There is no such category.')
        const address = categoryAt(category.name, category.id)
        if (address !== `/categories/${id}`) return seeOther(address)
        return (await boardPage(request, pageContextFor(context, request), { category })).page
      })

      .get('/tags/:tag', async ({ params, request }) => {
        const { id, name } = await tagNamed(context, params.tag)
        if (params.tag !== foldedTag(params.tag)) return seeOther(tagAddress(name))
        const pageContext = pageContextFor(context, request)
        const none = { posts: [], nextCursor: undefined, sort: pageQueryIn(request).sort }
        const list = id === undefined ? none : (await listFor(request, pageContext, { tag: id })).list
        return TagPage({ pageContext: await pageContext, tag: name, id, ...list })
      })

      .post('/posts', async ({ body, request, set }) => {
        const pageContext = await pageContextFor(context, request)
        if (!pageContext.viewer) throw new Refusal(401, 'Please sign in to write.')
        const all = await categories(context)
        const category = await categoryOfForm(context, asFields(body))
        const { typed, errors: wrong, draft } = readPost(body, category)
        const picture = draft ? await readPicture(context, body) : { errors: {} }
        const errors = { ...wrong, ...picture.errors }
        const isFine = draft && Object.keys(errors).length === 0
        const writable = writableBy(pageContext.viewer, all)
        const { answer, wrong: atFields = errors } = isFine
          ? await written(context, { request, set }, pageContext.viewer, {
              writable,
              draft,
              body,
              ...picture,
            })
          : {}
        if (answer !== undefined) return answer

        const refused = { typed, errors: atFields, chosen: category }
        return respond(
          { request, set },
          {
            page: async () => (await boardPage(request, Promise.resolve(pageContext), { refused })).page,
            fragment: () =>
              NewPostForm({
                categories: writable,
                ...{ category, typed, errors: atFields, once: crypto.randomUUID() },
              }),
            status: 422,
            target: '#new-post',
          },
        )
      })

      .post('/posts/:id/remove', async ({ params: { id }, body, request }) => {
        const viewer = await memberOf(context, request)
        const { post } = await postAt(context, id)
        await removePostBy(context, viewer, post, typedGrounds(body))
        return seeOther(categoryAt(post.category, post.categoryId))
      })
  )
}

type ToWrite = {
  writable: Category[]
  draft: Pick<Draft, 'categoryId' | 'title' | 'body'>
  body: unknown
  added?: AddedPicture
}

/** Stores a post, or has it wait. Returns the answer, or what was wrong with it by then. */
async function written(
  context: Context,
  exchange: Exchange,
  author: Viewer,
  { writable, draft, body, added: picture }: ToWrite,
): Promise<{ answer?: unknown; wrong?: FieldErrors }> {
  try {
    const post = { ...draft, authorId: author.id }
    const identity = { by: author.id, content: contentOf(post, picture) }
    const rows = [`category ${post.categoryId}`, `writer ${author.id}`]
    const store = await storing(context, author, post, picture)
    const { result } = await idempotentForm(context, exchange.request, body, identity, store, rows)
    if (heldIn(result) !== undefined) return { answer: leadTo(exchange.request, '/held') }
    const stored = await postAdded(context, Number(result), post)
    return { answer: await added(context, exchange, writable, stored, author) }
  } catch (error) {
    if (error instanceof Refusal && error.status === 422 && Object.keys(error.fields).length > 0)
      return { wrong: error.fields }
    throw error
  }
}

type ShownList = {
  posts: Post[]
  nextCursor: string | undefined
  sort: Sort
  /** The order that an address without one has here. */
  usual: Sort
  isFirstPage: boolean
  unread: Unread
}

type RefusedPost = Pick<ReadPost, 'typed' | 'errors'> & { chosen: Category | undefined }

/** The category that a form names: the one that it is about, by the start of its name, or any. */
async function categoryOfForm(context: Context, { category, of }: Record<string, unknown>) {
  const about = isId(textOf(of)) ? await categoryById(context.db, textOf(of)) : undefined
  return categoryInForm(context, textOf(category), about)
}

const added = (context: Context, exchange: Exchange, writable: Category[], stored: Post, author: Viewer) =>
  respond(exchange, {
    page: () => seeOther(`/posts/${stored.id}`),
    fragment: async () => {
      const [post = stored] = await withMine(context, author, await asCards([stored]))
      return PostAdded({ categories: writable, post, once: crypto.randomUUID() })
    },
  })

/** What admins say to who comes first, or to everyone. */
const welcomeOn = ({ viewer, look }: PageContext) =>
  look.welcome === '' || (viewer && look.front !== 'welcome') ? undefined : htmlOf(look.welcome)

/** The order of the front page where its address names none. */
const usualOn = ({ front }: Look): Sort => (front === 'hot' ? 'hot' : 'new')
