import { currentTrace } from '../platform/trace.ts'
import { isPersonal } from './security-headers.ts'

/*
 * Who reads a whole board slowly, from many addresses, stays below the limits of each. So HAProxy adds up
 * what the strangers of a network cost, and once that is much they read what it remembers: see "What a
 * network has cost" in haproxy.cfg. A replica says what each answer has cost, and draws what is not
 * remembered yet (`spent-networks.ts`).
 */

/** HAProxy takes it off what visitors send, and sets it for networks that have cost too much. */
const spentHeader = 'x-network-spent'
/** HAProxy takes it off all answers. */
const costHeader = 'x-cost'
/** What waits long for MySQL is our fault, and costs no more than this. */
const mostMs = 100
const reading = new Set(['GET', 'HEAD'])

export const isOfSpentNetwork = ({ headers }: Request) => headers.has(spentHeader)

/** An answer for HAProxy to remember, for the strangers of all such networks. */
export const isForMemory = (request: Request) => isOfSpentNetwork(request) && !isPersonal(request)

/** Says for how many milliseconds a replica was busy with what a stranger reads. Members cost nothing. */
export function sayCost({ method }: Request, headers: Record<string, unknown>, ms: number): void {
  if (!reading.has(method) || currentTrace()?.isMember) return
  headers[costHeader] = `${Math.min(mostMs, Math.max(1, Math.ceil(ms)))}`
}
