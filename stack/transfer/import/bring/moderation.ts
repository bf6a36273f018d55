import { hashOf as hashOfAction } from '../../../../src/action-log/chain.ts'
import { lockHead } from '../../../../src/action-log/queries.ts'
import { type Line, ofSubject } from '../../format.ts'
import { gonePostsThere, type Numbered, setHead, type Values } from '../queries.ts'
import { entryOf } from '../read.ts'
import { at, type Bring, type Bringing, insertAll, localOf, mapOf, numberedRows } from './rows.ts'

export const bringModerators: Bring<'moderators'> = async (bringing, lines) => {
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
export const bringGonePosts: Bring<'goneposts'> = async (bringing, lines) => {
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

export const bringModeration = doings('moderation', 'moderation_log', ({ isOpen }) => ({ is_open: isOpen }))
export const bringAdminNotes = doings('adminnotes', 'admin_notes', ({ detail }) => ({ detail }))

/** Lines of who did what to which subject. `ownOf`: the columns that this table has beside those. */
function doings<K extends 'moderation' | 'adminnotes'>(
  kind: K,
  table: Numbered,
  ownOf: (line: Line<K>) => Values,
): Bring<K> {
  return async (bringing, lines) => {
    const members = await mapOf(
      bringing,
      'members',
      lines.map(({ by }) => by),
    )
    const rows = lines.map((line) => ({
      ...{ id: line.id, what: line.what, subject: line.subject },
      ...ownOf(line),
      ...{ done_by: localOf(members, line.by), done_at: at(line.at) },
    }))
    await numberedRows(bringing, kind, table, rows)
    return lines.length
  }
}

/**
 * The log is a chain over numbers of posts, comments and members: it comes as it is, where those are the same
 * here and what this board has of a log is its beginning, or it does not come.
 */
export const bringActions: Bring<'actions'> = async ({ sql, known }, lines) => {
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
export const bringRules: Bring<'rules'> = async (bringing, lines) => {
  if (bringing.known.keepsIds === 0) return 0
  await numberedRows(
    bringing,
    'rules',
    'rules',
    lines.map(({ id, place, title, body }) => ({ id, place, title, body })),
  )
  return lines.length
}

export const bringReports: Bring<'reports'> = async (bringing, lines) => {
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

export const bringModeratorNotes: Bring<'modnotes'> = async (bringing, lines) => {
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
