import type { Category } from '../src/categories/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { TypedPost } from '../src/posts/draft.ts'
import type { Post } from '../src/posts/queries.ts'
import { say } from '../texts/say.ts'
import { FieldError, invalid, WhatItSaysNow } from './form.tsx'
import { cachedVariants, Html, staticFragment } from './html.ts'
import { Layout } from './layout.tsx'
import { categoriesListed, isCut, shownName, startOf, wholeBodyAt } from './names.ts'
import { LinkToItself, Phrase } from './phrase.tsx'
import { PostCard } from './posts.tsx'

/**
 * `once` is a key that makes a form which is sent twice count once. `category` is the one it is about, of
 * which it says the start of its name.
 */
type NewPostProps = {
  categories: Category[]
  category?: Category
  once: string
  typed?: TypedPost
  errors?: FieldErrors
}

/** The form for a new post: with what was typed and what was wrong with it, or empty. */
export const NewPostForm = ({ categories, category, once, typed, errors }: NewPostProps) => (
  <form
    id="new-post"
    class="stack"
    method="post"
    action="/posts"
    enctype="multipart/form-data"
    data-draft
    {...sendsItself}
  >
    <input type="hidden" name="once" value={once} />
    {category && isCut(category.name) ? <input type="hidden" name="of" value={`${category.id}`} /> : ''}
    {typed || errors ? (
      <NewPostFields
        categories={categories}
        chosen={startOf(category?.name ?? typed?.category ?? '')}
        typed={typed}
        errors={errors ?? {}}
      />
    ) : (
      (untouched(categories, startOf(category?.name ?? '')) as 'safe')
    )}
  </form>
)

const NewPostFields = ({ categories, chosen, typed, errors }: FieldsProps) => (
  <>
    <PostFields categories={categories} chosen={chosen} typed={typed} errors={errors} />
    <PictureFields alt={typed?.alt ?? ''} errors={errors} />
    <button class="primary" type="submit" safe>
      {say('Post')}
    </button>
  </>
)

/** A picture, and what it shows in words. */
export const PictureFields = ({ alt, errors }: { alt: string; errors: FieldErrors }) => (
  <>
    <label class="drop">
      <Phrase of="Picture, if you like" />
      <input
        type="file"
        name="image"
        accept="image/jpeg,image/png,image/webp,image/gif"
        data-sending={say('Sending the picture')}
        {...invalid('image', errors.image)}
      />
      <small class="hint" safe>
        {say('Of a moving picture, the first frame is kept.')}
      </small>
      <FieldError of="image" error={errors.image} />
    </label>
    <label>
      <Phrase of="What it shows, for those who cannot see it" />
      <input name="alt" maxlength="300" dir="auto" value={alt} {...invalid('alt', errors.alt)} />
      <FieldError of="alt" error={errors.alt} />
    </label>
  </>
)

const untouched = cachedVariants((categories: Category[], chosen: string) => (
  <NewPostFields categories={categories} chosen={chosen} errors={{}} />
))

const sendsItself = {
  'hx-post': '/posts',
  'hx-target': '#posts',
  'hx-swap': 'afterbegin',
  'hx-disable': 'find button',
}

/** `longer`: the post whose text has more than the form, if it has. */
type FieldsProps = {
  categories: Category[]
  chosen: string
  typed?: TypedPost
  errors: FieldErrors
  longer?: number | undefined
}

/** The first ones, and the one that is chosen, whichever that is. */
function offered(categories: Category[], chosen: string): string[] {
  const names = categories.slice(0, categoriesListed).map(({ name }) => name)
  return chosen === '' || names.includes(chosen) ? names : [...names, chosen]
}

/** Category, title and text. */
export const PostFields = ({ categories, chosen, typed, errors, longer }: FieldsProps) => (
  <>
    <label>
      <Phrase of="Category" />
      <select name="category" required {...invalid('category', errors.category)}>
        {offered(categories, chosen).map((name) => (
          <option value={name} selected={name === chosen} safe>
            {shownName(name)}
          </option>
        ))}
      </select>
      <FieldError of="category" error={errors.category} />
    </label>
    <label>
      <Phrase of="Title" />
      <input
        name="title"
        maxlength="200"
        dir="auto"
        required
        value={typed?.title ?? ''}
        {...invalid('title', errors.title)}
      />
      <FieldError of="title" error={errors.title} />
    </label>
    <label>
      <Phrase of="Text" />
      <textarea
        name="body"
        rows="6"
        maxlength="20000"
        dir="auto"
        required
        {...invalid('body', errors.body)}
        safe
      >
        {`\n${typed?.body ?? ''}`}
      </textarea>
      <FieldError of="body" error={errors.body} />
    </label>
    {longer === undefined ? (
      ''
    ) : (
      <p class="hint">
        <Phrase
          of="This is the start of a text that is at {address}. All of it stays unless you change this."
          parts={{ address: <LinkToItself to={wholeBodyAt(longer)} /> }}
        />
      </p>
    )}
    <TextHelp />
  </>
)

/** How to write more than plain words. */
export const TextHelp = () => textHelp()

const textHelp = staticFragment(() => (
  <details class="help">
    <summary safe>{say('Bold, links, lists, tags, members')}</summary>
    <p dir="ltr">
      <code>**bold**</code> <code>*italic*</code> <code>[link](https://…)</code> <code>&gt; quote</code>{' '}
      <code>- list</code> <code># heading</code> <code>`code`</code> <code>#tag</code>
    </p>
    <p>
      <Phrase
        of="{mention} or {quoted} tells a member, twenty in a text at most."
        parts={{
          mention: <code dir="ltr">@ana</code>,
          quoted: <code dir="ltr">@"Ana of the hill"</code>,
        }}
      />
    </p>
  </details>
))

/**
 * `version` stands for what the form was filled with; `now` is what the post says when that is another by
 * now.
 */
type EditProps = {
  pageContext: PageContext
  post: Post
  categories: Category[]
  typed: TypedPost
  version: string
  errors?: FieldErrors | undefined
  now?: Post
  /** The form takes no more than the start of its text. */
  goesOn: boolean
}

/** Where an author changes a post. */
export const EditPostPage = ({
  pageContext,
  post,
  categories,
  typed,
  version,
  errors = {},
  now,
  goesOn,
}: EditProps) => (
  <Layout pageContext={pageContext} title={say('Edit a post')} isWritten>
    <section class="narrow">
      <h1 safe>{say('Edit a post')}</h1>
      <form class="stack" method="post" action={`/posts/${post.id}/edit`}>
        <input type="hidden" name="version" value={version} />
        <PostFields
          categories={categories}
          chosen={startOf(typed.category)}
          typed={typed}
          errors={errors}
          longer={goesOn ? post.id : undefined}
        />
        {now ? <WhatItSaysNow text={`${now.title}\n\n${now.body}`} /> : ''}
        <div class="actions">
          <button class="primary" type="submit" safe>
            {say('Save')}
          </button>
          <a class="button" href={`/posts/${post.id}`} safe>
            {say('Cancel')}
          </a>
        </div>
      </form>
    </section>
  </Layout>
)

/**
 * The answer to a new post: its card for the top of the list, and an empty form in place of the one that was
 * sent.
 */
type AddedProps = { categories: Category[]; post: Post; once: string }

export const PostAdded = ({ categories, post, once }: AddedProps) => (
  <>
    <PostCard post={post} />
    <div hx-swap-oob="outerHTML:#new-post">
      <NewPostForm categories={categories} once={once} />
    </div>
  </>
)
