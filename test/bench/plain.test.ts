import { expect, setDefaultTimeout, test } from 'bun:test'
import { startPlain } from '../../bench/plain.ts'

setDefaultTimeout(30_000)

test('plain HAProxy answers by the servers behind it, and all three end', async () => {
  const plain = await startPlain()
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const response = await fetch(plain.url, { method: 'POST' })
      return [response.status, response.headers.get('x-served-by'), await response.text()]
    }),
  )
  const roles = (await plain.processes()).map(({ role }) => role)
  await plain.stop()

  expect(answers).toEqual(answers.map(() => [200, null, 'nothing']))
  expect(roles).toEqual(['haproxy', 'web', 'web'])
  await expect(fetch(plain.url)).rejects.toThrow()
})
