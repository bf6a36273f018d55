import { type DocumentDecoration, Elysia } from 'elysia'
import type { Viewer } from '../accounts/queries.ts'
import { memberByToken } from '../accounts/token-sign-in.ts'
import type { Context } from '../context.ts'
import { isAtOwnName } from '../http/host.ts'
import { readExactJson } from '../http/json.ts'
import { allowed, optionsAnswer, refuseMethod } from '../http/methods.ts'
import { isTooLong } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import type { CallCounter } from './counter.ts'

/** One call of the acts API. */
export type Call = {
  request: Request
  /** Parts of the path, decoded. */
  params: Record<string, string>
  query: URLSearchParams
  /** The body with its numbers as they were written. Read only by who needs it. */
  body(): Promise<unknown>
}

export type Answer = (call: Call) => Promise<Response>
/** What answers a call, and how it stands in the document. */
export type Answering = { answer: Answer; hook: { parse: 'none'; detail?: DocumentDecoration } }
export type Methods = { [Method in 'GET' | 'POST' | 'DELETE']?: Answering }

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Mounts a table of paths and methods. Each path gets every method, so that a wrong one is 405 before
 * anything of the request is read, and `/acts/upvote` is never taken for an act named "upvote".
 */
export function callsOf(name: string, table: Record<string, Methods>, counter?: CallCounter) {
  const app = new Elysia({ name, prefix: '/api/v1' })
  for (const [path, answers] of Object.entries(table)) {
    const allow = allowed(Object.keys(answers))
    for (const method of methods) {
      const { answer, hook } =
        answers[method as keyof Methods] ?? undocumented(async () => refuseMethod(allow))
      app.route(method, path, ({ request, params }) => answered(answer, request, params, counter), hook)
    }
    app.route('OPTIONS', path, () => optionsAnswer(allow))
  }
  return app
}

export const undocumented = (answer: Answer): Answering => ({ answer, hook: { parse: 'none' } })

/** The call is counted before it is answered, so the next count through any replica has it. */
async function answered(
  answer: Answer,
  request: Request,
  params: Record<string, string>,
  counter: CallCounter | undefined,
): Promise<Response> {
  const counted = counter?.add()
  try {
    const { pathname, searchParams } = new URL(request.url)
    refuseMalformed(pathname)
    return await answer({ request, params, query: searchParams, body: () => readExactJson(request) })
  } catch (error) {
    throw inTermsOfActs(error)
  } finally {
    await counted
  }
}

/**
 * The router puts a replacement character where a path is no UTF-8: another name than the one that was asked
 * for.
 */
function refuseMalformed(pathname: string) {
  try {
    decodeURIComponent(pathname)
  } catch {
    throw new Refusal(400, 'The address is not well-formed.')
  }
}

/** This API knows 400 for all that the caller did wrong and 500 for a store that is away. */
function inTermsOfActs(error: unknown): unknown {
  if (isTooLong(error)) return new Refusal(413, 'This is too long to be stored.')
  if (!(error instanceof Refusal)) return error
  if ([404, 409, 422].includes(error.status)) return new Refusal(400, error.message)
  if (error.status === 503) return new Refusal(500, error.message)
  return error
}

export const ok = () => json('{}')
export const created = () => json('{}', 201)
export const nothing = () => new Response(null, { status: 204, headers: notKept })

/** `body` is JSON already: text, or a stream of its parts. */
export const json = (body: string | ReadableStream, status = 200) =>
  new Response(body, { status, headers: { ...notKept, 'content-type': 'application/json' } })

const notKept = { 'cache-control': 'no-store' }

/**
 * Returns who writes: with ACTS_API=open undefined, and anyone may do everything; otherwise the member whose
 * token it is. Throws a 401 without one. On a board for this machine alone, anyone is who asks it by its own
 * name: else a page of a stranger could write here, by the browser of whoever reads it.
 */
export async function writerOf(context: Context, request: Request): Promise<Viewer | undefined> {
  const { actsApiOpen, actsApiHosts } = context.config
  if (!actsApiOpen) return memberByToken(context, request)
  if (actsApiHosts && !isAtOwnName(request, actsApiHosts))
    throw new Refusal(400, 'Anyone may write here by an address, as localhost, or by the name in SITE_URL.')
  return undefined
}

/** Returns who signs what they do where anyone may: the member whose token came along, or nobody. */
export const signerOf = (context: Context, request: Request): Promise<Viewer | undefined> =>
  memberByToken(context, request).catch((error) => {
    if (error instanceof Refusal && error.status === 401) return undefined
    throw error
  })

/** Members do to others' things only what admins may. */
export function refuseUnless(isAllowed: boolean, message: string) {
  if (!isAllowed) throw new Refusal(403, message)
}

export const mayActFor = (writer: Viewer | undefined, username: string) =>
  writer === undefined || writer.role === 'admin' || writer.name === username
