import { Html } from '@elysiajs/html'
import type { Member } from '../src/accounts/queries.ts'
import type { TypedPost } from '../src/board/draft.ts'
import type { Category, Post } from '../src/board/queries.ts'
import type { Frame } from '../src/frame.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { drawnOnce } from './drawn-once.ts'
import { Layout } from './layout.tsx'
import { LikedBy, LikeForm } from './likes.tsx'
import { count } from './money.tsx'
import { LinkTo, Phrase } from './phrase.tsx'
import { Picture } from './pictures.tsx'
import { NewPostForm } from './post-form.tsx'
import { When } from './time.tsx'

type ListProps = { posts: Post[]; older: number | undefined }
type BoardProps = ListProps & {
  frame: Frame
  categories: Category[]
  category?: Category
  once: string
  typed?: TypedPost
  errors?: FieldErrors
}

/** The front page, or with `category` one category's. */
export const BoardPage = ({ frame, categories, category, posts, older, once, typed, errors }: BoardProps) => (
  <Layout frame={frame} title={category?.name ?? say('Newest posts')}>
    <div class="columns">
      <CategoryMenu categories={categories} current={category} />
      <section aria-labelledby="list-title">
        <h1 id="list-title">
          <bdi safe>{category?.name ?? say('Newest posts')}</bdi>
        </h1>
        {frame.viewer ? (
          <details class="composer" open={errors !== undefined}>
            <summary safe>{say('Write a post')}</summary>
            <NewPostForm
              categories={categories}
              category={category}
              once={once}
              typed={typed}
              errors={errors}
            />
          </details>
        ) : (
          <p class="hint">
            <Phrase
              of="{signIn} to write a post. Everyone can press like."
              parts={{
                signIn: <LinkTo to="/login" says="Sign in" />,
              }}
            />
          </p>
        )}
        <PostList posts={posts} older={older} empty={say('Nothing has been written here yet.')} />
      </section>
    </div>
  </Layout>
)

const CategoryMenu = ({ categories, current }: { categories: Category[]; current: Category | undefined }) => (
  <nav class="categories" aria-label={say('Categories')}>
    <a href="/" aria-current={current ? undefined : 'page'}>
      <span safe>{say('All posts')}</span>
    </a>
    {categories.map((category) => (
      <a
        href={`/c/${encodeURIComponent(category.name)}`}
        aria-current={category.id === current?.id ? 'page' : undefined}
      >
        <span dir="auto" safe>
          {category.name}
        </span>
        <small>{count(category.posts)}</small>
      </a>
    ))}
  </nav>
)

const PostList = ({ posts, older, empty }: ListProps & { empty: string }) => (
  <>
    <div id="posts">
      {posts.map(cardOf).join('') as 'safe'}
      <p class="empty" safe>
        {empty}
      </p>
    </div>
    {older ? (
      <p class="pager">
        <a class="button" href={`?before=${older}`} rel="next" safe>
          {say('Older posts')}
        </a>
      </p>
    ) : (
      ''
    )}
  </>
)

/** A post as lists show it. */
export const PostCard = ({ post }: { post: Post }) => (
  <article id={`post-${post.id}`} class="post card">
    <h2>
      <a href={`/posts/${post.id}`} dir="auto" safe>
        {post.title}
      </a>
    </h2>
    <Byline post={post} />
    {/* An act has nothing but its caption. */}
    <Picture of={post} size="small" />
    <p class="excerpt" dir="auto" safe>
      {post.body === post.title ? '' : post.body}
    </p>
    <LikeForm id={post.id} likes={post.likes} liked={post.liked} />
  </article>
)

const cardOf = drawnOnce((post: Post) => <PostCard post={post} />)

const Byline = ({ post }: { post: Post }) => (
  <p class="byline">
    <Author name={post.author} />
    <span aria-hidden="true"> · </span>
    <a href={`/c/${encodeURIComponent(post.category)}`} dir="auto" safe>
      {post.category}
    </a>
    <span aria-hidden="true"> · </span>
    <When at={post.createdAt} />
  </p>
)

const Author = ({ name }: { name: string | null }) =>
  name === null ? (
    <span safe>{say('a deleted account')}</span>
  ) : (
    <a href={`/users/${encodeURIComponent(name)}`} dir="auto" safe>
      {name}
    </a>
  )

type PostPageProps = { frame: Frame; post: Post; likedBy?: string[] }

export const PostPage = ({ frame, post, likedBy = [] }: PostPageProps) => (
  <Layout frame={frame} title={post.title} description={post.body.slice(0, 160)}>
    <article id={`post-${post.id}`} class="post whole">
      <h1>
        <bdi safe>{post.title}</bdi>
      </h1>
      <Byline post={post} />
      <Picture of={post} size="large" />
      <div class="body" dir="auto" safe>
        {post.body === post.title ? '' : post.body}
      </div>
      <LikeForm id={post.id} likes={post.likes} liked={post.liked} />
      <LikedBy names={likedBy} likes={post.likes} />
      <Removal post={post} viewer={frame.viewer} />
    </article>
  </Layout>
)

/** The author's way to take a post back; an admin gives a reason. */
const Removal = ({ post, viewer }: { post: Post; viewer: Frame['viewer'] }) => {
  if (viewer && viewer.id === post.authorId)
    return (
      <details class="removal">
        <summary safe>{say('Remove this post')}</summary>
        <form method="post" action={`/posts/${post.id}/remove`}>
          <button class="danger" type="submit" safe>
            {say('Remove it, with its likes')}
          </button>
        </form>
      </details>
    )
  if (viewer?.role === 'admin')
    return (
      <p class="removal">
        <a href={`/admin/posts/${post.id}/remove`} safe>
          {say('Remove this post')}
        </a>
      </p>
    )
  return ''
}

type UserProps = ListProps & { frame: Frame; member: Member; source: 'redis' | 'mysql' }

export const UserPage = ({ frame, member, source, posts, older }: UserProps) => (
  <Layout frame={frame} title={member.name}>
    <section class="narrow">
      <h1>
        <bdi safe>{member.name}</bdi>
      </h1>
      <dl class="facts">
        <dt safe>{say('Id')}</dt>
        <dd>{member.id}</dd>
        <dt safe>{say('Member since')}</dt>
        <dd>
          <When at={member.createdAt} />
        </dd>
        <dt safe>{say('Role')}</dt>
        <dd safe>{say(member.role)}</dd>
        <dt safe>{say('Source')}</dt>
        <dd>{source === 'redis' ? 'Redis' : 'MySQL'}</dd>
      </dl>
      {frame.viewer?.id === member.id ? (
        <p>
          <a class="button" href="/account" safe>
            {say('Your account')}
          </a>{' '}
          <a class="button" href="/tokens" safe>
            {say('API tokens')}
          </a>
        </p>
      ) : (
        ''
      )}
      <h2 safe>{say('Posts')}</h2>
      <PostList posts={posts} older={older} empty={say('No posts yet.')} />
    </section>
  </Layout>
)

/** `once` is a key that makes a form which is sent twice count once. */
/** The answer to a new post: its card for the top of the list, and an empty form in place of the one that was sent. */
type AddedProps = { categories: Category[]; post: Post; once: string }
export const PostAdded = ({ categories, post, once }: AddedProps) => (
  <>
    <PostCard post={post} />
    <div hx-swap-oob="outerHTML:#new-post">
      <NewPostForm categories={categories} once={once} />
    </div>
  </>
)
