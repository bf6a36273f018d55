import { Html } from '@elysiajs/html'
import type { TypedPost } from '../src/board/draft.ts'
import type { Category } from '../src/board/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { FieldError, invalid } from './form.tsx'
import { Phrase } from './phrase.tsx'

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
      <Phrase of="Category" />
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
      <Phrase of="Title" />
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
      <Phrase of="Text" />
      <textarea name="body" rows="6" maxlength="20000" required {...invalid('body', errors.body)} safe>
        {`\n${typed?.body ?? ''}`}
      </textarea>
      <FieldError of="body" error={errors.body} />
    </label>
    <label>
      <Phrase of="Picture, if you like" />
      <input
        type="file"
        name="image"
        accept="image/jpeg,image/png,image/webp,image/gif"
        {...invalid('image', errors.image)}
      />
      <FieldError of="image" error={errors.image} />
    </label>
    <label>
      <Phrase of="What it shows, for those who cannot see it" />
      <input name="alt" maxlength="300" value={typed?.alt ?? ''} {...invalid('alt', errors.alt)} />
      <FieldError of="alt" error={errors.alt} />
    </label>
    <button class="primary" type="submit" safe>
      {say('Post')}
    </button>
  </form>
)

const sendsItself = {
  'hx-post': '/posts',
  'hx-target': '#posts',
  'hx-swap': 'afterbegin',
  'hx-disable': 'find button',
}
