import { countComments, setParents } from '../queries.ts'
import { at, type Bring, insertAll, localOf, mapOf, notePaths, numberedRows, tellSearch } from './rows.ts'

export const bringComments: Bring<'comments'> = async (bringing, lines) => {
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
