import { say } from '../../texts/say.ts'
import type { Category } from '../categories/queries.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, type Read, textOf, writtenIn } from '../platform/fields.ts'
import { wordsOf } from '../text/markdown.ts'
import { isSeen, lineFault } from '../text/seen.ts'

/** The fields of the form for a new post, as typed. */
export type TypedPost = { category: string; title: string; body: string; alt?: string }

export type ReadPost =
  | { typed: TypedPost; errors: FieldErrors; draft?: undefined }
  | { typed: TypedPost; errors?: undefined; draft: { categoryId: number; title: string; body: string } }

export const longestTitle = 200
export const longestBody = 20_000

/** As much of a post's text as a form takes: all of it, but of an act's caption. */
export const formBodyOf = ({ body }: { body: string }): string =>
  body.length <= longestBody ? body : [...body].slice(0, longestBody).join('')

/** Whether a form takes no more than the start of a post's text. */
export const goesOn = (post: { body: string }): boolean => formBodyOf(post) !== post.body

/**
 * Whether a form has the start of a longer text as it came: nobody changed it, so all of the text stays. A
 * browser sends line breaks of one kind, and HTML has no NUL.
 */
export function isStartOf({ body }: { body: string }, typed: string): boolean {
  const start = formBodyOf({ body })
  return (
    goesOn({ body }) &&
    writtenIn(typed) === writtenIn(start.replaceAll(/\r(?!\n)/g, '\n').replaceAll('\0', '\ufffd'))
  )
}

/**
 * Reads the form for a post in the `category` that it names: either a draft or what is wrong, field by field.
 */
export function readPost(body: unknown, category: Pick<Category, 'id'> | undefined): ReadPost {
  const fields = asFields(body)
  const typed = {
    category: textOf(fields.category),
    title: textOf(fields.title),
    body: textOf(fields.body),
    alt: textOf(fields.alt),
  }
  const title = writtenIn(typed.title)
  const text = writtenIn(typed.body)

  const errors: FieldErrors = {
    ...(category ? {} : { category: 'Choose a category.' }),
    ...wrongTitle(title),
    ...wrongBody(text),
  }
  if (!category || Object.keys(errors).length > 0) return { typed, errors }
  return { typed, draft: { categoryId: category.id, title, body: text } }
}

export type Patch = { categoryId?: number; title?: string; body?: string }

/** Reads what shall change about a post: only what is there. `category` is the one that it names. */
export function readPatch(
  fields: Record<string, unknown>,
  category: Pick<Category, 'id'> | undefined,
): Read<Patch> {
  const has = (name: string) => fields[name] !== undefined
  const title = writtenIn(fields.title)
  const body = writtenIn(fields.body)

  const errors: FieldErrors = {
    ...(has('category') && !category ? { category: 'Choose a category.' } : {}),
    ...(has('title') ? wrongTitle(title) : {}),
    ...(has('body') ? wrongBody(body) : {}),
  }
  if (Object.keys(errors).length > 0) return { errors }
  return {
    draft: {
      ...(category ? { categoryId: category.id } : {}),
      ...(has('title') ? { title } : {}),
      ...(has('body') ? { body } : {}),
    },
  }
}

function wrongTitle(title: string): FieldErrors {
  const fault = lineFault(title, longestTitle)
  if (fault === 'long')
    return { title: say('A title has at most {longest} characters.', { longest: longestTitle }) }
  if (fault === 'unseen') return { title: 'A post needs a title.' }
  return fault ? { title: 'A title is one line of ordinary characters.' } : {}
}

function wrongBody(body: string): FieldErrors {
  if ([...body].length > longestBody)
    return { body: say('A post has at most {longest} characters.', { longest: longestBody }) }
  if (body.includes('\0')) return { body: 'A post cannot hold a NUL character.' }
  if (!body.isWellFormed()) return { body: 'A post cannot hold half a character.' }
  if (!isSeen(wordsOf(body))) return { body: 'Write something.' }
  return {}
}
