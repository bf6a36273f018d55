import type { BodyLimits } from './body-limit.ts'

const [kilobyte, megabyte] = [1024, 1024 * 1024]

/** Of what people type into other forms, and programs send in their place, a few hundred bytes. */
const usual = 64 * kilobyte
/** A text of 20,000 characters has up to 240,000 bytes in a form, and one that is too long is shown again. */
const text = 512 * kilobyte

/**
 * The one table of how many bytes of a body are taken, by route: `usual` of those that are not named. With
 * `Infinity` it is `MAX_BODY_BYTES`, the most that any route takes.
 */
export const bodyBytes: Record<string, number> = {
  '/posts/:id/edit': text,
  '/posts/:id/comments': text,
  '/comments/:id/edit': text,
  '/api/posts/:id': text,
  '/api/posts/:id/comments': text,
  '/api/comments/:id': text,
  '/posts': text,
  '/api/posts': text,
  '/offers': text,
  '/offers/:id/edit': text,
  '/api/offers': text,
  '/api/offers/:id': text,
  '/admin/site': text,
  // Two lists of 100,000 words.
  '/admin/newcomers': Infinity,
  '/api/moderation/newcomers': Infinity,
  // Fifty of 2,100 characters, each of twelve bytes where a program keeps to ASCII.
  '/api/moderation/rules': 2 * megabyte,

  // Names and captions have any length there, by its contract, and pictures are part of the JSON.
  '/api/v1/acts': Infinity,
  '/api/v1/acts/upvote': megabyte,
  '/api/v1/categories': Infinity,
  '/api/v1/users': Infinity,
  '/api/v1/validate_user': Infinity,

  '/inner/status': megabyte,
}

/**
 * Those that take files, too: of any size in a form with files. How large each may be is for the feature to
 * say.
 */
export const takesFiles = [
  ...['/posts', '/api/posts', '/avatar', '/admin/import', '/admin/windows/import', '/admin/site'],
  ...['/admin/items/:id/pictures', '/api/items/:id/pictures'],
  ...['/offers', '/offers/:id/pictures', '/api/offers', '/api/offers/:id/pictures'],
]

/** Returns the limits of a body for a request to this path. */
export function bodyLimitsOf(path: string, isMultipart: boolean): BodyLimits {
  const place = path.replace(/(?<=.)\/$/, '')
  const isOf = (route: string) => expressionOf(route).test(place)
  const route = Object.keys(bodyBytes).find(isOf)
  const bytes = isMultipart && takesFiles.some(isOf) ? Infinity : route ? bodyBytes[route] : undefined
  return { bytes: bytes ?? usual, textBytes: text }
}

const expressionOf = (route: string) => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`)
