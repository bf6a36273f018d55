import { addressIn } from '../../../../src/mail/address.ts'
import { tagOfSlug } from '../../../../src/old-addresses/tag-of-slug.ts'
import { openIdList } from '../../id-list.ts'
import type { Foreign, Source } from '../board.ts'
import { readObjects } from './objects.ts'
import {
  begun,
  type CategoryRow,
  categories,
  countsOfWhatStays,
  followed,
  type PostRow,
  postOf,
  posts,
  topics,
  type UserRow,
  users,
  votesOf,
} from './queries.ts'

/** https://github.com/NodeBB/NodeBB/tree/master/src has the fields of each object where it is made. */
export const nodebb: Foreign = {
  title: 'NodeBB',
  read: readObjects,
  tables: {
    topics: {
      needed: true,
      by: ['tid'],
      columns: {
        ...{ tid: 'number', cid: 'number', mainPid: 'number', title: 'text', timestamp: 'number' },
        ...{ deleted: 'number', locked: 'number', tags: 'text' },
      },
    },
    posts: {
      needed: true,
      by: ['pid', 'tid'],
      columns: {
        ...{ pid: 'number', tid: 'number', uid: 'number', toPid: 'number', content: 'text' },
        ...{ timestamp: 'number', edited: 'number', deleted: 'number', handle: 'text' },
      },
    },
    users: {
      needed: true,
      columns: {
        ...{ uid: 'number', username: 'text', userslug: 'text', password: 'text', shaWrapped: 'number' },
        ...{ email: 'text', isConfirmed: 'number', picture: 'text', joindate: 'number' },
        ...{ banned_flag: 'number', bannedUntil: 'number' },
      },
      names: {
        ...{ shaWrapped: 'password:shaWrapped', isConfirmed: 'email:confirmed', banned_flag: 'banned' },
        bannedUntil: 'banned:expire',
      },
    },
    categories: {
      needed: true,
      columns: {
        ...{ cid: 'number', name: 'text', slug: 'text', description: 'text', parentCid: 'number' },
        ...{ place: 'number', disabled: 'number' },
      },
      names: { place: 'order' },
    },
    votes: { needed: false, by: ['pid'], columns: { pid: 'number', uid: 'number' } },
    admins: { needed: false, columns: { uid: 'number' } },
    banned: { needed: false, columns: { uid: 'number' } },
    guests: { needed: false, columns: { cid: 'number' } },
    followed: { needed: false, columns: { uid: 'number', tid: 'number', what: 'text' } },
    polls: { needed: false, columns: { id: 'number' } },
  },

  identity: (db) => `nodebb ${begun(db)}`,

  stays(db) {
    const counts = countsOfWhatStays(db)
    const says: [string, number][] = [
      ['topics of no category, as of other servers', counts.elsewhere],
      ['polls, of which the topics come', counts.polls],
      ['votes for answers, as only posts are liked here', counts.votes],
      ['addresses of mail that nobody confirmed', counts.unconfirmed],
    ]
    return [
      ...says.filter(([, count]) => count > 0).map(([what, count]) => `${what}: ${count}`),
      'chats, groups, moderators, reputation, votes against posts, reports, notices and settings',
    ]
  },

  lines: {
    async *members({ db, files, picture, tell }) {
      for (const row of users(db)) {
        const name = row.username.trim() || '…'
        const passwordHash = hashOf(row)
        if (!passwordHash && row.password)
          tell(`members ${row.uid} "${name}": its password is of an unknown kind, and stays behind`)
        const address = row.isConfirmed === 1 ? addressIn(row.email ?? '') : undefined
        const file = uploadedAt(row.picture)
        const avatar = file && files ? await picture('avatar', file, `members ${row.uid}`) : undefined
        yield {
          ...{ id: row.uid, name, role: row.isAdmin ? 'admin' : 'member', createdAt: timeOf(row.joindate) },
          path: `user/${(row.userslug || row.username).toLowerCase()}`,
          ...(passwordHash && { passwordHash }),
          ...(row.isBanned && {
            sanctions: [{ kind: 'suspend', until: row.bannedUntil ? timeOf(row.bannedUntil) : forEver }],
          }),
          ...(avatar && { avatar: avatar.hash }),
          ...(address && { address: { address, language: 'en' } }),
        }
      }
    },

    async *categories({ db, tell }) {
      const all = categories(db)
      for (const row of all) {
        const name = nameOf(row, all)
        const isClosed = !row.isReadable || row.disabled === 1
        if (isClosed) tell(`categories ${row.cid} "${name}": guests could not read it, so it comes closed`)
        const description = plain(row.description).slice(0, 300)
        yield {
          ...{ id: row.cid, name, place: placeOf(row, all) },
          ...(description && { description }),
          ...(isClosed && { isClosed }),
        }
      }
    },

    async *posts(source) {
      const { db, tell } = source
      for (const row of topics(db)) {
        if (row.opener === null) {
          tell(`posts ${row.tid}: it has no text, and stays behind`)
          continue
        }
        const opener = postOf(db, row.opener)
        const title = plain(row.title).slice(0, 200) || '…'
        const picture = await pictureOf(source, opener, `posts ${row.tid}`)
        const isHidden = row.deleted === 1 || opener.deleted === 1
        const names = (row.tags ?? '').split(',').flatMap((tag) => tagOfSlug(tag) ?? [])
        yield {
          ...{ id: row.tid, category: row.cid, title, ...authorOf(opener) },
          body: bodyOf(opener, picture?.whole),
          ...(picture && { picture: picture.made }),
          likes: votesOf(db, opener.pid).length,
          ...{ createdAt: timeOf(row.timestamp), ...editedAt(opener) },
          ...{ ...(row.locked === 1 && { isLocked: true }), opener: opener.pid },
          ...(names.length > 0 && { tags: [...new Set(names)] }),
          ...(isHidden && {
            removed: { title, ...authorOf(opener), isOpen: false, reason, at: timeOf(opener.timestamp) },
          }),
        }
      }
    },

    async *comments(source) {
      const { db, tell } = source
      const openers = openIdList()
      for (const { tid, opener } of topics(db)) if (opener !== null) openers.add(tid, opener)
      /** With the comment on the post that each goes back to. */
      const passed = openIdList()
      for (const row of posts(db)) {
        const opener = openers.otherOf(row.tid)
        if (opener === undefined || opener === row.pid) continue
        const parent = row.toPid && row.toPid !== opener ? row.toPid : undefined
        const root = parent === undefined ? undefined : passed.otherOf(parent)
        passed.add(row.pid, root ?? row.pid)
        const what = `comments ${row.pid}`
        for (const { path } of picturesIn(row)) tell(`${what}: its picture ${path} stays: answers have none`)
        const body = bodyOf(row)
        const at = timeOf(row.timestamp)
        yield {
          ...{ id: row.pid, post: row.tid },
          ...(parent !== undefined && { root: root ?? parent, parent }),
          ...(row.deleted === 1
            ? { body: '', removedAt: at, reason, hidden: { ...authorOf(row), body, at } }
            : { ...authorOf(row), body }),
          ...{ createdAt: at, ...editedAt(row) },
        }
      }
    },

    async *likes({ db }) {
      for (const { tid, opener, timestamp } of topics(db)) {
        if (opener === null) continue
        for (const member of votesOf(db, opener)) yield { post: tid, member, at: timeOf(timestamp) }
      }
    },

    async *follows({ db }) {
      for (const { subject, member, what } of followed(db))
        yield { kind: 'post', subject, member, level: what === 'ignored' ? 'mute' : 'all' }
    },
  },
}

const reason = 'It was hidden on the board that it came from.'
/** Before what the site takes for a date. */
const forEver = '9998-12-31T00:00:00.000Z'

/** Milliseconds since 1970. */
const timeOf = (ms: number | null) =>
  new Date(Math.min(Math.max(ms ?? 0, 0), Date.parse(forEver))).toISOString()

const editedAt = ({ edited }: PostRow) => (edited ? { editedAt: timeOf(edited) } : {})

const authorOf = ({ uid }: { uid: number | null }) => (uid && uid > 0 ? { author: uid } : {})

function hashOf({ password, shaWrapped }: UserRow): string | undefined {
  if (!/^\$2[axyb]\$\d\d\$.{53}$/.test(password ?? '')) return undefined
  return `nodebb:${shaWrapped === 1 ? 'sha512:' : ''}${password}`
}

const entities: Record<string, string> = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  '#x27': "'",
  '#x2F': '/',
  '#44': ',',
}
/** Names and titles are stored as HTML. */
const plain = (html: string | null) =>
  (html ?? '')
    .replaceAll(/&(lt|gt|quot|amp|#x27|#x2F|#44);/g, (_, name: string) => entities[name] ?? '')
    .trim()

const picture = /!\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g

/** Those that were uploaded to the board. */
const picturesIn = ({ content }: PostRow) =>
  Array.from((content ?? '').matchAll(picture), ([whole, alt = '', address = '']) => ({
    ...{ whole, alt, path: uploadedAt(address) },
  })).filter((each): each is { whole: string; alt: string; path: string } => each.path !== undefined)

/** Below the folder where NodeBB is installed. */
function uploadedAt(address: string | null): string | undefined {
  const path = /\/assets\/uploads\/([^?#]+)$/.exec(address ?? '')?.[1]
  return path === undefined ? undefined : `public/uploads/${decoded(path)}`
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Who wrote without an account may have given a name. */
function bodyOf({ content, uid, handle }: PostRow, without?: string): string {
  const shown = (without ? (content ?? '').replace(without, '') : (content ?? ''))
    .replaceAll('\r\n', '\n')
    .replaceAll(picture, (whole) => whole.slice(1))
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  const guest = uid ? '' : plain(handle)
  return (guest ? `*${guest.replaceAll(/[*_\\]/g, '\\$&')}:*\n\n${shown}` : shown) || '…'
}

async function pictureOf({ files, picture, tell }: Source, opener: PostRow, what: string) {
  const [first, ...others] = picturesIn(opener)
  for (const { path } of others) tell(`${what}: its picture ${path} stays: a post has one picture`)
  if (!first || !files) return undefined
  const made = await picture('picture', first.path, what)
  return made && { whole: first.whole, made: { ...made, alt: first.alt.slice(0, 300) } }
}

/** Those within another stand behind it. */
function placeOf(row: CategoryRow, all: CategoryRow[]): number {
  const of = (each: CategoryRow) => Math.min(Math.max(each.place ?? 999, 0), 999)
  const outer = all.find(({ cid }) => cid === row.parentCid)
  return outer ? of(outer) * 1_000 + of(row) + 1 : of(row) * 1_000
}

/** Its name; behind that of what it stands in, or before its number, where two have the same. */
function nameOf(row: CategoryRow, all: CategoryRow[]): string {
  const name = plain(row.name) || '…'
  if (all.every((other) => other === row || plain(other.name) !== name)) return name
  const outer = all.find(({ cid }) => cid === row.parentCid)
  return outer ? `${plain(outer.name)}: ${name}` : `${name} (${row.cid})`
}
