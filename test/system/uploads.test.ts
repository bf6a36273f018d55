import { expect, setDefaultTimeout, test } from 'bun:test'
import { nativeStatus } from '../../stack/native.ts'
import { identify } from '../../stack/processes.ts'
import { startProcess } from '../support/processes.ts'
import { beginUpload } from '../support/slow-upload.ts'
import { startStack } from '../support/stack.ts'
import { until } from '../support/until.ts'
import { agora, PATH } from '../support/warden.ts'

setDefaultTimeout(120_000)

test('a deploy lets whoever is sending something go on', async () => {
  const { data, url } = await startStack({ replicas: 1 })
  const { processes } = await nativeStatus(data)
  const before = processes.find(({ name }) => name === 'web-1')!
  const body = 'word '.repeat(8_000)
  const upload = beginUpload(`${url}/posts`, { category: 'Books', title: 'A long one', body })

  const deploy = startProcess([agora, 'deploy', '--data', data], { env: { PATH } })
  // It tells of each that is replaced, and ends when those before them are gone.
  await until(() => deploy.printed().includes('admin-2 runs the new code'), { withinMs: 60_000 })
  const isStillThere = identify(before.pid!) !== undefined
  const answer = await upload.finish()

  expect(isStillThere).toBe(true)
  // Nobody is signed in, so it is refused, by the replica, which read all of it.
  expect(answer).toMatch(/^HTTP\/1.1 (303|401|422) /)
  expect(answer.toLowerCase()).toContain('x-served-by: web-1')
  expect(await deploy.exited).toBe(0)
})
