import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { agora, PATH, temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'

setDefaultTimeout(180_000)

let from: Stack
let to: Stack
beforeAll(async () => {
  from = await startStack({ env: { FLUSH_SECONDS: '3600', FLUSH_LIKES: '1000000' } })
  to = await startStack({ env: { SAMPLE: 'off' } })
})

test('a board is brought to an empty one by the command, which is killed and typed again, while both are used', async () => {
  const file = join(temporaryFolder(), 'board.tar')
  await from.sql(`INSERT INTO posts (category_id, author_id, title, body)
    SELECT 1, 1, CONCAT('Post ', a.id, ' ', b.id), 'About nothing' FROM posts AS a JOIN posts AS b`)
  const presses = Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      fetch(`${from.url}/api/posts/${1 + (n % 5)}/likes`, { method: 'POST' }),
    ),
  )
  expect((await presses).every(({ ok }) => ok)).toBe(true)
  const likes = await Promise.all([1, 2, 3, 4, 5].map((id) => likesOf(from, id)))

  const exported = await runAgora(['export', file, '--data', from.data])
  expect([exported.code, exported.output]).toEqual([0, expect.stringContaining('1,640 posts')])

  const dry = await runAgora(['import', 'agora', file, '--dry-run', '--data', to.data])
  expect([dry.code, dry.output]).toEqual([
    0,
    expect.stringContaining('Nothing was changed. New here would be'),
  ])
  expect(await to.sql('SELECT COUNT(*) FROM posts')).toEqual(['0'])

  const killed = Bun.spawn([agora, 'import', 'agora', file, '--data', to.data], {
    env: { PATH },
    stdout: 'ignore',
    stderr: 'ignore',
    detached: true,
  })
  while ((await to.sql('SELECT COUNT(*) > 300 FROM posts'))[0] !== '1' && killed.exitCode === null) {}
  if (killed.exitCode === null) process.kill(-killed.pid, 'SIGKILL')
  await killed.exited

  const { code, output } = await runAgora(['import', 'agora', file, '--data', to.data])
  expect([code, output]).toEqual([0, expect.stringContaining('the file has')])
  expect(await to.sql('SELECT COUNT(*), SUM(comments) FROM posts')).toEqual(
    await from.sql('SELECT COUNT(*), SUM(comments) FROM posts'),
  )
  expect(await Promise.all([1, 2, 3, 4, 5].map((id) => likesOf(to, id)))).toEqual(likes)

  const audit = (await (await fetch(`${to.url}/api/audit`)).json()) as {
    drift: number
    recount: { flaws: unknown[] }
  }
  expect([audit.drift, audit.recount.flaws]).toEqual([0, []])

  const folder = join(temporaryFolder(), 'club')
  const elsewhere = temporaryFolder()
  const archived = await runAgora(
    ['archive', folder, '--language', 'de', '--data', to.data],
    undefined,
    elsewhere,
  )
  expect([archived.code, archived.output]).toEqual([0, expect.stringContaining('has 1,640 posts')])
  const page = await Bun.file(join(folder, 'posts/1.html')).text()
  expect(page).toContain(`<span>${likes[0]} Likes</span>`)
  expect(page).toContain('lang="de"')

  const press = await fetch(`${to.url}/api/posts/1/likes`, { method: 'POST' })
  expect(await press.json()).toMatchObject({ post: 1, likes: (likes[0] ?? 0) + 1 })
})

test('what makes no sense is said in a line', async () => {
  const format = await runAgora(['import', 'fidonet', 'x', '--data', to.data])
  expect([format.code, format.output]).toEqual([2, expect.stringContaining('import wants a format')])
  const language = await runAgora(['archive', 'x', '--language', 'tlh', '--data', to.data])
  expect([language.code, language.output]).toEqual([
    2,
    expect.stringContaining('--language is one of en, ar, de'),
  ])
  const folder = await runAgora(['archive', to.data, '--data', to.data])
  expect([folder.code, folder.output]).toEqual([1, expect.stringContaining('is there already')])
  const file = await runAgora(['import', 'agora', '/nowhere', '--data', to.data])
  expect([file.code, file.output.trim()]).toEqual([1, 'agora: there is no file /nowhere'])
  const own = join(temporaryFolder(), 'own.tar')
  await runAgora(['export', own, '--data', to.data])
  const again = await runAgora(['import', 'agora', own, '--data', to.data])
  expect([again.code, again.output]).toEqual([1, expect.stringContaining('came from this very board')])
})

const likesOf = async ({ url }: Stack, id: number) =>
  ((await (await fetch(`${url}/api/posts/${id}`)).json()) as { likes: number }).likes
