import type { Context } from '../context.ts'
import { openBulkhead } from '../platform/bulkhead.ts'
import { isOfSpentNetwork } from './cost.ts'
import { answerError } from './error-response.ts'
import { isRead } from './page-context.ts'
import { isPersonal } from './security-headers.ts'

/**
 * What a replica draws for strangers at a time: enough to keep it busy while stores answer, and all that a
 * member waits for, however many strangers read.
 */
const atOnce = 8

/** What takes no time, and must not wait: health, figures, files. */
const isIdle = ({ url }: Request) => /^[^/]*\/\/[^/]*\/(?:up|ready|metrics|inner\/|static\/)/.test(url)

/** What has a gate of its own, behind which it may wait for long: audits and searches. */
const isGated = ({ url }: Request) =>
  /^[^/]*\/\/[^/]*\/(?:(?:api\/)?audit|search)\b/.test(url) || (mayAskFor.test(url) && asksFor(url) !== '')

/** Where words are looked for, if there are any, however the address is spelled. */
const mayAskFor = /^[^/]*\/\/[^/]*\/(?:api\/[^?]*|offers\/?)\?/
const asksFor = (url: string) => (new URL(url).searchParams.get('q') ?? '').trim()

/** Wraps a server's handler: strangers who read wait for one another, and nobody else for them. */
export const strangersInTurn = (context: Context) => {
  const bulkhead = openBulkhead({ atOnce })
  return <Rest extends unknown[], Answer>(handle: (request: Request, ...rest: Rest) => Answer) =>
    (request: Request, ...rest: Rest): Answer | Promise<Awaited<Answer> | Response> => {
      const pass = () => handle(request, ...rest)
      if (!isRead(request) || isPersonal(request) || isOfSpentNetwork(request)) return pass()
      if (isIdle(request) || isGated(request)) return pass()
      const isFull = bulkhead.load().running >= atOnce
      const turn = bulkhead(() => answered(pass), isFull ? request.signal : undefined)
      return turn.catch((error) =>
        answerError(context)({ code: 'UNKNOWN', error, request, set: { headers: {} } }),
      )
    }
}

async function answered<Answer>(handle: () => Answer): Promise<Awaited<Answer> | Response> {
  return await handle()
}
