import type { FieldErrors } from '../platform/errors.ts'
import { asFields, hasControlCharacters, textOf } from '../platform/fields.ts'
import type { Category } from './queries.ts'

/** What somebody typed into the form for a new post, kept as it was typed. */
export type TypedPost = { category: string; title: string; body: string }

export type ReadPost =
  | { typed: TypedPost; errors: FieldErrors; draft?: undefined }
  | { typed: TypedPost; errors?: undefined; draft: { categoryId: number; title: string; body: string } }

const longestTitle = 200
const longestBody = 20_000

/** Reads the form for a new post: either a draft or what is wrong, field by field. */
export function readPost(body: unknown, categories: Category[]): ReadPost {
  const fields = asFields(body)
  const typed = { category: textOf(fields.category), title: textOf(fields.title), body: textOf(fields.body) }
  const category = categories.find(({ name }) => name === typed.category)
  const title = typed.title.trim()
  const text = typed.body.replaceAll('\r\n', '\n').trim()

  const errors: FieldErrors = {
    ...(category ? {} : { category: 'Choose a category.' }),
    ...wrongTitle(title),
    ...wrongBody(text),
  }
  if (!category || Object.keys(errors).length > 0) return { typed, errors }
  return { typed, draft: { categoryId: category.id, title, body: text } }
}

function wrongTitle(title: string): FieldErrors {
  if (title === '') return { title: 'A post needs a title.' }
  if ([...title].length > longestTitle) return { title: `A title has at most ${longestTitle} characters.` }
  if (hasControlCharacters(title)) return { title: 'A title is one line of ordinary characters.' }
  return {}
}

function wrongBody(body: string): FieldErrors {
  if (body === '') return { body: 'Write something.' }
  if ([...body].length > longestBody) return { body: `A post has at most ${longestBody} characters.` }
  if (body.includes('\0')) return { body: 'A post cannot hold a NUL character.' }
  return {}
}
