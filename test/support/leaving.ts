import { expect } from 'bun:test'
import type { Haproxy } from './servers/haproxy.ts'
import { until } from './until.ts'

/** Expects that a replica behind HAProxy learns that the visitor whom it works for has gone. */
export async function expectToBeMissed(haproxy: Haproxy, method: string): Promise<void> {
  const replica = await haproxy.add('web', 'one')
  const visitor = new AbortController()
  const { signal } = visitor
  const answer = fetch(`${haproxy.url}/hold`, { method, signal }).catch(() => 'gone')
  const of = async (path: string) => (await fetch(replica.url + path)).json()
  await until(async () => (await of('/holding')) === 1)

  visitor.abort()

  expect(await answer).toBe('gone')
  await until(async () => (await of('/left')) === 1)
}
