import { folded, piecesOf } from '../text/fold.ts'
import type { Item } from './queries.ts'

export const sortOrders = ['name', 'cheapest', 'dearest', 'newest'] as const
export type SortOrder = (typeof sortOrders)[number]

/** The parameters of the market's list. */
export type ListQuery = { q: string; sort: SortOrder; inStock: boolean; page: number }

/** One page of what was found; `found` counts all pages. */
export type Listing = { items: Item[]; found: number; pages: number; query: ListQuery }

const itemsOnPage = 48

/** Returns the parameters of an address of the market; one that makes no sense is as if it was not there. */
export function queryIn({ searchParams }: URL): ListQuery {
  const page = searchParams.get('page') ?? ''
  return {
    q: (searchParams.get('q') ?? '').slice(0, 100),
    sort: sortOrders.find((each) => each === searchParams.get('sort')) ?? 'name',
    inStock: searchParams.get('stock') === 'in',
    page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1,
  }
}

/** Searches, sorts and pages a list that is sorted by name. */
export function listing(items: Item[], query: ListQuery, pageSize = itemsOnPage): Listing {
  const found = matching(items, query)
  const pages = Math.max(1, Math.ceil(found.length / pageSize))
  const page = Math.min(query.page, pages)
  return {
    items: found.slice((page - 1) * pageSize, page * pageSize),
    found: found.length,
    pages,
    query: { ...query, page },
  }
}

/** All that fits a choice, on whatever page. What is sold out comes last, however it is sorted. */
function matching(items: Item[], { q, sort, inStock }: ListQuery): Item[] {
  const words = piecesOf(folded(q)).map(({ text }) => text)
  const sorted = inOrder(items, `${sort} ${inStock}`, () =>
    items
      .filter(({ quantity }) => quantity > 0 || !inStock)
      .sort((a, b) => soldOutLast(a, b) || compare[sort](a, b)),
  )
  if (q.trim() === '') return sorted
  return words.length === 0 ? [] : sorted.filter((item) => hasAll(plainName(item), words))
}

/** The cache returns the same list until an item changes: it is put in each order once. */
const orders = new WeakMap<Item[], Map<string, Item[]>>()

function inOrder(items: Item[], order: string, sorted: () => Item[]): Item[] {
  const known = orders.get(items) ?? new Map<string, Item[]>()
  orders.set(items, known)
  const found = known.get(order) ?? sorted()
  known.set(order, found)
  return found
}

const plainNames = new WeakMap<Item, string>()

function plainName(item: Item): string {
  const name = plainNames.get(item) ?? folded(item.name)
  plainNames.set(item, name)
  return name
}

const hasAll = (text: string, words: string[]) => words.every((word) => text.includes(word))

const soldOutLast = (a: Item, b: Item) => Number(a.quantity === 0) - Number(b.quantity === 0)

const compare: Record<SortOrder, (one: Item, other: Item) => number> = {
  name: () => 0,
  cheapest: (a, b) => amount(a) - amount(b),
  dearest: (a, b) => amount(b) - amount(a),
  newest: (a, b) => b.id - a.id,
}

/** Small enough to be put in order as a number. */
const amount = ({ price }: Item) => Number(price)
