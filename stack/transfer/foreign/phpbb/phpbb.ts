import { extname } from 'node:path'
import { addressIn } from '../../../../src/mail/address.ts'
import type { Foreign, Source } from '../board.ts'
import { markdownOf, unmarked } from '../formatted-text.ts'
import {
  answers,
  attachmentsOf,
  countsOfWhatStays,
  type ForumRow,
  forums,
  type PostRow,
  readableForums,
  setting,
  type TopicRow,
  thanksForTopics,
  topics,
  users,
  watched,
} from './queries.ts'

/** https://github.com/phpbb/phpbb/tree/3.3.x/phpBB/install/schemas describes the tables. */
export const phpbb: Foreign = {
  title: 'phpBB 3.3',
  tables: {
    topics: {
      needed: true,
      by: ['topic_id', 'topic_first_post_id'],
      columns: {
        ...{ topic_id: 'number', forum_id: 'number', topic_title: 'text', topic_status: 'number' },
        ...{ topic_visibility: 'number', topic_first_post_id: 'number', topic_moved_id: 'number' },
        ...{ topic_delete_reason: 'text', poll_start: 'number' },
      },
    },
    posts: {
      needed: true,
      by: ['post_id'],
      columns: {
        ...{ post_id: 'number', topic_id: 'number', poster_id: 'number', post_time: 'number' },
        ...{ post_username: 'text', post_text: 'text', post_visibility: 'number', post_edit_time: 'number' },
        ...{ post_delete_time: 'number', post_delete_reason: 'text' },
      },
    },
    forums: {
      needed: true,
      columns: {
        ...{ forum_id: 'number', parent_id: 'number', left_id: 'number', forum_name: 'text' },
        ...{ forum_desc: 'text', forum_type: 'number', forum_password: 'text' },
      },
    },
    users: {
      needed: true,
      columns: {
        ...{ user_id: 'number', user_type: 'number', username: 'text', user_password: 'text' },
        ...{ user_email: 'text', user_regdate: 'number', user_inactive_time: 'number', user_avatar: 'text' },
        ...{ user_avatar_type: 'text', user_lang: 'text' },
      },
    },
    config: { needed: true, columns: { config_name: 'text', config_value: 'text' } },
    groups: { needed: false, columns: { group_id: 'number', group_name: 'text' } },
    user_group: {
      needed: false,
      by: ['user_id'],
      columns: { group_id: 'number', user_id: 'number', user_pending: 'number' },
    },
    attachments: {
      needed: false,
      by: ['post_msg_id'],
      columns: {
        ...{ attach_id: 'number', post_msg_id: 'number', in_message: 'number', is_orphan: 'number' },
        ...{ physical_filename: 'text', real_filename: 'text', mimetype: 'text', attach_comment: 'text' },
      },
    },
    acl_groups: {
      needed: false,
      columns: {
        ...{ group_id: 'number', forum_id: 'number', auth_option_id: 'number', auth_role_id: 'number' },
        auth_setting: 'number',
      },
    },
    acl_options: { needed: false, columns: { auth_option_id: 'number', auth_option: 'text' } },
    acl_roles_data: {
      needed: false,
      columns: { role_id: 'number', auth_option_id: 'number', auth_setting: 'number' },
    },
    banlist: { needed: false, by: ['ban_userid'], columns: { ban_userid: 'number', ban_end: 'number' } },
    topics_watch: { needed: false, columns: { topic_id: 'number', user_id: 'number' } },
    forums_watch: { needed: false, columns: { forum_id: 'number', user_id: 'number' } },
    privmsgs: { needed: false, columns: { msg_id: 'number' } },
    /** Of the extension "Thanks for posts". */
    thanks: {
      needed: false,
      by: ['post_id'],
      columns: { post_id: 'number', user_id: 'number', thanks_time: 'number' },
    },
  },

  identity: (db) => `phpbb ${setting(db, 'avatar_salt')} ${setting(db, 'board_startdate')}`,

  stays(db) {
    const counts = countsOfWhatStays(db)
    const says: [string, number][] = [
      ['polls, of which the topics come without questions and votes', counts.polls],
      ['private messages', counts.messages],
      ['thanks for answers, as only posts are liked here', counts.thanks],
      ['the approval of texts that nobody approved, which come hidden', counts.waiting],
    ]
    return [
      ...says.filter(([, count]) => count > 0).map(([what, count]) => `${what}: ${count}`),
      'signatures, friends, ranks, groups, moderators and styles',
    ]
  },

  lines: {
    async *members({ db, files, picture, tell }) {
      const salt = setting(db, 'avatar_salt')
      const start = Number(setting(db, 'board_startdate'))
      for (const row of users(db)) {
        const name = plain(row.username)
        const hash = /^(\$2[axy]\$\d\d\$.{53}|\$argon2(i|d|id)\$.{20,}|\$[HP]\$.{31})$/.test(
          row.user_password ?? '',
        )
        if (!hash && row.user_password)
          tell(`members ${row.user_id} "${name}": its password is of an unknown kind, and stays behind`)
        const address = addressIn(row.user_email ?? '')
        const file =
          row.user_avatar && row.user_avatar_type === 'avatar.driver.upload'
            ? `images/avatars/upload/${salt}_${row.user_id}${extname(row.user_avatar)}`
            : undefined
        const avatar = file && files ? await picture('avatar', file, `members ${row.user_id}`) : undefined
        yield {
          ...{ id: row.user_id, name, role: row.isAdmin ? 'admin' : 'member' },
          ...(hash && { passwordHash: `phpbb:${row.user_password}` }),
          createdAt: time(row.user_regdate || start),
          ...(row.user_type === 1 && { disabledAt: time(row.user_inactive_time || row.user_regdate) }),
          ...(row.bannedUntil !== null && {
            sanctions: [{ kind: 'suspend', until: row.bannedUntil === 0 ? forEver : time(row.bannedUntil) }],
          }),
          ...(avatar && { avatar: avatar.hash }),
          ...(address && { address: { address, language: languageOf(row.user_lang) } }),
        }
      }
    },

    async *categories({ db, tell }) {
      const readable = readableForums(db)
      const all = new Map(forums(db).map((forum) => [forum.forum_id, forum]))
      for (const forum of [...all.values()].sort((a, b) => a.forum_id - b.forum_id)) {
        if (forum.forum_type !== 1) continue
        const name = nameOf(forum, all)
        const isClosed = !readable.has(forum.forum_id) || !!forum.forum_password
        if (isClosed)
          tell(`categories ${forum.forum_id} "${name}": guests could not read it, so it comes closed`)
        const description = (unmarked(forum.forum_desc ?? '') ?? plain(forum.forum_desc)).slice(0, 300)
        yield {
          ...{ id: forum.forum_id, name, place: forum.left_id },
          ...(description && { description }),
          ...(isClosed && { isClosed }),
        }
      }
    },

    async *posts(source) {
      for (const row of topics(source.db)) {
        const picture = await pictureOf(source, row)
        const title = plain(row.topic_title).slice(0, 200) || '…'
        yield {
          ...{ id: row.topic_id, category: row.forum_id, title, likes: row.thanks },
          ...{ ...authorOf(row), body: bodyOf(row, source, `posts ${row.topic_id}`) },
          ...(picture && { picture }),
          ...{
            createdAt: time(row.post_time),
            ...(row.post_edit_time > 0 && { editedAt: time(row.post_edit_time) }),
          },
          ...{ ...(row.topic_status === 1 && { isLocked: true }), opener: row.post_id },
          ...(row.topic_visibility !== 1 && {
            removed: {
              ...{ title, ...authorOf(row), isOpen: false, at: time(row.post_delete_time || row.post_time) },
              reason: reasonOf(row.topic_delete_reason, row.topic_visibility),
            },
          }),
        }
      }
    },

    async *comments(source) {
      for (const row of answers(source.db)) {
        const body = bodyOf(row, source, `comments ${row.post_id}`)
        const isHidden = row.post_visibility !== 1
        const at = time(row.post_delete_time || row.post_time)
        yield {
          ...{
            id: row.post_id,
            post: row.topic_id,
            ...(!isHidden && authorOf(row)),
            body: isHidden ? '' : body,
          },
          ...{
            createdAt: time(row.post_time),
            ...(row.post_edit_time > 0 && { editedAt: time(row.post_edit_time) }),
          },
          ...(isHidden && {
            ...{ removedAt: at, reason: reasonOf(row.post_delete_reason, row.post_visibility) },
            hidden: { ...authorOf(row), body, at },
          }),
        }
      }
    },

    async *likes({ db }) {
      for (const { post, member, at } of thanksForTopics(db)) yield { post, member, at: time(at) }
    },

    async *follows({ db }) {
      for (const row of watched(db)) yield row
    },
  },
}

/** Before what the site takes for a date. */
const forEver = '9998-12-31T00:00:00.000Z'

/** Seconds since 1970. */
const time = (seconds: number) =>
  new Date(Math.min(Math.max(seconds, 0), 253_370_764_800) * 1_000).toISOString()

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', '#039': "'", '#39': "'" }
/** Names and titles are stored as HTML. */
const plain = (html: string | null) =>
  (html ?? '').replaceAll(/&(lt|gt|quot|amp|#0?39);/g, (_, name: string) => entities[name] ?? '').trim()

const languageOf = (tag: string | null) => /^(ar|de)\b/.exec(tag ?? '')?.[1] ?? 'en'

/** Nobody has the number 1. */
const authorOf = ({ poster_id }: PostRow) => (poster_id > 1 ? { author: poster_id } : {})

function bodyOf(row: PostRow, { tell }: Source, what: string): string {
  const stored = row.post_text ?? ''
  const text = markdownOf(stored)
  if (text === undefined && /\[\/?\w+(=[^\]]*)?(:\w+)?\]/.test(stored))
    tell(`${what}: its text is of an older phpBB, and its BBCode stays as it was typed`)
  const body =
    text ??
    plain(stored.replaceAll(/<br\s*\/?>\n?/g, '\n').replaceAll(/(\[\/?\w+(=[^\]]*)?):\w{8}\]/g, '$1]'))
  const guest = row.poster_id > 1 ? '' : plain(row.post_username)
  return (guest ? `*${guest.replaceAll(/[*_\\]/g, '\\$&')}:*\n\n${body}` : body) || '…'
}

const reasonOf = (reason: string | null, visibility: number) =>
  (
    plain(reason) ||
    (visibility === 2 ? 'It was deleted on the board that it came from.' : 'Nobody had approved it.')
  ).slice(0, 500)

/** The first picture of a topic's first text. */
async function pictureOf({ db, files, picture, tell }: Source, { post_id, topic_id }: TopicRow) {
  const all = attachmentsOf(db, post_id)
  const first = all.find(({ mimetype }) => mimetype.startsWith('image/'))
  for (const each of all)
    if (each !== first)
      tell(`posts ${topic_id}: its file ${plain(each.real_filename)} stays: a post has one picture`)
  if (!first || !files) return undefined
  const made = await picture('picture', `files/${first.physical_filename}`, `posts ${topic_id}`)
  return made && { ...made, alt: (plain(first.attach_comment) || plain(first.real_filename)).slice(0, 300) }
}

/** Its name; behind that of what it stands in where two have the same. */
function nameOf(forum: ForumRow, forums: Map<number, ForumRow>): string {
  const name = plain(forum.forum_name) || '…'
  const isAlone = [...forums.values()].every(
    (other) => other === forum || other.forum_type !== 1 || plain(other.forum_name) !== name,
  )
  const outer = forums.get(forum.parent_id)
  return isAlone || !outer ? name : `${plain(outer.forum_name)}: ${name}`
}
