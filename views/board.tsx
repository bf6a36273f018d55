import { Html } from '@elysiajs/html'
import type { Member } from '../src/accounts/queries.ts'
import type { TypedPost } from '../src/board/draft.ts'
import type { Category, Post } from '../src/board/queries.ts'
import type { Frame } from '../src/frame.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { FieldError, invalid } from './form.tsx'
import { Layout } from './layout.tsx'
import { LikedBy, LikeForm } from './likes.tsx'
import { Picture } from './pictures.tsx'
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
  <Layout frame={frame} title={category?.name ?? 'Newest posts'}>
    <div class="columns">
      <CategoryMenu categories={categories} current={category} />
      <section aria-labelledby="list-title">
        <h1 id="list-title" safe>
          {category?.name ?? 'Newest posts'}
        </h1>
        {frame.viewer ? (
          <details class="composer" open={errors !== undefined}>
            <summary>Write a post</summary>
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
            <a href="/login">Sign in</a> to write a post. Everyone can press like.
          </p>
        )}
        <PostList posts={posts} older={older} empty="Nothing has been written here yet." />
      </section>
    </div>
  </Layout>
)

const CategoryMenu = ({ categories, current }: { categories: Category[]; current: Category | undefined }) => (
  <nav class="categories" aria-label="Categories">
    <a href="/" aria-current={current ? undefined : 'page'}>
      <span>All posts</span>
    </a>
    {categories.map((category) => (
      <a
        href={`/c/${encodeURIComponent(category.name)}`}
        aria-current={category.id === current?.id ? 'page' : undefined}
      >
        <span safe>{category.name}</span>
        <small>{category.posts}</small>
      </a>
    ))}
  </nav>
)

const PostList = ({ posts, older, empty }: ListProps & { empty: string }) => (
  <>
    <div id="posts">
      {posts.map((post) => (
        <PostCard post={post} />
      ))}
      <p class="empty" safe>
        {empty}
      </p>
    </div>
    {older ? (
      <p class="pager">
        <a class="button" href={`?before=${older}`} rel="next">
          Older posts
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
      <a href={`/posts/${post.id}`} safe>
        {post.title}
      </a>
    </h2>
    <Byline post={post} />
    {/* An act has nothing but its caption. */}
    <Picture of={post} size="small" />
    <p class="excerpt" safe>
      {post.body === post.title ? '' : post.body}
    </p>
    <LikeForm id={post.id} likes={post.likes} liked={post.liked} />
  </article>
)

const Byline = ({ post }: { post: Post }) => (
  <p class="byline">
    <Author name={post.author} />
    <span aria-hidden="true"> · </span>
    <a href={`/c/${encodeURIComponent(post.category)}`} safe>
      {post.category}
    </a>
    <span aria-hidden="true"> · </span>
    <When at={post.createdAt} />
  </p>
)

const Author = ({ name }: { name: string | null }) =>
  name === null ? (
    <span>a deleted account</span>
  ) : (
    <a href={`/users/${encodeURIComponent(name)}`} safe>
      {name}
    </a>
  )

type PostPageProps = { frame: Frame; post: Post; likedBy?: string[] }

export const PostPage = ({ frame, post, likedBy = [] }: PostPageProps) => (
  <Layout frame={frame} title={post.title} description={post.body.slice(0, 160)}>
    <article id={`post-${post.id}`} class="post whole">
      <h1 safe>{post.title}</h1>
      <Byline post={post} />
      <Picture of={post} size="large" />
      <div class="body" safe>
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
        <summary>Remove this post</summary>
        <form method="post" action={`/posts/${post.id}/remove`}>
          <button class="danger" type="submit">
            Remove it, with its likes
          </button>
        </form>
      </details>
    )
  if (viewer?.role === 'admin')
    return (
      <p class="removal">
        <a href={`/admin/posts/${post.id}/remove`}>Remove this post</a>
      </p>
    )
  return ''
}

type UserProps = ListProps & { frame: Frame; member: Member; source: 'redis' | 'mysql' }

export const UserPage = ({ frame, member, source, posts, older }: UserProps) => (
  <Layout frame={frame} title={member.name}>
    <section class="narrow">
      <h1 safe>{member.name}</h1>
      <dl class="facts">
        <dt>Id</dt>
        <dd>{member.id}</dd>
        <dt>Member since</dt>
        <dd>
          <When at={member.createdAt} />
        </dd>
        <dt>Role</dt>
        <dd>{member.role}</dd>
        <dt>Source</dt>
        <dd>{source === 'redis' ? 'Redis' : 'MySQL'}</dd>
      </dl>
      {frame.viewer?.id === member.id ? (
        <p>
          <a class="button" href="/account">
            Your account
          </a>{' '}
          <a class="button" href="/tokens">
            API tokens
          </a>
        </p>
      ) : (
        ''
      )}
      <h2>Posts</h2>
      <PostList posts={posts} older={older} empty="No posts yet." />
    </section>
  </Layout>
)

/** `once` is a key that makes a form which is sent twice count once. */
type NewPostProps = {
  categories: Category[]
  category?: Category
  once: string
  typed?: TypedPost
  errors?: FieldErrors
}

/** The form for a new post: with what was typed and what was wrong with it, or empty. */
export const NewPostForm = ({ categories, category, once, typed, errors = {} }: NewPostProps) => (
  <form
    id="new-post"
    class="stack"
    method="post"
    action="/posts"
    enctype="multipart/form-data"
    {...sendsItself}
  >
    <input type="hidden" name="once" value={once} />
    <label>
      Category
      <select name="category" required {...invalid('category', errors.category)}>
        {categories.map(({ name }) => (
          <option value={name} selected={name === (typed?.category ?? category?.name)} safe>
            {name}
          </option>
        ))}
      </select>
      <FieldError of="category" error={errors.category} />
    </label>
    <label>
      Title
      <input
        name="title"
        maxlength="200"
        required
        value={typed?.title ?? ''}
        {...invalid('title', errors.title)}
      />
      <FieldError of="title" error={errors.title} />
    </label>
    <label>
      Text
      <textarea name="body" rows="6" maxlength="20000" required {...invalid('body', errors.body)} safe>
        {`\n${typed?.body ?? ''}`}
      </textarea>
      <FieldError of="body" error={errors.body} />
    </label>
    <label>
      Picture, if you like
      <input
        type="file"
        name="image"
        accept="image/jpeg,image/png,image/webp,image/gif"
        {...invalid('image', errors.image)}
      />
      <FieldError of="image" error={errors.image} />
    </label>
    <label>
      What it shows, for those who cannot see it
      <input name="alt" maxlength="300" value={typed?.alt ?? ''} {...invalid('alt', errors.alt)} />
      <FieldError of="alt" error={errors.alt} />
    </label>
    <button class="primary" type="submit">
      Post
    </button>
  </form>
)

const sendsItself = {
  'hx-post': '/posts',
  'hx-target': '#posts',
  'hx-swap': 'afterbegin',
  'hx-disable': 'find button',
}

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
