import { addBatch } from '../../../batcher/flush/queries.ts'
import { hashOf } from '../../../batcher/ledger/batch.ts'
import { hashOf as hashOfAction } from '../../../src/action-log/chain.ts'
import { lockHead } from '../../../src/action-log/queries.ts'
import { noteChanged } from '../../../src/changes/queries.ts'
import { lockNames } from '../../../src/names/queries.ts'
import { placeKeyOf } from '../../../src/offers/place-key.ts'
import { windowBetween } from '../../../src/order-windows/queries.ts'
import { chunks } from '../../../src/platform/async.ts'
import type { Sql, SqlValue } from '../../../src/platform/db.ts'
import { newSecret } from '../../../src/platform/secrets.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import { ranksOf, setRanked, setRanks } from '../../../src/ranking/queries.ts'
import { insertTags } from '../../../src/tags/queries.ts'
import { isLanguage } from '../../../texts/languages.ts'
import type { Print } from '../../stack.ts'
import type { BoardReader } from '../board-file.ts'
import { type Kind, type Line, ofPlace, ofSubject } from '../format.ts'
import {
  addImport,
  addImported,
  categoriesNamed,
  countComments,
  countIn,
  giveUpIds,
  gonePostsThere,
  holdWindows,
  type Import,
  idsThere,
  imported,
  insertRows,
  isPassed,
  itemsNamed,
  keysTaken,
  lastImportedBatch,
  linkTags,
  lockImport,
  makeVariant,
  membersNamed,
  type Numbered,
  numberInvoicesAfter,
  setHead,
  setInvoiced,
  setParents,
  stepOfIds,
  tagsNamed,
  type Values,
  windowsOfPickups,
} from './queries.ts'
import { entryOf } from './read.ts'

/** A transaction that brings some lines of one kind, none of which has come yet. */
export type Bringing = { sql: Sql; known: Import; file: BoardReader; print: Print }

/** Resolves to how many of the lines came. */
type Bring<K extends Kind> = (bringing: Bringing, lines: Line<K>[]) => Promise<number>

const keyOf = (text: string) => Buffer.from(sha256(text), 'hex')
const bytes = (hex: string) => Buffer.from(hex, 'hex')
const at = (time: string | undefined) => (time === undefined ? null : new Date(time))
/** A batch of likes that came from elsewhere is of this name. */
const batcher = 'import'

export const bringMembers: Bring<'members'> = async (bringing, lines) => {
  const { sql, file } = bringing
  await lockNames(sql, 'users')
  const named = await membersNamed(
    sql,
    lines.map(({ name }) => keyOf(name)),
  )
  const there = new Map(named.map((each) => [each.nameKey, each]))
  const isSame = ({ name, passwordHash }: Line<'members'>) =>
    passwordHash !== undefined && there.get(sha256(name))?.passwordHash === passwordHash
  const same = lines.filter(isSame)
  await note(
    bringing,
    'members',
    same.map((line) => [line.id, there.get(sha256(line.name))?.id ?? 0]),
  )
  const fresh = lines.filter((line) => !isSame(line))
  const names = await freeNames(
    sql,
    fresh.map(({ name }) => name),
  )
  const ids = await numberedRows(
    bringing,
    'members',
    'users',
    fresh.map((line, index) => {
      const name = names[index] ?? line.name
      return {
        id: line.id,
        ...{ name, name_key: keyOf(name), look_twin: keyOf(name) },
        password_hash: line.passwordHash ?? null,
        language: isLanguage(line.language) ? line.language : null,
        ...{ role: line.role, created_at: at(line.createdAt), disabled_at: at(line.disabledAt) },
      }
    }),
  )
  const owned = fresh.map((line) => ({ line, user_id: ids.get(line.id) ?? 0 }))
  for (const { line, user_id } of owned) {
    const picture = line.avatar && file.entries.find(({ name }) => name === `avatars/${line.avatar}.webp`)
    if (picture)
      await insertRows(sql, 'avatars', [{ user_id, hash: line.avatar ?? '', picture: file.read(picture) }])
  }
  await add(sql, 'addresses', owned, ({ address }) =>
    address
      ? [
          {
            address: address.address,
            address_key: keyOf(address.address.toLowerCase()),
            language: address.language,
            refused_at: at(address.refusedAt),
          },
        ]
      : [],
  )
  await add(sql, 'second_factors', owned, ({ secondFactor: factor }) =>
    factor ? [{ secret: factor.secret, last_step: factor.lastStep, created_at: at(factor.createdAt) }] : [],
  )
  await add(sql, 'recovery_codes', owned, ({ recoveryCodes = [] }) =>
    recoveryCodes.map((code) => ({ code_key: bytes(code) })),
  )
  await add(sql, 'passkeys', owned, ({ passkeys = [] }) =>
    passkeys.map((each) => ({
      ...{ name: each.name, counter: each.counter, public_key: bytes(each.publicKey) },
      credential_id: bytes(each.credentialId),
      credential_key: bytes(sha256(bytes(each.credentialId))),
      ...{ created_at: at(each.createdAt), used_at: at(each.usedAt) },
    })),
  )
  await add(sql, 'single_sign_ons', owned, ({ singleSignOn: sign }) =>
    sign
      ? [{ identity_key: bytes(sign.identity), made_admin: sign.madeAdmin, created_at: at(sign.createdAt) }]
      : [],
  )
  await add(sql, 'notice_mails', owned, ({ mails }) =>
    mails
      ? [
          {
            ...{ pace: mails.pace, time_zone: mails.timeZone, token: newSecret(), mailed_up_to: 0 },
            // The courier finds the next time when it has looked.
            due_at: mails.pace === 'never' ? null : new Date(),
          },
        ]
      : [],
  )
  await add(sql, 'sanctions', owned, ({ sanctions = [] }) =>
    sanctions.map(({ kind, until }) => ({ kind, until_at: at(until) })),
  )
  await add(sql, 'follow_refusals', owned, ({ followsByHand }) => (followsByHand ? [{}] : []))
  await add(sql, 'market_follows', owned, ({ market }) => (market ? [{ level: market }] : []))
  await notePaths(bringing, 'members', lines, ({ id, name }) => ids.get(id) ?? there.get(sha256(name))?.id)
  return lines.length
}

/** What belongs to members; what somebody else has here already, such as an address, stays theirs. */
async function add(
  sql: Sql,
  table: string,
  owned: { line: Line<'members'>; user_id: number }[],
  rowsOf: (line: Line<'members'>) => Values[],
): Promise<void> {
  const rows = owned.flatMap(({ line, user_id }) => rowsOf(line).map((row) => ({ user_id, ...row })))
  for (const some of chunks(rows, 500)) await insertRows(sql, table, some, true)
}

/** Returns the names themselves where they are free, else with the first number behind that makes them so. */
export async function freeNames(sql: Sql, names: string[]): Promise<string[]> {
  const given = new Set<string>()
  const taken = async (some: string[]) =>
    new Set((await membersNamed(sql, some.map(keyOf))).map(({ nameKey }) => nameKey))
  const first = names.length > 0 ? await taken(names) : new Set<string>()
  const free: string[] = []
  for (const name of names) {
    let chosen = name
    let isTaken = first.has(sha256(name)) || given.has(name)
    for (let number = 2; isTaken; number++) {
      chosen = `${name}-${number}`
      isTaken = given.has(chosen) || (await taken([chosen])).size > 0
    }
    given.add(chosen)
    free.push(chosen)
  }
  return free
}

/** As in sql/schema.sql: beside categories of here, others come last. */
const unplaced = 1_000_000

const bringCategories: Bring<'categories'> = async (bringing, lines) => {
  const { sql } = bringing
  await lockNames(sql, 'categories')
  const named = await categoriesNamed(
    sql,
    lines.map(({ name }) => keyOf(name)),
  )
  const there = new Map(named.map(({ nameKey, id }) => [nameKey, id]))
  const close = (category: number) =>
    // Who may read it here an admin says: until then nobody else does.
    insertRows(sql, 'doors', [{ category_id: category, read_by: 'groups', write_by: 'members' }], true)
  for (const { id, name, description = '', place, hue = null, isClosed = false } of lines) {
    const same = there.get(sha256(name))
    if (same !== undefined) {
      if (isClosed) await close(same)
      await note(bringing, 'categories', [[id, same]])
      continue
    }
    const row = {
      ...{ id, name, name_key: keyOf(name), look_twin: keyOf(name), description, hue },
      place: bringing.known.keepsIds ? place : unplaced,
    }
    const ids = await numberedRows(bringing, 'categories', 'categories', [row])
    const local = ids.get(id) ?? 0
    if (isClosed) await close(local)
    there.set(sha256(name), local)
  }
  await notePaths(bringing, 'categories', lines, ({ name }) => there.get(sha256(name)))
  return lines.length
}

type Shown = NonNullable<Line<'posts'>['picture']>

/** Stores the files of pictures; those that are here stay. */
async function bringPictures({ sql, file }: Bringing, pictures: Shown[]): Promise<void> {
  if (pictures.length === 0) return
  const blobs = new Map(file.entries.map((entry) => [entry.name, entry]))
  for (const { hash, width, height } of pictures) {
    const [large, small] = [blobs.get(`pictures/${hash}.webp`), blobs.get(`pictures/${hash}.small.webp`)]
    if (!large || !small) continue
    const row = { hash, width, height, small: file.read(small), large: file.read(large) }
    await insertRows(sql, 'images', [row], true)
  }
}

const bringPosts: Bring<'posts'> = async (bringing, lines) => {
  const { sql } = bringing
  const acts = lines.flatMap(({ act }) => (act ? [act] : []))
  const taken = new Set(
    await keysTaken(
      sql,
      'acts',
      acts.map(({ id }) => keyOf(id)),
    ),
  )
  const categories = await mapOf(
    bringing,
    'categories',
    lines.map(({ category }) => category),
  )
  const come = lines.filter(
    ({ act, category }) => categories.has(category) && !(act && taken.has(sha256(act.id))),
  )
  if (come.length === 0) return 0
  const members = await mapOf(
    bringing,
    'members',
    come.flatMap(({ author, removed }) => [author, removed?.author, removed?.by]),
  )
  await bringPictures(bringing, come.flatMap(picturesIn))
  const ids = await numberedRows(
    bringing,
    'posts',
    'posts',
    come.map((line) => ({
      id: line.id,
      category_id: categories.get(line.category) ?? 0,
      author_id: localOf(members, line.author),
      ...{ title: line.title, body: line.body, likes: line.likes },
      ...{ image_hash: line.picture?.hash ?? null, image_alt: line.picture?.alt ?? '' },
      ...{ created_at: at(line.createdAt), edited_at: at(line.editedAt) },
    })),
  )
  const local = (line: Line<'posts'>) => ids.get(line.id) ?? 0
  await note(
    bringing,
    'openers',
    come.flatMap((line): [number, number][] => (line.opener ? [[line.opener, local(line)]] : [])),
  )
  await insertAll(
    sql,
    'acts',
    come.flatMap((line) =>
      line.act ? [actRow(line.act, local(line), categories.get(line.category) ?? 0)] : [],
    ),
  )
  await insertAll(
    sql,
    'removed_posts',
    come.flatMap((line) =>
      line.removed
        ? [
            {
              post_id: local(line),
              title: line.removed.title,
              author_id: localOf(members, line.removed.author),
              removed_by: localOf(members, line.removed.by),
              ...{
                is_open: line.removed.isOpen,
                reason: line.removed.reason,
                removed_at: at(line.removed.at),
              },
            },
          ]
        : [],
    ),
  )
  await insertAll(
    sql,
    'locked_posts',
    come.filter(({ isLocked }) => isLocked).map((line) => ({ post_id: local(line) })),
  )
  const offers = come.filter(({ offer }) => offer)
  await insertAll(
    sql,
    'offers',
    offers.map((line) => offerRow(line, local(line))),
  )
  await insertAll(
    sql,
    'offer_pictures',
    offers.flatMap((line) =>
      (line.offerPictures ?? []).map(({ hash, alt }, index) => ({
        ...{ post_id: local(line), place: index + 1, image_hash: hash, alt },
      })),
    ),
  )
  // Hidden ones are not counted.
  for (const [category, own] of Map.groupBy(come, ({ category }) => categories.get(category) ?? 0)) {
    const shown = own.filter(({ removed }) => !removed)
    await countIn(sql, category, shown.length, shown.filter(({ act }) => act).length)
  }
  await setRanks(sql, await ranksOf(sql, come.map(local)))
  const tagged = come.flatMap((line) => (line.tags ?? []).map((tag): [string, number] => [tag, local(line)]))
  if (tagged.length > 0) {
    await insertTags(sql, [...new Set(tagged.map(([tag]) => tag))])
    await linkTags(sql, tagged)
  }
  await addLikes(
    sql,
    come.map((line): [number, number] => [local(line), line.likes]),
  )
  await tellSearch(sql, 'post', 'posts', come.map(local))
  return come.length
}

const picturesIn = ({ picture, offerPictures = [] }: Line<'posts'>) =>
  picture ? [picture, ...offerPictures] : offerPictures

const offerRow = ({ offer }: Line<'posts'>, post_id: number): Values => ({
  ...{ post_id, kind: offer?.kind ?? 'sale', price: offer?.price ?? null, state: offer?.state ?? 'gone' },
  ...{ place: offer?.place ?? '', place_key: placeKeyOf(offer?.place ?? '') },
})

const actRow = (act: NonNullable<Line<'posts'>['act']>, post_id: number, category_id: number): Values => ({
  ...{ post_id, category_id, act_id: act.id, act_key: keyOf(act.id) },
  ...{ username: act.username, username_key: keyOf(act.username), timestamp: act.timestamp },
  ...{ moment: act.moment, image: act.image, bytes: act.bytes },
})

/** The next batch of the chain of imports: its likes are in `posts` already. */
async function addLikes(sql: Sql, likes: [post: number, likes: number][]): Promise<void> {
  const entries = likes.filter(([, added]) => added > 0).sort(([a], [b]) => a - b)
  if (entries.length === 0) return
  const last = await lastImportedBatch(sql, batcher)
  const number = last.number + 1
  await addBatch(sql, {
    ...{ batcher, number, posts: entries.length, entries: JSON.stringify(entries) },
    likes: entries.reduce((sum, [, added]) => sum + added, 0),
    hash: hashOf(last.hash, batcher, number, entries),
  })
  // Ranks have them from the start.
  await setRanked(sql, { batcher, number: String(number) })
}

const bringComments: Bring<'comments'> = async (bringing, lines) => {
  const { sql } = bringing
  const posts = await mapOf(
    bringing,
    'posts',
    lines.map(({ post }) => post),
  )
  const come = lines.filter(({ post }) => posts.has(post))
  if (come.length === 0) return 0
  const members = await mapOf(
    bringing,
    'members',
    come.flatMap(({ author, hidden }) => [author, hidden?.author]),
  )
  const before = await mapOf(
    bringing,
    'comments',
    come.flatMap(({ root, parent }) => [root, parent]),
  )
  const ids = await numberedRows(
    bringing,
    'comments',
    'comments',
    come.map((line) => ({
      id: line.id,
      post_id: posts.get(line.post) ?? 0,
      ...{ root_id: localOf(before, line.root), parent_id: localOf(before, line.parent) },
      ...{ author_id: localOf(members, line.author), body: line.body, reason: line.reason ?? null },
      ...{ created_at: at(line.createdAt), edited_at: at(line.editedAt), removed_at: at(line.removedAt) },
    })),
  )
  for (const [source, id] of ids) before.set(source, id)
  // What they answer may have got its number with them.
  const answers = come
    .filter(({ root, parent }) => [root, parent].some((each) => each !== undefined && ids.has(each)))
    .map(({ id, root = 0, parent = 0 }) => ({
      ...{ id: ids.get(id) ?? 0, root: before.get(root) ?? null, parent: before.get(parent) ?? null },
    }))
  if (answers.length > 0) await setParents(sql, answers)
  const counts = new Map<number, number>()
  for (const { post, removedAt } of come) {
    const id = posts.get(post) ?? 0
    if (removedAt === undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  await insertAll(
    sql,
    'hidden_comments',
    come.flatMap(({ id, hidden }) =>
      hidden
        ? [
            {
              comment_id: before.get(id) ?? 0,
              author_id: localOf(members, hidden.author),
              body: hidden.body,
              hidden_at: at(hidden.at),
            },
          ]
        : [],
    ),
  )
  if (counts.size > 0)
    await countComments(
      sql,
      [...counts].sort(([a], [b]) => a - b),
    )
  await notePaths(bringing, 'comments', come, ({ id }) => before.get(id))
  await tellSearch(
    sql,
    'comment',
    'comments',
    come.map(({ id }) => before.get(id) ?? 0),
  )
  return come.length
}

const bringLikes: Bring<'likes'> = async (bringing, lines) => {
  const posts = await mapOf(
    bringing,
    'posts',
    lines.map(({ post }) => post),
  )
  const members = await mapOf(
    bringing,
    'members',
    lines.map(({ member }) => member),
  )
  return insertAll(
    bringing.sql,
    'likes',
    lines.flatMap((line) => {
      const [post_id, user_id] = [posts.get(line.post), members.get(line.member)]
      return post_id && user_id ? [{ post_id, user_id, created_at: at(line.at) }] : []
    }),
    true,
  )
}

const bringItems: Bring<'items'> = async (bringing, lines) => {
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

const bringVariants: Bring<'variants'> = async (bringing, lines) => {
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

/** Members order in windows from then on, where the board keeps numbers or one of them is not over. */
const bringWindows: Bring<'windows'> = async (bringing, lines) => {
  const { sql, known } = bringing
  const now = new Date()
  await holdWindows(sql, known.keepsIds === 1)
  const come: Line<'windows'>[] = []
  for (const line of lines) {
    const other = known.keepsIds ? undefined : await windowMet(sql, line, now)
    // There is one window at a time.
    if (other === undefined) come.push(line)
    else if (hasOpened(line, now)) come.push({ ...line, closes: now.toISOString() })
  }
  if (come.some(({ closes }) => new Date(closes) > now)) await holdWindows(sql, true)
  const ids = await numberedRows(
    bringing,
    'windows',
    'order_windows',
    come.map(({ id, name, opens, closes, timeZone }) => ({
      ...{ id, name, opens_at: at(opens), closes_at: at(closes), time_zone: timeZone },
    })),
  )
  await insertAll(
    sql,
    'window_tellings',
    come.flatMap(({ id, told = [] }) =>
      told.map((stage) => ({ window_id: ids.get(id) ?? 0, stage, told_at: now })),
    ),
  )
  return come.length
}

/** Returns the window of this board that is open for some of the time that is left of another, if one is. */
export async function windowMet(sql: Sql, { opens, closes }: Line<'windows'>, now: Date) {
  const ends = new Date(closes)
  return ends <= now ? undefined : windowBetween(sql, new Date(opens), ends, 0)
}

export const hasOpened = ({ opens }: Line<'windows'>, now: Date) => new Date(opens) < now

const bringPickups: Bring<'pickups'> = async (bringing, lines) => {
  const windows = await mapOf(
    bringing,
    'windows',
    lines.map(({ window }) => window),
  )
  const come = lines.filter(({ window }) => windows.has(window))
  await numberedRows(
    bringing,
    'pickups',
    'pickups',
    come.map(({ id, window, place, starts, ends }) => ({
      ...{ id, window_id: windows.get(window) ?? 0, place, starts_at: at(starts), ends_at: at(ends) },
    })),
  )
  return come.length
}

const bringOrders: Bring<'orders'> = async (bringing, lines) => {
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

/** Those whose pick-up came are of its window. */
async function putIntoWindows(bringing: Bringing, lines: Line<'orders'>[], ids: Map<number, number>) {
  const pickups = await mapOf(
    bringing,
    'pickups',
    lines.map(({ pickup }) => pickup),
  )
  if (pickups.size === 0) return
  const found = await windowsOfPickups(bringing.sql, [...new Set(pickups.values())])
  const windows = new Map(found.map(({ id, window }) => [id, window]))
  const rows = lines.flatMap(({ id, pickup = 0 }) => {
    const [pickup_id, order_id] = [pickups.get(pickup) ?? 0, ids.get(id) ?? 0]
    const window_id = windows.get(pickup_id)
    return window_id === undefined ? [] : [{ order_id, window_id, pickup_id }]
  })
  await insertAll(bringing.sql, 'window_orders', rows)
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

const bringFollows: Bring<'follows'> = async (bringing, lines) => {
  const members = await mapOf(
    bringing,
    'members',
    lines.map(({ member }) => member),
  )
  let came = 0
  for (const [kind, own] of Map.groupBy(lines, (line) => String(line.kind))) {
    const subjects =
      kind === 'tag'
        ? await tagIds(
            bringing.sql,
            own.map(({ subject }) => String(subject)),
          )
        : await mapOf(
            bringing,
            ofFollowed[kind] ?? 'posts',
            own.map(({ subject }) => Number(subject)),
          )
    came += await insertAll(
      bringing.sql,
      `${kind}_follows`,
      own.flatMap(({ subject, member, level }) => {
        const [subject_id, user_id] = [(subjects as Map<unknown, number>).get(subject), members.get(member)]
        return subject_id && user_id ? [{ subject_id, user_id, level }] : []
      }),
      true,
    )
  }
  return came
}

const ofFollowed: Record<string, Kind> = { post: 'posts', category: 'categories', member: 'members' }

async function tagIds(sql: Sql, names: string[]): Promise<Map<string, number>> {
  await insertTags(sql, [...new Set(names)])
  return new Map((await tagsNamed(sql, names)).map(({ id, name }) => [name, id]))
}

const bringModerators: Bring<'moderators'> = async (bringing, lines) => {
  const members = await mapOf(
    bringing,
    'members',
    lines.flatMap(({ member, madeBy }) => [member, madeBy]),
  )
  const categories = await mapOf(
    bringing,
    'categories',
    lines.map(({ category }) => category),
  )
  return insertAll(
    bringing.sql,
    'moderators',
    lines.flatMap((line) => {
      const [user_id, category_id] = [
        members.get(line.member),
        line.category === 0 ? 0 : categories.get(line.category),
      ]
      if (user_id === undefined || category_id === undefined) return []
      return [
        {
          user_id,
          category_id,
          made_by: localOf(members, line.madeBy),
          by_group: line.byGroup,
          made_at: at(line.madeAt),
        },
      ]
    }),
    true,
  )
}

/** Their numbers have no post; where all have new ones they would stand in the place of others. */
const bringGonePosts: Bring<'goneposts'> = async (bringing, lines) => {
  if (bringing.known.keepsIds === 0) return 0
  const there = new Set(
    (
      await gonePostsThere(
        bringing.sql,
        lines.map(({ post }) => post),
      )
    ).map(({ id }) => id),
  )
  const members = await mapOf(
    bringing,
    'members',
    lines.flatMap(({ author, by }) => [author, by]),
  )
  return insertAll(
    bringing.sql,
    'removed_posts',
    lines
      .filter(({ post }) => !there.has(post))
      .map((line) => ({
        ...{ post_id: line.post, title: line.title, author_id: localOf(members, line.author) },
        removed_by: localOf(members, line.by),
        ...{ is_open: line.isOpen, reason: line.reason, removed_at: at(line.at) },
      })),
    true,
  )
}

const bringModeration: Bring<'moderation'> = async (bringing, lines) => {
  const members = await mapOf(
    bringing,
    'members',
    lines.map(({ by }) => by),
  )
  await numberedRows(
    bringing,
    'moderation',
    'moderation_log',
    lines.map(({ id, what, subject, by, isOpen, at: doneAt }) => ({
      ...{ id, what, subject, done_by: localOf(members, by), is_open: isOpen, done_at: at(doneAt) },
    })),
  )
  return lines.length
}

const bringAdminNotes: Bring<'adminnotes'> = async (bringing, lines) => {
  const members = await mapOf(
    bringing,
    'members',
    lines.map(({ by }) => by),
  )
  await numberedRows(
    bringing,
    'adminnotes',
    'admin_notes',
    lines.map(({ id, what, subject, detail, by, at: doneAt }) => ({
      ...{ id, what, subject, detail, done_by: localOf(members, by), done_at: at(doneAt) },
    })),
  )
  return lines.length
}

/**
 * The log is a chain over numbers of posts, comments and members: it comes as it is, where those are the same
 * here and what this board has of a log is its beginning, or it does not come.
 */
const bringActions: Bring<'actions'> = async ({ sql, known }, lines) => {
  if (known.keepsIds === 0) return 0
  const head = await lockHead(sql)
  const fresh = lines.filter(({ number }) => number > head.number)
  const [first] = fresh
  const last = fresh.at(-1)
  if (!first || !last || hashOfAction(head.hash, entryOf(first)) !== first.hash) return 0
  await insertAll(
    sql,
    'moderation_actions',
    fresh.map((line) => ({
      ...{
        number: line.number,
        act: line.act,
        kind: line.kind,
        subject_id: line.subject,
        reason: line.reason,
      },
      ...{ done_by: line.by, done_at: at(line.doneAt), hash: line.hash },
      ...{ rule: line.rule ?? null, detail: line.detail ?? null, until_at: at(line.until) },
      ...{ refers_to: line.refersTo ?? null, concerns: line.concerns ?? null },
    })),
  )
  await insertAll(
    sql,
    'appeals',
    fresh.flatMap(({ number, appeal }) =>
      appeal
        ? [
            {
              ...{ action_number: number, user_id: appeal.member, body: appeal.body },
              ...{ created_at: at(appeal.createdAt), decided_at: at(appeal.decidedAt) },
              ...{
                decided_by: appeal.decidedBy ?? null,
                is_granted: appeal.isGranted,
                answer: appeal.answer,
              },
            },
          ]
        : [],
    ),
  )
  await setHead(sql, last.number, last.hash)
  return fresh.length
}

/** Where the board is another one, they are asked what that one asks. */
const bringRules: Bring<'rules'> = async (bringing, lines) => {
  if (bringing.known.keepsIds === 0) return 0
  await numberedRows(
    bringing,
    'rules',
    'rules',
    lines.map(({ id, place, title, body }) => ({ id, place, title, body })),
  )
  return lines.length
}

const bringReports: Bring<'reports'> = async (bringing, lines) => {
  const subjects = await subjectsOf(bringing, lines)
  const members = await mapOf(
    bringing,
    'members',
    lines.flatMap(({ reporter, closedBy }) => [reporter, closedBy]),
  )
  const come = lines.filter((line) => subjects(line) !== undefined)
  await numberedRows(
    bringing,
    'reports',
    'reports',
    come.map((line) => ({
      ...{ id: line.id, kind: line.kind, subject_id: subjects(line) ?? 0 },
      ...{ reporter_id: localOf(members, line.reporter), reason: line.reason, body: line.body },
      ...{ address: line.address ?? null, language: line.language, created_at: at(line.createdAt) },
      closed_at: at(line.closedAt),
      closed_by: line.closedBy === undefined ? null : doerOf(bringing, members, line.closedBy),
      // The log stays in the file where numbers are others.
      action_number: bringing.known.keepsIds ? (line.action ?? null) : null,
    })),
  )
  return come.length
}

const bringModeratorNotes: Bring<'modnotes'> = async (bringing, lines) => {
  const subjects = await subjectsOf(bringing, lines)
  const members = await mapOf(
    bringing,
    'members',
    lines.map(({ by }) => by),
  )
  const come = lines.filter((line) => subjects(line) !== undefined)
  await numberedRows(
    bringing,
    'modnotes',
    'moderator_notes',
    come.map((line) => ({
      ...{ id: line.id, kind: line.kind, subject_id: subjects(line) ?? 0 },
      ...{ author_id: doerOf(bringing, members, line.by), body: line.body, created_at: at(line.at) },
    })),
  )
  return come.length
}

type OfSubject = { kind: string; subject: number }

/** Returns what says under which number the subject of a line came. */
async function subjectsOf(bringing: Bringing, lines: OfSubject[]) {
  const maps = new Map<string, Map<number, number>>()
  for (const [kind, own] of Map.groupBy(lines, (line) => line.kind)) {
    const ids = own.map(({ subject }) => subject)
    maps.set(kind, await mapOf(bringing, ofSubject[kind] ?? 'posts', ids))
  }
  return ({ kind, subject }: OfSubject) => maps.get(kind)?.get(subject)
}

/** The account may be gone: then its number says nothing where numbers are others, and nobody is 0. */
const doerOf = ({ known }: Bringing, members: Map<number, number>, by = 0) =>
  members.get(by) ?? (known.keepsIds ? by : 0)

/**
 * The boards of other programs that had come there are known here as if they had come here: their addresses
 * go on, and a later dump of one brings what is new.
 */
const bringPlaces: Bring<'places'> = async (bringing, lines) => {
  const { sql } = bringing
  let came = 0
  for (const [board, own] of Map.groupBy(lines, (line) => line.board)) {
    const from = await foreignImport(bringing, board, own[0]?.program ?? '')
    const locals = new Map<string, Map<number, number>>()
    for (const [kind, some] of Map.groupBy(own, (line) => line.kind)) {
      const ids = some.map(({ subject }) => subject)
      locals.set(kind, await mapOf(bringing, ofPlace[kind] ?? 'posts', ids))
    }
    const rows = own.flatMap(({ kind, subject, source, path }) => {
      const local_id = locals.get(kind)?.get(subject)
      return local_id === undefined ? [] : [{ source, path, row: { import_id: from, kind, local_id } }]
    })
    const numbers = rows.flatMap(({ source, row }) => (source ? [{ ...row, source_id: source }] : []))
    const paths = rows.flatMap(({ path, row }) => (path ? [{ ...row, path_key: bytes(path) }] : []))
    came += await insertAll(sql, 'imported', numbers, true)
    came += await insertAll(sql, 'imported_paths', paths, true)
  }
  return came
}

/** Returns the number of the import of a board that came by way of another one. */
async function foreignImport({ sql, known }: Bringing, board: string, program: string): Promise<number> {
  const there = await lockImport(sql, board)
  if (there) return there.id
  await addImport(sql, board, program, known.keepsIds === 1)
  return (await lockImport(sql, board))?.id ?? 0
}

export const bringers: { [K in Kind]: Bring<K> } = {
  ...{ members: bringMembers, categories: bringCategories, posts: bringPosts, comments: bringComments },
  ...{ likes: bringLikes, items: bringItems, variants: bringVariants },
  ...{ windows: bringWindows, pickups: bringPickups, orders: bringOrders, follows: bringFollows },
  ...{ moderators: bringModerators, goneposts: bringGonePosts, moderation: bringModeration },
  ...{ adminnotes: bringAdminNotes, rules: bringRules, actions: bringActions },
  ...{ reports: bringReports, modnotes: bringModeratorNotes, places: bringPlaces },
}

/** Returns how many there were not yet. */
async function insertAll(sql: Sql, table: string, rows: Values[], ignore = false): Promise<number> {
  let added = 0
  for (const some of chunks(rows, 500)) added += (await insertRows(sql, table, some, ignore)).added
  return added
}

/**
 * Adds rows under their numbers there or, where those are not kept, under new ones. Returns the new numbers
 * by the old, and notes them.
 */
async function numberedRows(
  bringing: Bringing,
  kind: Kind,
  table: Numbered,
  rows: (Values & { id: number })[],
): Promise<Map<number, number>> {
  if (rows.length === 0) return new Map()
  const { sql, known } = bringing
  const olds = rows.map(({ id }) => id)
  if (known.keepsIds && (await idsThere(sql, table, olds)).length > 0) {
    // Somebody else has one: from here on all get new ones.
    await giveUpIds(sql, known.id)
    known.keepsIds = 0
  }
  const pairs: [number, number][] = []
  if (known.keepsIds) {
    await insertRows(sql, table, rows)
    pairs.push(...olds.map((id): [number, number] => [id, id]))
  } else {
    // The numbers of one statement's rows follow one another.
    const step = await stepOfIds(sql)
    const { first } = await insertRows(
      sql,
      table,
      rows.map(({ id: _, ...row }) => row),
    )
    pairs.push(...olds.map((id, index): [number, number] => [id, first + index * step]))
  }
  await note(bringing, kind, pairs)
  return new Map(pairs)
}

async function note(
  { sql, known }: Bringing,
  kind: Kind | 'openers',
  pairs: [number, number][],
): Promise<void> {
  if (pairs.length > 0) await addImported(sql, known.id, kind, pairs)
}

/** Notes where they stood on another board, so that their addresses there lead here. */
async function notePaths<L extends { id: number; path?: string }>(
  { sql, known }: Bringing,
  kind: Kind,
  lines: L[],
  idOf: (line: L) => number | undefined,
): Promise<void> {
  const rows = lines.flatMap((line): Values[] => {
    const local_id = idOf(line)
    if (line.path === undefined || local_id === undefined) return []
    return [{ path_key: keyOf(line.path), import_id: known.id, kind, local_id }]
  })
  await insertAll(sql, 'imported_paths', rows, true)
}

/** Returns under which numbers those came, by their numbers there. */
async function mapOf(
  { sql, known }: Bringing,
  kind: Kind,
  ids: (number | undefined)[],
): Promise<Map<number, number>> {
  const asked = [...new Set(ids.filter((id) => id !== undefined && id > 0))] as number[]
  if (asked.length === 0) return new Map()
  return new Map((await imported(sql, known.id, kind, asked)).map(({ source, local }) => [source, local]))
}

const localOf = (map: Map<number, number>, id: number | undefined): SqlValue =>
  id === undefined ? null : (map.get(id) ?? null)

/** Search follows new texts by their numbers: those below others that it has seen are told to it. */
async function tellSearch(
  sql: Sql,
  kind: 'post' | 'comment',
  table: 'posts' | 'comments',
  ids: number[],
): Promise<void> {
  if (await isPassed(sql, table, Math.max(...ids))) await noteChanged(sql, kind, ids)
}
