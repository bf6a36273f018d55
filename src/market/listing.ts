import { folded, piecesOf } from '../text/fold.ts'
import { byName } from './items.ts'
import type { Item } from './queries.ts'

export const sortOrders = ['name', 'cheapest', 'dearest', 'newest'] as const
export type SortOrder = (typeof sortOrders)[number]

/** The parameters of the market's list. */
export type ListQuery = { q: string; category: string; sort: SortOrder; inStock: boolean; page: number }

/**
 * An item with its variants, as the shelf has them: in stock are the pieces of all, and `price` is the lowest
 * of those that can be had.
 */
export type Shelved = Item & { variants?: Item[] }

/** One page of what was found; `found` counts all pages, `categories` are those of all items. */
export type Listing = {
  items: Shelved[]
  found: number
  pages: number
  query: ListQuery
  categories: string[]
}

const itemsOnPage = 48

/** Returns the parameters of an address of the market; one that makes no sense is as if it was not there. */
export function queryIn({ searchParams }: URL): ListQuery {
  const page = searchParams.get('page') ?? ''
  return {
    q: (searchParams.get('q') ?? '').slice(0, 100),
    category: (searchParams.get('category') ?? '').slice(0, 100),
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
    categories: categoriesOf(items),
  }
}

const shelves = new WeakMap<Item[], Shelved[]>()

/** Returns the items of the shelf: a variant stands with the item that it is one of. */
export function shelved(items: Item[]): Shelved[] {
  const known =
    shelves.get(items) ?? items.filter(({ variantOf }) => variantOf === null).map(withVariants(items))
  shelves.set(items, known)
  return known
}

function withVariants(items: Item[]) {
  const all = Map.groupBy(items, ({ variantOf }) => variantOf)
  return (item: Item): Shelved => {
    const variants = all.get(item.id)
    if (!variants) return item
    const [cheapest = item] = choicesOf(item, variants).toSorted(
      (a, b) => soldOutLast(a, b) || amount(a) - amount(b),
    )
    const quantity = [item, ...variants].reduce((sum, each) => sum + each.quantity, 0)
    return { ...item, quantity, price: cheapest.price, variants }
  }
}

/** Returns what can be ordered on the page of an item: itself, too, while there are pieces of it. */
export const choicesOf = (item: Item, variants: Item[]): Item[] =>
  item.quantity > 0 || variants.length === 0 ? [item, ...variants] : variants

/** All that fits a choice, on whatever page. What is sold out comes last, however it is sorted. */
function matching(items: Item[], { q, category, sort, inStock }: ListQuery): Item[] {
  const words = piecesOf(folded(q)).map(({ text }) => text)
  const all = inOrder(items, `${sort} ${inStock}`, () =>
    items
      .filter(({ quantity }) => quantity > 0 || !inStock)
      .sort((a, b) => soldOutLast(a, b) || compare[sort](a, b)),
  )
  const sorted = category === '' ? all : all.filter((item) => item.category === category)
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

const categoriesOfLists = new WeakMap<Item[], string[]>()

/** The categories of items, each once, by name. */
export function categoriesOf(items: Item[]): string[] {
  const known =
    categoriesOfLists.get(items) ??
    [...new Set(items.map(({ category }) => category))].filter((each) => each !== '').sort(byName.compare)
  categoriesOfLists.set(items, known)
  return known
}

const plainNames = new WeakMap<Item, string>()

/** With those of its variants. */
function plainName(item: Shelved): string {
  const { variants = [] } = item
  const name = plainNames.get(item) ?? folded([item, ...variants].map((each) => each.name).join('\n'))
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
