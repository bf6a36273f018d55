/**
 * Where a batcher is. A container that starts again may get another address, and who connects to its name
 * meets the old one, or nothing, for some seconds: Bun keeps what a name stood for while any connection to it
 * is being made, and all who connect wait for one lookup, which takes the C library five seconds if it began
 * while the name stood for nothing. To a read that is a batcher that does not answer, so it would show what
 * Redis or MySQL have, which may be less than that batcher has answered since. Whoever must not miss it looks
 * its name up, each time for itself.
 *
 * Where several processes have one journal (`batcher/ledger/mysql/`), one of them serves and the others stand
 * by. All are asked at once which it is, so that one that is silent holds up nobody.
 */
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Identity } from '../platform/identity.ts'

const lookupMs = 1_000
const readyWithinMs = 600

export type Address = {
  /**
   * Resolves to where the batcher is by now; where no name server knows, to what `last` returns. Rejects only
   * where it may be at several addresses, and serves at none.
   */
  now(): Promise<string>
  /** Returns where it was when somebody looked last. */
  last(): string
  /** Resolves to where it may be. Never rejects. */
  all(): Promise<string[]>
  isOneOfSeveral: boolean
  /** What `fetch` needs to be taken for a node of the batcher's cluster; empty where it need not be one. */
  secured: { tls?: Identity }
}

/**
 * `place` is `http://host:port`, or several of these with `|` between, of which one serves at a time. That of
 * an IP address, or of a certificate's name, is what it is.
 */
export function openAddress(place: string, identity?: Identity): Address {
  const each = place.split('|').map(openOne)
  const [only] = each
  const secured = identity ? { tls: identity } : {}
  return only && each.length === 1
    ? { ...only, all: async () => [await only.now()], isOneOfSeveral: false, secured }
    : oneOfSeveral(place, each, secured)
}

type One = Pick<Address, 'now' | 'last'>

function openOne(url: string): One {
  const { protocol, hostname } = new URL(url)
  const hasName = protocol === 'http:' && isIP(hostname) === 0 && hostname !== 'localhost'
  let last = url
  return { now, last: () => last }

  async function now() {
    if (!hasName) return url
    // A resolver keeps answers for as long as the name server says, and Docker's says ten minutes: each asks
    // once.
    const [found] = await new Resolver({ timeout: lookupMs, tries: 1 }).resolve4(hostname).catch(() => [])
    if (found) last = url.replace(`//${hostname}`, `//${found}`)
    return last
  }
}

function oneOfSeveral(place: string, each: One[], secured: Address['secured']): Address {
  let last = place
  const all = () => Promise.all(each.map((one) => one.now()))
  return { now, last: () => last, all, isOneOfSeveral: true, secured }

  async function now() {
    last = await Promise.any(each.map(ready))
    return last
  }

  async function ready(one: One): Promise<string> {
    const url = await one.now()
    const { ok } = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(readyWithinMs), ...secured })
    if (!ok) throw new Error(`${url} stands by`)
    return url
  }
}

/**
 * Sends a request that may come more than once to a batcher, to all places where it may be. Resolves to the
 * answer of the one that serves. Rejects as `fetch` does, and when of several none serves.
 */
export async function fetchFrom(address: Address, path: string, options: RequestInit): Promise<Response> {
  const its = { ...options, ...address.secured }
  const [first = '', ...others] = await address.all()
  if (others.length === 0) return fetch(`${first}${path}`, its)
  const serving = async (url: string) => {
    const response = await fetch(`${url}${path}`, its)
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    return response
  }
  return Promise.any([first, ...others].map(serving))
}
