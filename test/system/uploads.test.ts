import { expect, setDefaultTimeout, test } from 'bun:test'
import { nativeStatus } from '../../stack/native/status.ts'
import { identify } from '../../stack/process/identity.ts'
import { startProcess } from '../support/servers/processes.ts'
import { agora, PATH } from '../support/servers/reaper.ts'
import { startStack } from '../support/servers/stack.ts'
import { beginUpload } from '../support/site/slow-upload.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

const body = 'word '.repeat(8_000)
const begin = (url: string) => beginUpload(`${url}/posts`, { category: 'Books', title: 'A long one', body })
const down = (data: string) => startProcess([agora, 'down', '--data', data], { env: { PATH } })

test('a stop lets whoever is sending something go on, and waits for no live page', async () => {
  const { data, url } = await startStack({ replicas: 1, env: { GRACE_SECONDS: '3600' } })
  const live = await fetch(`${url}/live?posts=1`)
  const upload = begin(url)

  const stopping = down(data)
  await until(() => stopping.printed().includes('may end that, for up to 3600 s'), { withinMs: 30_000 })
  const late = await fetch(`${url}/up`).catch(() => 'refused')
  const answer = await upload.finish()

  expect(late).toBe('refused')
  expect(answer).toMatch(/^HTTP\/1.1 (303|401|422) /)
  expect(await stopping.exited).toBe(0)
  await live.body?.cancel().catch(() => undefined)
})

test('a second word to stop waits for nobody any more', async () => {
  const { data, url } = await startStack({ replicas: 1, env: { GRACE_SECONDS: '3600' } })
  const upload = begin(url)
  const first = down(data)
  await until(() => first.printed().includes('may end that'), { withinMs: 30_000 })

  const second = down(data)

  expect(await Promise.all([first.exited, second.exited])).toEqual([0, 0])
  expect(await upload.finish()).toBe('')
})

test('a deploy lets whoever is sending something go on', async () => {
  const { data, url } = await startStack({ replicas: 1 })
  const { processes } = await nativeStatus(data)
  const before = processes.find(({ name }) => name === 'web-1')!
  const upload = begin(url)

  const deploy = startProcess([agora, 'deploy', '--data', data], { env: { PATH } })
  // It reports each that is replaced, and ends when those before them are gone.
  await until(() => deploy.printed().includes('admin-2 runs the new code'), { withinMs: 240_000 })
  const isStillThere = identify(before.pid!) !== undefined
  const answer = await upload.finish()

  expect(isStillThere).toBe(true)
  // Nobody is signed in, so it is refused, by the replica, which read all of it.
  expect(answer).toMatch(/^HTTP\/1.1 (303|401|422) /)
  expect(answer.toLowerCase()).toContain('x-served-by: web-1')
  expect(await deploy.exited).toBe(0)
})
