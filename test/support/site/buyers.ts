import { seededRandom } from '../../../bench/random.ts'

/** An order as the API has it, as far as buyers look. */
type Order = {
  id: number
  state: 'open' | 'completed' | 'cancelled'
  lines: { line: number; item: number | null; quantity: number }[]
}

/** What the site last answered of an order, by its id. */
type Known = Map<number, string>

/** Members who order, change and cancel again and again, whatever is killed meanwhile. */
export type Buyers = {
  /** Answers that were no errors of the site, so far. */
  served(): number
  /** Tries that were cut off or answered that the site could not at the moment. */
  failed(): number
  /** Refused because what they wanted was sold out, or more than they may have. */
  refused(): number
  /** Ends them. Resolves with what each knows of all its orders, by the number of the buyer. */
  end(): Promise<Known[]>
  /** The orders that a buyer has, as the site lists them. */
  ordersOf(buyer: number): Promise<Known>
}

type Parts = {
  url: string
  /** Each buyer's token. */
  tokens: string[]
  items: number[]
  pickups: number[]
  seed: number
}

const mostAtOnce = 2
const longestRestMs = 1_000
const retryMs = 100

/**
 * Begins to order. Each act is sent again until the site has answered: an order with its key, a change with
 * what it is to be in the end. What is refused is looked at, and has been done as a whole or not at all.
 */
export function startBuyers({ url, tokens, items, pickups, seed }: Parts): Buyers {
  const counts = { served: 0, failed: 0, refused: 0 }
  let isOver = false
  const known = tokens.map((): Known => new Map())
  const ended = Promise.all(tokens.map((_, buyer) => shop(buyer)))

  async function shop(buyer: number): Promise<void> {
    const roll = seededRandom(seed + buyer)
    while (!isOver) {
      const open = [...(known[buyer] ?? [])].flatMap(([id, text]) => (text.startsWith('open') ? [id] : []))
      const chosen = open[Math.floor(roll() * open.length)]
      if (chosen === undefined || roll() < 0.3) await order(buyer, roll)
      else if (roll() < 0.5) await change(buyer, chosen, roll)
      else await cancel(buyer, chosen)
      await Bun.sleep(roll() * longestRestMs)
    }
  }

  async function order(buyer: number, roll: () => number): Promise<void> {
    const key = crypto.randomUUID()
    const wanted = items
      .filter(() => roll() < 0.5)
      .map((item) => ({ item, quantity: 1 + Math.floor(roll() * mostAtOnce) }))
    const body = {
      items: wanted.length > 0 ? wanted : [{ item: items[0], quantity: 1 }],
      pickup: pickups[Math.floor(roll() * pickups.length)],
    }
    const { status, order: placed } = await untilAnswered(() => send(buyer, 'POST', '', body, key))
    if (status === 409) counts.refused++
    else if (placed) note(buyer, placed)
    else throw new Error(`an order was answered ${status}`)
  }

  async function change(buyer: number, id: number, roll: () => number): Promise<void> {
    const before = await look(buyer, id)
    const [line] = before.lines
    if (!line) throw new Error(`order ${id} has no line`)
    const quantity = 1 + Math.floor(roll() * mostAtOnce)
    const wanted = { ...before, lines: before.lines.with(0, { ...line, quantity }) }
    const body = { lines: [{ line: line.line, quantity }] }
    const { status, order: changed } = await untilAnswered(() => send(buyer, 'PATCH', `/${id}`, body))
    if (status === 409) counts.refused++
    const now = changed ?? (await look(buyer, id))
    if (![textOf(before), textOf(wanted)].includes(textOf(now)))
      throw new Error(`order ${id} was ${textOf(before)}, should be ${textOf(wanted)}, is ${textOf(now)}`)
    note(buyer, now)
  }

  async function cancel(buyer: number, id: number): Promise<void> {
    const { status, order: cancelled } = await untilAnswered(() =>
      send(buyer, 'PATCH', `/${id}`, { state: 'cancelled' }),
    )
    if (!cancelled) throw new Error(`cancelling order ${id} was answered ${status}`)
    note(buyer, cancelled)
  }

  async function look(buyer: number, id: number): Promise<Order> {
    const { status, order } = await untilAnswered(() => send(buyer, 'GET', `/${id}`))
    if (!order) throw new Error(`order ${id} was answered ${status}`)
    return order
  }

  const note = (buyer: number, order: Order) => known[buyer]?.set(order.id, textOf(order))

  async function untilAnswered(ask: () => Promise<Answer>): Promise<Answer> {
    while (true) {
      const answer = await ask()
      if (answer.status > 0) return answer
      await Bun.sleep(retryMs)
    }
  }

  /** `status` is 0 where the site did not answer, or could not. */
  async function send(buyer: number, method: string, path: string, body?: unknown, key?: string) {
    const answer = await ask(buyer, method, path, body, key).catch(() => undefined)
    if (!answer || answer.status >= 500) {
      counts.failed++
      return { status: 0 }
    }
    counts.served++
    return answer
  }

  async function ask(buyer: number, method: string, path: string, body?: unknown, key?: string) {
    const response = await fetch(`${url}/api/orders${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[buyer]}`,
        'content-type': 'application/json',
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const found = await response.json()
    return { status: response.status, ...(response.ok ? { order: found as Order } : {}) }
  }

  return {
    served: () => counts.served,
    failed: () => counts.failed,
    refused: () => counts.refused,
    async end() {
      isOver = true
      await ended
      return known
    },
    async ordersOf(buyer) {
      const all: Known = new Map()
      let path: string | undefined = '/api/orders'
      while (path) {
        const response: Response = await fetch(url + path, {
          headers: { authorization: `Bearer ${tokens[buyer]}` },
        })
        for (const each of (await response.json()) as Order[]) all.set(each.id, textOf(each))
        path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
      }
      return all
    },
  }
}

type Answer = { status: number; order?: Order }

/** As `open 3:2 4:1`: its state, and how many pieces of which item. */
const textOf = ({ state, lines }: Order) =>
  [state, ...lines.map(({ item, quantity }) => `${item}:${quantity}`)].join(' ')
