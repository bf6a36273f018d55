import { beforeAll, describe, expect, test } from 'bun:test'
import type { Stack } from '../servers/stack.ts'
import { until } from '../until.ts'
import { actsClient } from './client.ts'

/**
 * Rows that harm whoever else uses the stack: a service without anything in it, and a crash. Needs CHAOS=on.
 */
export function aloneContract(open: () => Promise<Stack>): void {
  let stack: Stack
  const { get, post, answerText } = actsClient(() => stack.url)

  beforeAll(async () => {
    stack = await open()
  }, 240_000)

  describe('an empty service', () => {
    test('has no users, no categories and no acts', async () => {
      for (const table of ['posts', 'categories', 'users']) await stack.sql(`DELETE FROM ${table}`)

      const answers = [
        await answerText(get('/users')),
        await answerText(get('/categories')),
        await answerText(get('/acts/count')),
        await answerText(get('/list_act_user/ana')),
        await answerText(get('/categories/park/acts')),
      ]

      expect(answers).toEqual(['204', '204', '200 [0]', '204', '204'])
    })
  })

  describe('a replica that was made to crash', () => {
    test('is left out within seconds, and the others go on', async () => {
      const crashed = await post('/_crash', '')
      const broken = crashed.headers.get('x-served-by')

      await until(async () => {
        const answers = []
        for (let n = 0; n < 20; n++) answers.push(await get('/_health'))
        return answers.every(({ status }) => status === 200)
      })

      expect([crashed.status, crashed.text]).toEqual([200, ''])
      expect(broken).toBeTruthy()
    })
  })
}
