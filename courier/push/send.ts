import { lookup } from 'node:dns'
import { request } from 'node:https'
import webPush from 'web-push'
import type { PushPolicy } from '../../src/platform/config.ts'
import { type Browser, isEndpoint, isPublicAddress } from '../../src/telling/endpoint.ts'
import type { PushKeys } from './queries.ts'

/** In seconds: for so long a push service keeps what it cannot hand over. */
const keptSeconds = 86_400
/** How long it may say nothing. */
const silenceMs = 10_000

/**
 * `gone`: the browser wants nothing any more. `later`: it may be had another time, in `seconds` if the
 * service says so. `refused`: it will not be had.
 */
export type Sent = { is: 'sent' | 'gone' | 'refused' | 'later'; code: string; seconds?: number }

export type PushSender = (browser: Browser, payload: string) => Promise<Sent>

/**
 * Returns what encrypts a payload for a browser (RFC 8291), and hands it to its push service (RFC 8030).
 * `resolve` finds the addresses of a name.
 */
export function openPushSender(
  keys: PushKeys,
  contact: string,
  push: PushPolicy,
  resolve: typeof lookup = lookup,
): PushSender {
  const way = push === 'private' ? {} : { lookup: publicOnly(resolve) }
  const vapidDetails = { subject: contact, ...keys }

  return async (browser, payload) => {
    // Whatever was allowed when the browser was registered.
    if (!isEndpoint(browser.endpoint, push)) return { is: 'gone', code: 'no endpoint' }
    const { p256dh, auth, endpoint } = browser
    try {
      const { method, headers, body } = webPush.generateRequestDetails(
        { endpoint, keys: { p256dh, auth } },
        payload,
        { vapidDetails, TTL: keptSeconds, urgency: 'normal', contentEncoding: 'aes128gcm' },
      )
      return await send(endpoint, { method, headers, ...way }, body)
    } catch (error) {
      if (error instanceof NotPublic) return { is: 'gone', code: 'at a private address' }
      if (error instanceof Unreachable) return { is: 'later', code: error.message }
      // No key of this browser encrypts anything.
      return { is: 'gone', code: 'not encrypted' }
    }
  }
}

class NotPublic extends Error {}
class Unreachable extends Error {}

type Head = { method: string; headers: Record<string, string | number>; lookup?: typeof lookup }

/**
 * The name is asked for once, and the connection made to what it led to then: a name that leads elsewhere a
 * moment later leads nowhere. Redirects are not followed.
 */
function send(endpoint: string, head: Head, body: Uint8Array | null): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sending = request(endpoint, { ...head, signal: AbortSignal.timeout(silenceMs) }, (answer) => {
      answer.resume()
      resolve(whatBecameOf(answer.statusCode ?? 0, Number(answer.headers['retry-after'])))
    })
    sending.on('error', (error) =>
      reject(error instanceof NotPublic ? error : new Unreachable(codeOf(error), { cause: error })),
    )
    sending.end(body)
  })
}

/** No word of a stranger's server stands in our log. */
const codeOf = (error: Error & { code?: unknown }) =>
  typeof error.code === 'string' ? error.code : error.name

const publicOnly = (resolve: typeof lookup) =>
  ((name: string, options: object, found: (...found: unknown[]) => void) =>
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error)
      const isPublic = addresses.length > 0 && addresses.every(({ address }) => isPublicAddress(address))
      found(isPublic ? null : new NotPublic(name), addresses)
    })) as typeof lookup

function whatBecameOf(status: number, retryAfter: number): Sent {
  const code = `${status}`
  if (status >= 200 && status < 300) return { is: 'sent', code }
  if (status === 404 || status === 410) return { is: 'gone', code }
  if (status !== 429 && status < 500) return { is: 'refused', code }
  return { is: 'later', code, ...(retryAfter > 0 ? { seconds: retryAfter } : {}) }
}
