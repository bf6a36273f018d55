import { addressIn } from '../../../../src/mail/address.ts'
import { tagOfSlug } from '../../../../src/old-addresses/tag-of-slug.ts'
import { openIdList } from '../../id-list.ts'
import type { Foreign, Source } from '../board.ts'
import { readCopies } from '../copy-dump.ts'
import {
  begun,
  type CategoryRow,
  categories,
  countsOfWhatStays,
  likesOf,
  type PostRow,
  postAt,
  postOf,
  posts,
  tagsOf,
  topics,
  type UserRow,
  uploadOf,
  users,
  watched,
} from './queries.ts'
import { markdownOf, picturesIn, sha1Of } from './raw.ts'

/** https://github.com/discourse/discourse/tree/main/app/models describes the tables, below each model. */
export const discourse: Foreign = {
  title: 'Discourse',
  read: readCopies,
  tables: {
    topics: {
      needed: true,
      by: ['id'],
      columns: {
        ...{ id: 'number', title: 'text', user_id: 'number', category_id: 'number', created_at: 'text' },
        ...{ deleted_at: 'text', archetype: 'text', closed: 'flag', archived: 'flag', visible: 'flag' },
      },
    },
    posts: {
      needed: true,
      by: ['id', 'topic_id'],
      columns: {
        ...{ id: 'number', topic_id: 'number', post_number: 'number', user_id: 'number', raw: 'text' },
        ...{ created_at: 'text', updated_at: 'text', version: 'number', deleted_at: 'text', hidden: 'flag' },
        ...{ post_type: 'number', reply_to_post_number: 'number' },
      },
    },
    users: {
      needed: true,
      columns: {
        ...{ id: 'number', username: 'text', created_at: 'text', active: 'flag', admin: 'flag' },
        ...{ suspended_till: 'text', silenced_till: 'text', staged: 'flag', uploaded_avatar_id: 'number' },
        ...{ password_hash: 'text', salt: 'text', password_algorithm: 'text' },
      },
    },
    categories: {
      needed: true,
      columns: {
        ...{ id: 'number', name: 'text', slug: 'text', description: 'text', position: 'number' },
        ...{ parent_category_id: 'number', read_restricted: 'flag' },
      },
    },
    /** Where passwords are since 2024. */
    user_passwords: {
      needed: false,
      by: ['user_id'],
      columns: {
        ...{ user_id: 'number', password_hash: 'text', password_salt: 'text', password_algorithm: 'text' },
      },
    },
    user_emails: {
      needed: false,
      by: ['user_id'],
      columns: { user_id: 'number', email: 'text', is_primary: 'flag' },
      names: { is_primary: 'primary' },
    },
    uploads: { needed: false, by: ['id', 'sha1'], columns: { id: 'number', url: 'text', sha1: 'text' } },
    post_actions: {
      needed: false,
      by: ['post_id'],
      columns: {
        ...{ post_id: 'number', user_id: 'number', post_action_type_id: 'number', created_at: 'text' },
        deleted_at: 'text',
      },
    },
    tags: { needed: false, by: ['id'], columns: { id: 'number', name: 'text' } },
    topic_tags: { needed: false, by: ['topic_id'], columns: { topic_id: 'number', tag_id: 'number' } },
    topic_users: {
      needed: false,
      columns: { topic_id: 'number', user_id: 'number', notification_level: 'number' },
    },
    category_users: {
      needed: false,
      columns: { category_id: 'number', user_id: 'number', notification_level: 'number' },
    },
    polls: { needed: false, columns: { id: 'number' } },
    reviewables: { needed: false, columns: { id: 'number', status: 'number' } },
  },

  identity: (db) => `discourse ${begun(db)}`,

  stays(db) {
    const counts = countsOfWhatStays(db)
    const says: [string, number][] = [
      ['private messages', counts.messages],
      ['polls, of which the topics come', counts.polls],
      ['likes of answers, as only posts are liked here', counts.likes],
      ['whispers, and notes of what moderators did', counts.notes],
      ['what waits for moderators', counts.waiting],
      ['people who only wrote by mail', counts.staged],
      ['addresses of mail that nobody confirmed', counts.unconfirmed],
    ]
    return [
      ...says.filter(([, count]) => count > 0).map(([what, count]) => `${what}: ${count}`),
      'groups, moderators, badges, trust levels, second factors, notices and settings',
    ]
  },

  lines: {
    async *members({ db, files, picture, tell }) {
      const now = new Date().toISOString()
      for (const row of users(db)) {
        const name = row.username.trim() || '…'
        const passwordHash = hashOf(row)
        if (!passwordHash && row.hash)
          tell(`members ${row.id} "${name}": its password is of an unknown kind, and stays behind`)
        const address = row.active ? addressIn(row.email ?? '') : undefined
        const avatar =
          row.avatar && files ? await picture('avatar', fileOf(row.avatar), `members ${row.id}`) : undefined
        const sanctions = [
          { kind: 'suspend' as const, until: timeOf(row.suspended_till) },
          { kind: 'silence' as const, until: timeOf(row.silenced_till) },
        ].filter(({ until }) => until > now)
        yield {
          ...{ id: row.id, name, role: row.admin ? 'admin' : 'member', createdAt: timeOf(row.created_at) },
          path: `u/${row.username.toLowerCase()}`,
          ...(passwordHash && { passwordHash }),
          ...(sanctions.length > 0 && { sanctions }),
          ...(avatar && { avatar: avatar.hash }),
          ...(address && { address: { address, language: 'en' } }),
        }
      }
    },

    async *categories({ db, tell }) {
      const all = categories(db)
      const closed = closedOf(all)
      for (const row of all) {
        const name = nameOf(row, all)
        const isClosed = closed.has(row.id)
        if (isClosed) tell(`categories ${row.id} "${name}": not everybody could read it, so it comes closed`)
        const description = plain(row.description).slice(0, 300)
        yield {
          ...{ id: row.id, name, place: placeOf(row, all) },
          ...(description && { description }),
          ...(isClosed && { isClosed }),
        }
      }
    },

    async *posts(source) {
      const { db, tell } = source
      for (const row of topics(db)) {
        if (row.opener === null) {
          tell(`posts ${row.id}: it has no text, and stays behind`)
          continue
        }
        const opener = postOf(db, row.opener)
        const title = row.title.trim().slice(0, 200) || '…'
        const picture = await pictureOf(source, opener, `posts ${row.id}`)
        const isHidden = row.deleted_at !== null || opener.deleted_at !== null || opener.hidden === 1
        const names = tagsOf(db, row.id).flatMap((tag) => tagOfSlug(tag) ?? [])
        yield {
          ...{ id: row.id, category: row.category_id ?? 0, title, ...authorOf(opener) },
          body: markdownOf(opener.raw ?? '', picture?.address) || '…',
          ...(picture?.made && { picture: picture.made }),
          likes: likesOf(db, opener.id).length,
          ...{ createdAt: timeOf(row.created_at), ...editedAt(opener) },
          ...{ ...((row.closed || row.archived) && { isLocked: true }), opener: opener.id },
          ...(names.length > 0 && { tags: [...new Set(names)] }),
          ...(isHidden && {
            removed: {
              ...{ title, ...authorOf(opener), isOpen: false, reason },
              at: timeOf(row.deleted_at ?? opener.deleted_at ?? opener.created_at),
            },
          }),
        }
      }
    },

    async *comments(source) {
      const { db, tell } = source
      const openers = openIdList()
      for (const { id, opener } of topics(db)) if (opener !== null) openers.add(id, opener)
      /** With the comment on the post that each goes back to. */
      const passed = openIdList()
      for (const row of posts(db)) {
        const opener = openers.otherOf(row.topic_id)
        if (opener === undefined || opener === row.id) continue
        const answered = row.reply_to_post_number
          ? postAt(db, row.topic_id, row.reply_to_post_number)
          : undefined
        const parent = answered === opener ? undefined : answered
        const root = parent === undefined ? undefined : passed.otherOf(parent)
        passed.add(row.id, root ?? row.id)
        const what = `comments ${row.id}`
        for (const { address } of picturesIn(row.raw ?? ''))
          if (address.startsWith('upload://'))
            tell(`${what}: its picture ${address} stays: answers have none`)
        const body = markdownOf(row.raw ?? '') || '…'
        const isHidden = row.deleted_at !== null || row.hidden === 1
        const at = timeOf(row.deleted_at ?? row.created_at)
        yield {
          ...{ id: row.id, post: row.topic_id, path: `t/${row.topic_id}/${row.post_number}` },
          ...(parent !== undefined && { root: root ?? parent, parent }),
          ...(isHidden
            ? { body: '', removedAt: at, reason, hidden: { ...authorOf(row), body, at } }
            : { ...authorOf(row), body }),
          ...{ createdAt: timeOf(row.created_at), ...editedAt(row) },
        }
      }
    },

    async *likes({ db }) {
      for (const { id, opener, created_at } of topics(db)) {
        if (opener === null) continue
        for (const { member, at } of likesOf(db, opener))
          yield { post: id, member, at: timeOf(at ?? created_at) }
      }
    },

    async *follows({ db }) {
      for (const row of watched(db)) yield row
    },
  },
}

const reason = 'It was hidden on the board that it came from.'

/** Before this Discourse named the way with each hash, it was this one. */
const firstWay = '$pbkdf2-sha256$i=64000,l=32$'

function hashOf({ hash, salt, algorithm }: UserRow): string | undefined {
  const way = algorithm || firstWay
  const isKnown =
    /^\$pbkdf2-sha256\$i=\d{1,7},l=32\$$/.test(way) &&
    /^[0-9a-f]{64}$/.test(hash ?? '') &&
    /^\w{1,64}$/.test(salt ?? '')
  return isKnown ? `discourse:${way}${salt}$${hash}` : undefined
}

/** UTC, as in `2024-05-08 14:13:19.123456`. */
function timeOf(text: string | null): string {
  const time = new Date(`${(text ?? '').replace(' ', 'T').replace(/\.\d+$/, '')}Z`)
  const isTime = !Number.isNaN(time.valueOf()) && time.getUTCFullYear() >= 1970
  return (isTime && time.getUTCFullYear() < 9999 ? time : new Date(isTime ? forEver : 0)).toISOString()
}

/** Before what the site takes for a date. */
const forEver = '9998-12-31T00:00:00.000Z'

const editedAt = ({ version, updated_at }: PostRow) => (version > 1 ? { editedAt: timeOf(updated_at) } : {})

/** The board itself writes under the numbers below 1. */
const authorOf = ({ user_id }: { user_id: number | null }) =>
  user_id && user_id > 0 ? { author: user_id } : {}

const plain = (html: string | null) =>
  (html ?? '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&amp;', '&')
    .trim()

/** Within the folder `public` of the board, or the one of a backup. */
const fileOf = (url: string) => decodeURI(url.replace(/^(https?:)?\/\/[^/]+/, '').replace(/^\//, ''))

/** Those within a closed one are, too. */
function closedOf(all: CategoryRow[]): Set<number> {
  const isClosed = (row: CategoryRow, depth = 0): boolean => {
    const outer = all.find(({ id }) => id === row.parent_category_id)
    return row.read_restricted === 1 || (outer !== undefined && depth < 5 && isClosed(outer, depth + 1))
  }
  return new Set(all.filter((row) => isClosed(row)).map(({ id }) => id))
}

/** Those within another stand behind it. */
function placeOf(row: CategoryRow, all: CategoryRow[]): number {
  const outer = all.find(({ id }) => id === row.parent_category_id)
  const own = Math.min(Math.max(row.position ?? 999, 0), 999)
  return outer ? Math.min(Math.max(outer.position ?? 999, 0), 999) * 1_000 + own + 1 : own * 1_000
}

/** Its name; behind that of what it stands in, or before its address, where two have the same. */
function nameOf(row: CategoryRow, all: CategoryRow[]): string {
  const name = row.name.trim() || '…'
  if (all.every((other) => other === row || other.name.trim() !== name)) return name
  const outer = all.find(({ id }) => id === row.parent_category_id)
  return outer ? `${outer.name.trim()}: ${name}` : `${name} (${row.slug})`
}

async function pictureOf({ db, files, picture, tell }: Source, { raw }: PostRow, what: string) {
  const [first, ...others] = picturesIn(raw ?? '').filter(({ address }) => sha1Of(address))
  for (const { address } of others) tell(`${what}: its picture ${address} stays: a post has one picture`)
  if (!first || !files) return undefined
  const url = uploadOf(db, sha1Of(first.address) ?? '')
  if (!url) tell(`${what}: its picture ${first.address} is not among the board's files`)
  const made = url ? await picture('picture', fileOf(url), what) : undefined
  return made && { address: first.address, made: { ...made, alt: first.alt.slice(0, 300) } }
}
