import { amountIn } from './money.ts'
import type { Item } from './queries.ts'

export const sortOrders = ['name', 'cheapest', 'dearest', 'newest'] as const
export type SortOrder = (typeof sortOrders)[number]

/** What a visitor chose to see of the market. */
export type Choice = { q: string; sort: SortOrder; inStock: boolean; page: number }

/** One page of what was found; `found` counts all pages. */
export type Listing = { items: Item[]; found: number; pages: number; choice: Choice }

const itemsOnPage = 48

/** What the market's address asks for; what makes no sense there is as if it was not there. */
export function choiceIn({ searchParams }: URL): Choice {
  const page = searchParams.get('page') ?? ''
  return {
    q: (searchParams.get('q') ?? '').slice(0, 100),
    sort: sortOrders.find((each) => each === searchParams.get('sort')) ?? 'name',
    inStock: searchParams.get('stock') === 'in',
    page: /^[1-9]\d{0,5}$/.test(page) ? Number(page) : 1,
  }
}

/** Searches, sorts and pages a list that is sorted by name. */
export function listing(items: Item[], choice: Choice, pageSize = itemsOnPage): Listing {
  const found = matching(items, choice)
  const pages = Math.max(1, Math.ceil(found.length / pageSize))
  const page = Math.min(choice.page, pages)
  return {
    items: found.slice((page - 1) * pageSize, page * pageSize),
    found: found.length,
    pages,
    choice: { ...choice, page },
  }
}

/** All that fits a choice, on whatever page. What is sold out comes last, however it is sorted. */
export function matching(items: Item[], { q, sort, inStock }: Choice): Item[] {
  const words = plain(q).split(/\s+/).filter(Boolean)
  return items
    .filter(({ name, quantity }) => (quantity > 0 || !inStock) && hasAll(plain(name), words))
    .sort((one, other) => soldOutLast(one, other) || compare[sort](one, other))
}

const hasAll = (text: string, words: string[]) => words.every((word) => text.includes(word))

const soldOutLast = (one: Item, other: Item) => Number(one.quantity === 0) - Number(other.quantity === 0)

const compare: Record<SortOrder, (one: Item, other: Item) => number> = {
  name: () => 0,
  cheapest: (one, other) => amount(one) - amount(other),
  dearest: (one, other) => amount(other) - amount(one),
  newest: (one, other) => other.id - one.id,
}

/** A price is small enough for a number. */
const amount = ({ price }: Item) => Number(amountIn(price) ?? 0n)

/** Without case and accents: "creme" finds "Crème". */
const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
