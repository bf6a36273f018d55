import type { Post, PostPicture, Sort } from '../src/posts/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import type { Counted } from '../texts/counted.ts'
import { formsOf, sayNumber } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Byline } from './byline.tsx'
import { cachedFragment, cachedList, Html, staticFragment } from './html.ts'
import { LikeForm } from './likes.tsx'
import { Empty, Pager } from './list.tsx'
import { isMuted, unlessMuted } from './muted.tsx'
import { shownTitle } from './names.ts'
import { count, LinkTo } from './phrase.tsx'
import { readAllForm, type Unread, unreadKinds, unreadMark } from './unread.tsx'

/**
 * `nextCursor` is the `before` of the page after this one. `live`: which list this is, and its address, when
 * it is the newest part of it and so may grow.
 */
export type ListProps = {
  posts: Post[]
  nextCursor: string | undefined
  sort?: Sort
  /** The order that an address without one has. */
  usual?: Sort
  isFirstPage?: boolean
  live?: { topic: string; href: string }
  /** What is new to a member. */
  unread?: Unread
  /** Posts that stay on top. */
  pinned?: Post[] | undefined
}

export const PostList = ({
  posts,
  nextCursor,
  sort = 'new',
  usual = 'new',
  isFirstPage = true,
  live,
  unread,
  pinned = [],
  empty,
}: ListProps & { empty: string }) => (
  <div id="list" data-live={live?.topic}>
    {live ? <UpdatesLink href={live.href} target="#list" counted="newPosts" /> : ''}
    <div id="posts">
      {pinned.map((post) => (pinMark() + unlessMuted(unread?.viewer, post, cardOf(post))) as 'safe')}
      {cardsFor(posts, unread) as 'safe'}
      <Empty says={empty} firstPage={isFirstPage ? undefined : orderAt(sort, usual)} />
    </div>
    <Pager
      next={nextCursor ? `?${sort === usual ? '' : `sort=${sort}&`}before=${nextCursor}` : undefined}
      says={sort === 'new' ? 'Older posts' : 'More posts'}
    />
  </div>
)

const orders: [Sort, Sentence][] = [
  ['new', 'New'],
  ['hot', 'Hot'],
  ['top', 'Top'],
]

/** In which order a list is shown. */
export const SortTabs = ({ sort = 'new', usual = 'new' }: Pick<ListProps, 'sort' | 'usual'>) =>
  tabs(`${sort} ${usual}`)

const tabs = staticFragment((kind: `${Sort} ${Sort}`) => {
  const [sort, usual = 'new'] = kind.split(' ') as [Sort, Sort]
  return (
    <nav class="tabs" aria-label={say('Order by')}>
      {orders.map(([each, name]) => (
        <a href={orderAt(each, usual)} aria-current={each === sort ? 'page' : undefined} safe>
          {say(name)}
        </a>
      ))}
    </nav>
  )
})

const orderAt = (sort: Sort, usual: Sort) => (sort === usual ? '?' : `?sort=${sort}`)

/** A post as lists show it: a row. */
export const PostCard = ({ post }: { post: Post }) => (
  <article id={`post-${post.id}`} class="post row">
    <h2 dir="auto">
      <a href={`/posts/${post.id}`} safe>
        {shownTitle(post.title)}
      </a>
    </h2>
    {/* An act has nothing but its caption. */}
    <p class="excerpt" dir="auto" safe>
      {post.body === post.title ? '' : post.body}
    </p>
    <Picture of={post} size="small" />
    <Byline post={post} />
    {offerLink(post) as 'safe'}
    <div class="actions">
      <LikeForm id={post.id} likes={post.likes} liked={post.liked} />
      <a class="quiet talk" href={`/posts/${post.id}#comments`} aria-label={commentsLabel(post.comments)}>
        {bubble() as 'safe'}
        {post.comments === 0 ? '' : count(post.comments)}
      </a>
    </div>
  </article>
)

/** Leads from a post to what it offers. */
export const offerLink = ({ id, offer }: Post): string =>
  offer
    ? String(
        <p class="offer">
          <LinkTo to={`/offers/${id}`} says="Offer: price, pictures, who wants it" />
        </p>,
      )
    : ''

const pinMark = staticFragment(() => (
  <p class="mark">
    <b class="tag" safe>
      {say('pinned')}
    </b>
  </p>
))

const bubble = staticFragment(() => (
  <svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
    <path d="M4 5h16v11h-9l-5 4v-4H4Z" />
  </svg>
))

const cardOf = cachedFragment((post: Post) => <PostCard post={post} />)
const cardsOf = cachedList((post: Post, kind) => unreadMark(kind) + cardOf(post))

/**
 * The cards, and above each what is new of it to a member; where nothing is, and nobody is muted, as
 * strangers see them.
 */
function cardsFor(posts: Post[], unread: Unread | undefined): string {
  const viewer = unread?.viewer
  const kinds = unread && unreadKinds(unread, posts)
  const cards = posts.some((post) => isMuted(viewer, post))
    ? posts.map((post, index) => unreadMark(kinds?.[index] ?? '') + unlessMuted(viewer, post, cardOf(post)))
    : [cardsOf(posts, kinds)]
  return (kinds ? readAllForm() : '') + cards.join('')
}

/** It holds the digits that one sees: Arabic has words for one comment and two, which hold none. */
const commentsLabel = (comments: number) =>
  comments === 0 ? say('Comment') : say('Comments: {count}', { count: sayNumber(comments) })

/** A post's picture. The place it takes is known before it is there, so nothing jumps. */
export const Picture = ({ of, size }: { of: PostPicture; size: 'small' | 'large' }) =>
  of.imageHash === null ? (
    ''
  ) : (
    <img
      class={`picture ${size}`}
      src={`/images/${of.imageHash}-${size}.webp`}
      alt={of.imageAlt}
      width={of.imageWidth ?? undefined}
      height={of.imageHeight ?? undefined}
      loading={size === 'small' ? 'lazy' : undefined}
      decoding="async"
    />
  )

/**
 * `href` is the page that shows what is new, `target` what of it takes the place of the same here, or
 * undefined where the list is too long for that: then the link leads to `ofEach`, with the `{id}` of the
 * newest. `withIt` changes, too.
 */
type UpdatesProps = {
  href: string
  target?: string
  withIt?: string
  ofEach?: string
  /** The noun: public/live.js fills the form for the number. */
  counted: Counted
}

/**
 * Announces what is new in a list, and brings it. Hidden until there is something; it takes no room, so
 * nothing moves.
 */
export const UpdatesLink = ({ href, target, withIt, ofEach, counted }: UpdatesProps) => {
  const bringsIt = { 'hx-get': href, 'hx-select': target, 'hx-target': target, 'hx-swap': 'outerMorph' }
  return (
    <p class="news">
      <a
        class="button"
        href={href}
        {...(target ? bringsIt : {})}
        hx-select-oob={withIt}
        data-of-each={ofEach}
        {...formsOf(counted)}
        hidden
      ></a>
    </p>
  )
}
