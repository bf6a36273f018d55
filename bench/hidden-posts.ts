import { readSecrets } from '../stack/secrets.ts'
import { newVisitor, sessionCookieOf } from '../test/support/site/visitor.ts'
import { until } from '../test/support/until.ts'
import type { PrivateStack } from './private-stack.ts'

/** An admin who takes posts off the board and brings them back, whatever dies meanwhile. */
export type Keeper = {
  /** Resolves when the post's page says that it is gone. */
  hide(post: number): Promise<void>
  /** Resolves when the page is there again. */
  show(post: number): Promise<void>
  /** Brings back whatever was hidden: a store of the past may have hidden it once more. */
  showAll(): Promise<void>
}

const withinMs = 180_000
const againMs = 250
const patienceMs = 15_000

export async function openKeeper(stack: PrivateStack): Promise<Keeper> {
  const { url } = stack
  const admin = newVisitor(url)
  await admin.post('/login', { username: 'admin', password: readSecrets(stack.data)?.demoAdmin ?? '' })
  const headers = { cookie: sessionCookieOf(admin), origin: url, 'content-type': 'application/json' }
  const hidden = new Set<number>()

  const statusOf = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, signal: AbortSignal.timeout(patienceMs) }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      () => undefined,
    )

  /** An answer may be lost, so the page is what counts. */
  async function bring(post: number, act: 'hide' | 'show', status: number) {
    const body = JSON.stringify({ act, kind: 'post', id: post, reason: 'Tried' })
    const isSo = async () => {
      await statusOf('/api/moderation/actions', { method: 'POST', headers, body })
      return (await statusOf(`/posts/${post}`, { headers: { 'cache-control': 'no-cache' } })) === status
    }
    await until(isSo, { withinMs, everyMs: againMs })
  }

  const show = (post: number) => bring(post, 'show', 200)
  return {
    async hide(post) {
      hidden.add(post)
      await bring(post, 'hide', 410)
    },
    show,
    async showAll() {
      for (const post of hidden) await show(post)
    },
  }
}
