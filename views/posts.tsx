import type { Post, Sort } from '../src/posts/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, sayCount } from '../texts/say.ts'
import { Avatar } from './avatar.tsx'
import { cachedFragment, cachedList, staticFragment } from './drawn-once.ts'
import { Html } from './html.ts'
import { LikeForm } from './likes.tsx'
import { categoryAt, memberAt } from './names.ts'
import { News } from './news.tsx'
import { Phrase } from './phrase.tsx'
import { Picture } from './pictures.tsx'
import { shownName } from './shown-name.ts'
import { When } from './time.tsx'

/**
 * `nextCursor` is the `before` of the page after this one. `live`: which list this is, and its address, when it is the newest
 * part of it and so may grow.
 */
export type ListProps = {
  posts: Post[]
  nextCursor: string | undefined
  sort?: Sort
  live?: { topic: string; href: string }
}

export const PostList = ({ posts, nextCursor, sort = 'new', live, empty }: ListProps & { empty: string }) => (
  <div id="list" data-live={live?.topic}>
    {live ? <News href={live.href} target="#list" counted="newPosts" /> : ''}
    <div id="posts">
      {cardsOf(posts) as 'safe'}
      <p class="empty" safe>
        {empty}
      </p>
    </div>
    {nextCursor ? (
      <p class="pager">
        <a
          class="button"
          href={`?${sort === 'new' ? '' : `sort=${sort}&`}before=${nextCursor}`}
          rel="next"
          safe
        >
          {sort === 'new' ? say('Older posts') : say('More posts')}
        </a>
      </p>
    ) : (
      ''
    )}
  </div>
)

const orders: [Sort, Sentence][] = [
  ['new', 'New'],
  ['hot', 'Hot'],
  ['top', 'Top'],
]

/** In which order a list is shown. */
export const SortTabs = ({ sort }: { sort: Sort }) => tabs(sort)

const tabs = staticFragment((sort: Sort) => (
  <nav class="tabs" aria-label={say('Order by')}>
    {orders.map(([each, name]) => (
      <a href={each === 'new' ? '?' : `?sort=${each}`} aria-current={each === sort ? 'page' : undefined} safe>
        {say(name)}
      </a>
    ))}
  </nav>
))

/** A post as lists show it. */
export const PostCard = ({ post }: { post: Post }) => (
  <article id={`post-${post.id}`} class="post card">
    <h2 dir="auto">
      <a href={`/posts/${post.id}`} safe>
        {post.title}
      </a>
    </h2>
    <Byline post={post} />
    {/* An act has nothing but its caption. */}
    <Picture of={post} size="small" />
    <p class="excerpt" dir="auto" safe>
      {post.body === post.title ? '' : post.body}
    </p>
    <div class="actions">
      <LikeForm id={post.id} likes={post.likes} liked={post.liked} />
      <a class="quiet" href={`/posts/${post.id}#comments`} safe>
        {commentCount(post.comments)}
      </a>
    </div>
  </article>
)

const cardsOf = cachedList(cachedFragment((post: Post) => <PostCard post={post} />))

export const commentCount = (comments: number) =>
  comments === 0 ? say('Comment') : sayCount('comments', comments)

/** Between two things on one line. */
export const dot = staticFragment(() => <span aria-hidden="true"> · </span>)

export const Byline = ({ post }: { post: Post }) => (
  <p class="byline">
    <Avatar name={post.author} avatar={post.avatar} />
    <Author name={post.author} id={post.authorId} />
    {dot() as 'safe'}
    <a href={categoryAt(post.category, post.categoryId)} dir="auto" safe>
      {shownName(post.category)}
    </a>
    {dot() as 'safe'}
    <When at={post.createdAt} />
    <Edited at={post.editedAt} />
  </p>
)

export const Edited = ({ at }: { at: string | null }) =>
  at === null ? (
    ''
  ) : (
    <span>
      {dot() as 'safe'}
      <Phrase of="edited {when}" parts={{ when: <When at={at} /> }} />
    </span>
  )

export const Author = ({ name, id }: { name: string | null; id: number | null }) =>
  name === null ? (
    <span safe>{say('a deleted account')}</span>
  ) : (
    <a href={memberAt(name, id)} dir="auto" safe>
      {shownName(name)}
    </a>
  )
