import type { Sql } from '../platform/db.ts'
import { tarEnd, tarEntry } from '../platform/tar.ts'
import * as queries from './queries.ts'

/** Texts may have a megabyte each, so few at a time; a file within has about so many bytes. */
const textsAtOnce = 20
const rowsAtOnce = 500
const partBytes = 1024 * 1024

type Line = Record<string, unknown> & { id: number }

/**
 * A tar of all that the board keeps of a member, piece by piece: `account.json`, a line of JSON each in
 * `KIND/000001.jsonl`, and pictures. Each piece is read when it is asked for, so that no more than a megabyte
 * or a picture is in memory, and no connection is held between them.
 */
export async function* ownData(sql: Sql, user: number, site: string): AsyncGenerator<Uint8Array> {
  const account = await queries.accountOf(sql, user)
  if (!account) return
  yield* tarEntry(
    'account.json',
    textOf({ format: 'agora-member', version: 1, site, ...account, ...(await lists(sql, user)) }),
  )
  const avatar = await queries.avatarOf(sql, user)
  if (avatar) yield* tarEntry('avatar.webp', avatar)

  const shown = new Set<string>()
  for (const [kind, page, atOnce] of pages) {
    let part = 0
    let lines: Uint8Array[] = []
    let bytes = 0
    const end = () => {
      const whole = tarEntry(`${kind}/${String(++part).padStart(6, '0')}.jsonl`, Buffer.concat(lines))
      lines = []
      bytes = 0
      return whole
    }
    let after: Line | undefined
    for (let isMore = true; isMore; ) {
      const rows = await page(sql, user, after, atOnce)
      for (const row of rows) {
        lines.push(textOf(row))
        bytes += lines.at(-1)?.length ?? 0
        if (bytes >= partBytes) yield* end()
        for (const hash of picturesIn(row)) {
          if (shown.has(hash)) continue
          shown.add(hash)
          const picture = await queries.pictureOf(sql, hash)
          if (picture) yield* tarEntry(`pictures/${hash}.webp`, picture)
        }
      }
      after = rows.at(-1)
      isMore = rows.length === atOnce
    }
    if (lines.length > 0) yield* end()
  }
  yield tarEnd
}

async function lists(sql: Sql, user: number) {
  const moderated = await queries.moderatedBy(sql, user)
  return {
    sessions: await queries.sessionsOf(sql, user),
    passkeys: await queries.passkeysOf(sql, user),
    tokens: await queries.tokensOf(sql, user),
    sanctions: await queries.sanctionsOf(sql, user),
    groups: await queries.groupsOf(sql, user),
    moderates: moderated.map(({ category }) => category),
    orderWindows: (await queries.windowsTold(sql, user)).map(({ level }) => level),
    events: await queries.eventsOf(sql, user),
  }
}

/** A line of JSON, without what is NULL. */
const textOf = (line: object) =>
  Buffer.from(`${JSON.stringify(line, (_, value) => (value === null ? undefined : value))}\n`)

const picturesIn = ({ picture, pictures }: Line): string[] =>
  [picture, ...(Array.isArray(pictures) ? pictures : [])].filter((each) => typeof each === 'string')

type Page = (sql: Sql, user: number, after: Line | undefined, limit: number) => Promise<Line[]>
type Kind = [kind: string, page: Page, atOnce: number]

const byId =
  (read: (sql: Sql, user: number, after: number, limit: number) => Promise<Line[]>): Page =>
  (sql, user, after, limit) =>
    read(sql, user, after?.id ?? 0, limit)

const pages: Kind[] = [
  ['posts', byId(postsWithPictures), textsAtOnce],
  ['comments', commentsByPost, textsAtOnce],
  ['hidden-comments', byId(queries.hiddenCommentsOf), textsAtOnce],
  ['waiting', byId(queries.heldTextsOf), textsAtOnce],
  ['likes', byId(queries.likesOf), rowsAtOnce],
  ['orders', byId(ordersWithLines), rowsAtOnce],
  ...queries.followedKinds.map(
    (kind): Kind => [`follows-${kind}`, byId((...args) => followsOf(kind, ...args)), rowsAtOnce],
  ),
  ['interests', byId(queries.interestsOf), rowsAtOnce],
  ['stock-waits', byId(queries.stockWaitsOf), rowsAtOnce],
  ['reports', byId(queries.reportsOf), rowsAtOnce],
  ['appeals', byId(queries.appealsOf), rowsAtOnce],
  ['confirmations', byId(queries.confirmationsOf), rowsAtOnce],
]

function followsOf(kind: queries.Followed, sql: Sql, user: number, after: number, limit: number) {
  return queries.followsOf(sql, kind, user, after, limit)
}

function commentsByPost(sql: Sql, user: number, after: Line | undefined, limit: number) {
  return queries.commentsOf(sql, user, [Number(after?.post ?? 0), after?.id ?? 0], limit)
}

async function postsWithPictures(sql: Sql, user: number, after: number, limit: number): Promise<Line[]> {
  const posts = await queries.postsOf(sql, user, after, limit)
  const offers = posts.flatMap(({ id, offer }) => (offer === null ? [] : [id]))
  const pictures = offers.length > 0 ? await queries.offerPicturesOf(sql, offers) : []
  return posts.map((post) => {
    const own = pictures.filter((each) => each.post === post.id).map(({ picture }) => picture)
    return own.length > 0 ? { ...post, pictures: own } : post
  })
}

async function ordersWithLines(sql: Sql, user: number, after: number, limit: number): Promise<Line[]> {
  const orders = await queries.ordersOf(sql, user, after, limit)
  if (orders.length === 0) return []
  const ids = orders.map(({ id }) => id)
  const linesOf = Map.groupBy(await queries.orderLinesOf(sql, ids), ({ order }) => order)
  const invoicesOf = Map.groupBy(await queries.invoicesOf(sql, ids), ({ order }) => order)
  return orders.map((order) => ({
    ...order,
    lines: (linesOf.get(order.id) ?? []).map(({ order: _, ...line }) => line),
    invoices: (invoicesOf.get(order.id) ?? []).map(({ order: _, content, ...invoice }) => ({
      ...invoice,
      content: content === null ? null : JSON.parse(content),
    })),
  }))
}
