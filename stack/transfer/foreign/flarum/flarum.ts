import { addressIn } from '../../../../src/mail/address.ts'
import { tagOfSlug } from '../../../../src/old-addresses/tag-of-slug.ts'
import { openIdList } from '../../id-list.ts'
import type { Foreign, Source } from '../board.ts'
import { markdownOf, picturesIn } from '../formatted-text.ts'
import {
  begun,
  countsOfWhatStays,
  type DiscussionRow,
  discussions,
  followed,
  likesOf,
  mayGuests,
  mentionsOf,
  type PostRow,
  postOf,
  posts,
  type TagRow,
  tags,
  tagsOf,
  users,
} from './queries.ts'

/**
 * https://github.com/flarum/framework/tree/1.x has the tables, in `migrations` of its core and of each of its
 * extensions.
 */
export const flarum: Foreign = {
  title: 'Flarum 1',
  tables: {
    discussions: {
      needed: true,
      by: ['id'],
      columns: {
        ...{ id: 'number', title: 'text', user_id: 'number', first_post_id: 'number', created_at: 'text' },
        ...{ hidden_at: 'text', is_private: 'number', is_approved: 'number', is_locked: 'number' },
      },
    },
    posts: {
      needed: true,
      by: ['id', 'discussion_id'],
      columns: {
        ...{ id: 'number', discussion_id: 'number', number: 'number', user_id: 'number', type: 'text' },
        ...{ content: 'text', created_at: 'text', edited_at: 'text', hidden_at: 'text' },
        ...{ is_private: 'number', is_approved: 'number' },
      },
    },
    users: {
      needed: true,
      columns: {
        ...{ id: 'number', username: 'text', nickname: 'text', email: 'text', is_email_confirmed: 'number' },
        ...{ password: 'text', avatar_url: 'text', joined_at: 'text', suspended_until: 'text' },
        preferences: 'text',
      },
    },
    group_permission: { needed: true, columns: { group_id: 'number', permission: 'text' } },
    group_user: { needed: true, by: ['user_id'], columns: { user_id: 'number', group_id: 'number' } },
    tags: {
      needed: false,
      columns: {
        ...{ id: 'number', name: 'text', slug: 'text', description: 'text', position: 'number' },
        ...{ parent_id: 'number', is_restricted: 'number' },
      },
    },
    discussion_tag: {
      needed: false,
      by: ['discussion_id'],
      columns: { discussion_id: 'number', tag_id: 'number' },
    },
    discussion_user: {
      needed: false,
      columns: { discussion_id: 'number', user_id: 'number', subscription: 'text' },
    },
    post_likes: {
      needed: false,
      by: ['post_id'],
      columns: { post_id: 'number', user_id: 'number', created_at: 'text' },
    },
    post_mentions_post: {
      needed: false,
      by: ['post_id'],
      columns: { post_id: 'number', mentions_post_id: 'number' },
    },
    flags: { needed: false, columns: { id: 'number' } },
    /** Of the extensions fof/polls and fof/byobu. */
    polls: { needed: false, columns: { id: 'number' } },
    recipients: { needed: false, columns: { discussion_id: 'number' } },
  },

  identity: (db) => `flarum ${begun(db)}`,

  stays(db) {
    const counts = countsOfWhatStays(db)
    const says: [string, number][] = [
      ['private discussions', counts.discussions],
      ['private texts within others', counts.posts],
      ['polls, of which the discussions come', counts.polls],
      ['likes of answers, as only posts are liked here', counts.likes],
      ['the approval of texts that nobody approved, which come hidden', counts.waiting],
      ['reports', counts.flags],
      ['addresses of mail that nobody confirmed', counts.unconfirmed],
      ['names shown in place of those that people sign in by', counts.nicknames],
      ['notes in discussions that they were renamed, locked or tagged', counts.events],
    ]
    return [
      ...says.filter(([, count]) => count > 0).map(([what, count]) => `${what}: ${count}`),
      'groups, moderators, notices and settings',
    ]
  },

  lines: {
    async *members({ db, files, picture, tell }) {
      const now = new Date().toISOString()
      for (const row of users(db)) {
        const name = row.username.trim() || '…'
        const hasHash = /^\$2[axy]\$\d\d\$.{53}$/.test(row.password ?? '')
        if (!hasHash && row.password)
          tell(`members ${row.id} "${name}": its password is of an unknown kind, and stays behind`)
        const address = row.is_email_confirmed === 1 ? addressIn(row.email ?? '') : undefined
        const file = row.avatar_url ? `public/assets/avatars/${lastOf(row.avatar_url)}` : undefined
        const avatar = file && files ? await picture('avatar', file, `members ${row.id}`) : undefined
        const until = row.suspended_until ? timeOf(row.suspended_until) : now
        yield {
          ...{ id: row.id, name, role: row.isAdmin ? 'admin' : 'member', createdAt: timeOf(row.joined_at) },
          path: `u/${row.username.toLowerCase()}`,
          ...(hasHash && { passwordHash: `flarum:${row.password}` }),
          ...(until > now && { sanctions: [{ kind: 'suspend', until }] }),
          ...(avatar && { avatar: avatar.hash }),
          ...(address && { address: { address, language: languageIn(row.preferences) } }),
        }
      }
    },

    async *categories({ db, tell }) {
      const all = kindsOf(db)
      for (const { slug } of all.nameless) tell(`the tag ${slug} stays behind: here tags have a letter`)
      for (const tag of all.categories) {
        const name = nameOf(tag, all.categories)
        const isClosed = all.closed.has(tag.id)
        if (isClosed) tell(`categories ${tag.id} "${name}": guests could not read it, so it comes closed`)
        const description = (tag.description ?? '').trim().slice(0, 300)
        yield {
          ...{ id: tag.id, name, place: placeOf(tag, all.categories), path: `t/${tag.slug.toLowerCase()}` },
          ...(description && { description }),
          ...(isClosed && { isClosed }),
        }
      }
      if (isBare(db, all)) {
        if (all.isAllClosed) tell('guests could not read the board, so what has no tag comes closed')
        yield { id: withoutTag, name: 'Other', place: withoutTag, ...(all.isAllClosed && { isClosed: true }) }
      }
    },

    async *posts(source) {
      const { db, tell } = source
      const all = kindsOf(db)
      for (const row of discussions(db)) {
        if (row.opener === null) {
          tell(`posts ${row.id}: it has no text, and stays behind`)
          continue
        }
        const opener = postOf(db, row.opener)
        const own = tagsOf(db, row.id)
        const title = row.title.trim().slice(0, 200) || '…'
        const picture = await pictureOf(source, opener, `posts ${row.id}`)
        const isHidden = row.hidden_at !== null || !row.isApproved || !opener.isApproved
        if (opener.hidden_at && !isHidden) tell(`posts ${row.id}: its text was hidden, and stays behind`)
        const names = own.flatMap((id) => all.names.get(id) ?? [])
        yield {
          ...{ id: row.id, category: categoryOf(own, all), title, ...authorOf(opener) },
          body: opener.hidden_at && !isHidden ? '…' : bodyOf(opener, source, `posts ${row.id}`, picture?.url),
          ...(picture && { picture: picture.made }),
          likes: likesOf(db, opener.id).length,
          ...{ createdAt: timeOf(row.created_at ?? opener.created_at), ...editedAt(opener) },
          ...{ ...(row.is_locked === 1 && { isLocked: true }), opener: opener.id },
          ...(names.length > 0 && { tags: [...new Set(names)] }),
          ...(isHidden && {
            removed: {
              ...{ title, ...authorOf(opener), isOpen: false },
              ...{ at: timeOf(row.hidden_at ?? opener.created_at), reason: reasonOf(row, opener) },
            },
          }),
        }
      }
    },

    async *comments(source) {
      const { db } = source
      const openers = openIdList()
      for (const { id, opener } of discussions(db)) if (opener !== null) openers.add(id, opener)
      /** With the comment on the post that each goes back to. */
      const passed = openIdList()
      for (const row of posts(db)) {
        if (openers.otherOf(row.discussion_id) === row.id) continue
        const isAnswer = (id: number) => id !== openers.otherOf(row.discussion_id)
        const answered = mentionsOf(db, row.id).filter(isAnswer)
        const parent = answered.find((id) => passed.has(id)) ?? answered[0]
        const root = (parent !== undefined && passed.otherOf(parent)) || parent
        passed.add(row.id, parent !== undefined && passed.has(parent) ? (root ?? row.id) : row.id)
        const what = `comments ${row.id}`
        leavePictures(source, row, what)
        const body = bodyOf(row, source, what)
        const isHidden = row.hidden_at !== null || !row.isApproved
        const at = timeOf(row.hidden_at ?? row.created_at)
        yield {
          ...{ id: row.id, post: row.discussion_id, path: `d/${row.discussion_id}/${row.number}` },
          ...(parent !== undefined && { root: root ?? parent, parent }),
          ...(isHidden
            ? { body: '', removedAt: at, reason: reasonOf(row), hidden: { ...authorOf(row), body, at } }
            : { ...authorOf(row), body }),
          ...{ createdAt: timeOf(row.created_at), ...editedAt(row) },
        }
      }
    },

    async *likes({ db }) {
      for (const { id, opener, created_at } of discussions(db)) {
        if (opener === null) continue
        for (const { member, at } of likesOf(db, opener))
          yield { post: id, member, at: timeOf(at ?? created_at) }
      }
    },

    async *follows({ db }) {
      for (const { subject, member, level } of followed(db))
        yield { kind: 'post', subject, member, level: level === 'follow' ? 'all' : 'mute' }
    },
  },
}

/** The number of the category of discussions without a tag that is one: above those that tags have. */
const withoutTag = 1_000_000

type Kinds = {
  categories: TagRow[]
  /** Of those that are categories, the ones that guests could not read. */
  closed: Set<number>
  /** Of the others, as tags are named here. */
  names: Map<number, string>
  /** Those that can be none. */
  nameless: TagRow[]
  isAllClosed: boolean
}

/**
 * Tags of the first kind, and those within them, are categories here, the others tags; one that not everybody
 * reads is a category, too, as only those can be closed.
 */
function kindsOf(db: Source['db']): Kinds {
  const all = new Map(tags(db).map((tag) => [tag.id, tag]))
  const mayRead = (prefix = '') => mayGuests(db, [`${prefix}viewForum`, `${prefix}viewDiscussions`])
  const isAllClosed = !mayRead()
  const isClosed = (tag: TagRow): boolean => {
    const outer = all.get(tag.parent_id ?? 0)
    const isOwn = tag.is_restricted === 1 ? !mayRead(`tag${tag.id}.`) : isAllClosed
    return isOwn || (outer !== undefined && outer.parent_id === null && isClosed(outer))
  }
  const closed = new Set([...all.values()].filter(isClosed).map(({ id }) => id))
  const isCategory = (tag: TagRow) =>
    tag.position !== null || tag.parent_id !== null || (tag.is_restricted === 1 && closed.has(tag.id))
  const categories = [...all.values()].filter(isCategory)
  const names = new Map<number, string>()
  const nameless: TagRow[] = []
  for (const tag of [...all.values()].filter((each) => !isCategory(each))) {
    const name = tagOfSlug(tag.slug)
    if (name === undefined) nameless.push(tag)
    else names.set(tag.id, name)
  }
  return { categories, closed, names, nameless, isAllClosed }
}

/** The first that is closed, else the innermost. */
function categoryOf(own: number[], { categories, closed }: Kinds): number {
  const mine = categories.filter(({ id }) => own.includes(id))
  const best = mine.toSorted(
    (a, b) =>
      Number(closed.has(b.id)) - Number(closed.has(a.id)) ||
      Number(b.parent_id !== null) - Number(a.parent_id !== null) ||
      (a.position ?? withoutTag) - (b.position ?? withoutTag),
  )
  return best[0]?.id ?? withoutTag
}

const isBare = (db: Source['db'], all: Kinds) =>
  [...discussions(db)].some(({ id }) => categoryOf(tagsOf(db, id), all) === withoutTag)

/** Those within another stand behind it. */
function placeOf(tag: TagRow, categories: TagRow[]): number {
  const outer = categories.find(({ id }) => id === tag.parent_id)
  const own = Math.min(Math.max(tag.position ?? 999, 0), 999)
  return outer ? placeOf({ ...outer, parent_id: null }, categories) + own + 1 : own * 1_000
}

/** Its name; behind that of what it stands in, or before its address, where two have the same. */
function nameOf(tag: TagRow, categories: TagRow[]): string {
  const name = tag.name.trim() || '…'
  if (categories.every((other) => other === tag || other.name.trim() !== name)) return name
  const outer = categories.find(({ id }) => id === tag.parent_id)
  return outer ? `${outer.name.trim()}: ${name}` : `${name} (${tag.slug})`
}

/** UTC, as in `2024-05-08 14:13:19`. */
function timeOf(text: string | null): string {
  const time = new Date(`${(text ?? '').replace(' ', 'T').replace(/\.\d+$/, '')}Z`)
  const isTime = !Number.isNaN(time.valueOf()) && time.getUTCFullYear() >= 1970
  return (isTime ? time : new Date(0)).toISOString()
}

const editedAt = ({ edited_at }: PostRow) => (edited_at === null ? {} : { editedAt: timeOf(edited_at) })

const authorOf = ({ user_id }: { user_id: number | null }) => (user_id ? { author: user_id } : {})

const reasonOf = (...rows: Pick<DiscussionRow, 'isApproved'>[]) =>
  rows.every(({ isApproved }) => isApproved)
    ? 'It was hidden on the board that it came from.'
    : 'Nobody had approved it.'

function bodyOf({ content }: PostRow, { tell }: Source, what: string, without?: string): string {
  const stored = content ?? ''
  const text = markdownOf(stored, without)
  if (text === undefined && stored !== '') tell(`${what}: its text is of an unknown form, and stays as it is`)
  return (text ?? stored) || '…'
}

/** Files that were uploaded to the board, not those of elsewhere. */
const uploadedIn = ({ content }: PostRow) =>
  picturesIn(content ?? '').flatMap((url) => {
    const path = /\/assets\/(files\/[^?#]+)/.exec(url)?.[1]
    return path ? [{ url, path: `public/assets/${decoded(path)}` }] : []
  })

async function pictureOf({ files, picture, tell }: Source, opener: PostRow, what: string) {
  const [first, ...others] = uploadedIn(opener)
  for (const { path } of others) tell(`${what}: its picture ${path} stays: a post has one picture`)
  if (!first || !files) return undefined
  const made = await picture('picture', first.path, what)
  return made && { url: first.url, made: { ...made, alt: '' } }
}

function leavePictures({ tell }: Source, row: PostRow, what: string): void {
  for (const { path } of uploadedIn(row)) tell(`${what}: its picture ${path} stays: answers have none`)
}

const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function languageIn(preferences: string | null): string {
  const locale = /"locale"\s*:\s*"(ar|de)\b/.exec(preferences ?? '')?.[1]
  return locale ?? 'en'
}
