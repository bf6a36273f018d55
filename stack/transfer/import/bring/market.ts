import type { Line } from '../../format.ts'
import { itemsNamed, makeVariant, numberInvoicesAfter, setInvoiced } from '../queries.ts'
import { bringPictures } from './pictures.ts'
import {
  at,
  type Bring,
  type Bringing,
  insertAll,
  keyOf,
  localOf,
  mapOf,
  note,
  numberedRows,
} from './rows.ts'
import { putIntoWindows } from './windows.ts'

export const bringItems: Bring<'items'> = async (bringing, lines) => {
  const there = new Map(
    (
      await itemsNamed(
        bringing.sql,
        lines.map(({ name }) => name),
      )
    ).map(({ id, name }) => [name, id]),
  )
  await note(
    bringing,
    'items',
    lines.flatMap(({ id, name }): [number, number][] =>
      there.has(name) ? [[id, there.get(name) ?? 0]] : [],
    ),
  )
  const fresh = lines.filter(({ name }) => !there.has(name))
  await bringPictures(
    bringing,
    fresh.flatMap(({ pictures }) => pictures ?? []),
  )
  const posts = await mapOf(
    bringing,
    'posts',
    fresh.map(({ post }) => post),
  )
  const ids = await numberedRows(
    bringing,
    'items',
    'items',
    fresh.map(({ id, name, quantity, price, description = '', category = '', unit = '', ...line }) => ({
      ...{ id, name, quantity, price, description, category, unit, most_each: line.mostEach ?? null },
      low_at: line.lowAt ?? null,
      post_id: localOf(posts, line.post),
    })),
  )
  await insertAll(
    bringing.sql,
    'item_pictures',
    fresh.flatMap(({ id, pictures = [] }) =>
      pictures.map(({ hash, alt }, index) => ({
        ...{ item_id: ids.get(id) ?? 0, place: index + 1, image_hash: hash, image_alt: alt },
      })),
    ),
  )
  return lines.length
}

export const bringVariants: Bring<'variants'> = async (bringing, lines) => {
  const items = await mapOf(
    bringing,
    'items',
    lines.flatMap(({ item, of }) => [item, of]),
  )
  let came = 0
  for (const line of lines) {
    const [item, of] = [items.get(line.item), items.get(line.of)]
    if (item && of && (await makeVariant(bringing.sql, item, of))) came++
  }
  return came
}

export const bringOrders: Bring<'orders'> = async (bringing, lines) => {
  const { sql, file } = bringing
  const members = await mapOf(
    bringing,
    'members',
    lines.flatMap(({ member, payments = [] }) => [member, ...payments.map(({ by }) => by)]),
  )
  const items = await mapOf(
    bringing,
    'items',
    lines.flatMap((line) => line.lines.map(({ item }) => item)),
  )
  const ids = await numberedRows(
    bringing,
    'orders',
    'orders',
    lines.map((line) => {
      const key = keyOf(`${file.about.board} ${line.id}`)
      return {
        ...{ id: line.id, user_id: localOf(members, line.member), state: line.state },
        ...{
          request_key: key,
          request_hash: key,
          created_at: at(line.createdAt),
          closed_at: at(line.closedAt),
          paid_at: at(line.paidAt),
        },
      }
    }),
  )
  const rows = lines.flatMap(({ id, lines: own }) =>
    own.map(({ item, name, quantity, price }, index) => ({
      ...{
        order_id: ids.get(id) ?? 0,
        line: index + 1,
        item_id: localOf(items, item),
        name,
        quantity,
        price,
      },
    })),
  )
  await insertAll(sql, 'order_lines', rows)
  const notes = lines.flatMap(({ id, payments = [] }) =>
    payments.map(({ isPaid, reason, by, at: notedAt }) => ({
      ...{ order_id: ids.get(id) ?? 0, is_paid: isPaid, reason },
      ...{ noted_by: localOf(members, by), noted_at: at(notedAt) },
    })),
  )
  await insertAll(sql, 'payment_notes', notes)
  await putIntoWindows(bringing, lines, ids)
  await bringInvoices(bringing, lines)
  return lines.length
}

/**
 * Invoices are papers of the board that made them, with its numbers: they come where everything keeps its
 * number. Elsewhere they stay behind, and the order gets one of that board when it is paid.
 */
async function bringInvoices({ sql, known }: Bringing, lines: Line<'orders'>[]): Promise<void> {
  if (known.keepsIds === 0) return
  const rows = lines.flatMap(({ id, invoices = [] }) =>
    invoices.map(({ year, number, kind, issuedAt, content = null }) => ({
      ...{ year, number, order_id: id, kind, issued_at: at(issuedAt), content },
    })),
  )
  if (rows.length === 0) return
  await insertAll(sql, 'invoices', rows)
  await setInvoiced(sql, [...new Set(rows.map(({ order_id }) => order_id))])
  for (const [year, own] of Map.groupBy(rows, (row) => row.year))
    await numberInvoicesAfter(sql, year, Math.max(...own.map(({ number }) => number)))
}
