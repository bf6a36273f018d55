import type { ApiAnswer } from '../api/client.ts'

/** Where the acts API is asked: HAProxy's address. */
export type ActsSite = { url: string }

export const sha1 = (text: string) => new Bun.CryptoHasher('sha1').update(text).digest('hex')

type Fits = (method: string, path: string, answer: ApiAnswer, type: string) => void

/**
 * Somebody who speaks the acts API. `fits` is given each answer and throws when it is not as it should be.
 */
export const actsClient = (site: () => string, fits: Fits = () => {}) => {
  const ask = async (method: string, path: string, body?: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${site()}/api/v1${path}`, {
      method,
      ...(text === undefined ? {} : { body: text }),
    })
    const answer = { status: response.status, text: await response.text(), headers: response.headers }
    const parsed = answer.text === '' ? '' : JSON.parse(answer.text)
    const type = response.headers.get('content-type') ?? ''
    fits(method, `/api/v1${path.split('?')[0]}`, { ...answer, body: parsed }, type)
    return answer
  }
  const get = (path: string) => ask('GET', path)
  const post = (path: string, body: unknown) => ask('POST', path, body)
  const remove = (path: string) => ask('DELETE', path)
  /** Status and body in one, which is what clients compare. */
  const answerText = async (answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer
    return `${status} ${text}`.trim()
  }
  return { ask, get, post, remove, answerText }
}

/** A name of any kind that no other test uses. */
export const newName = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`

let lastId = Date.now() * 1_000
export const newActId = () => ++lastId

/** What the parts of the contract share: somebody who asks, and a member and a category to ask about. */
export type ActsFixture = ReturnType<typeof actsClient> & {
  url: () => string
  user: string
  category: string
  at: (name: string) => string
  act: (changes?: Record<string, unknown>) => Record<string, unknown>
}
