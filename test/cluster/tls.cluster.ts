import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { findMysql } from '../../bench/cluster/mysql.ts'
import { port, startNodes, type ThreeNodes } from '../../bench/cluster/nodes.ts'
import { addedMembers, addedPosts, askPrimary } from '../../bench/cluster/trial.ts'
import { bearer } from '../../bench/cluster/visitors.ts'
import type { Identity } from '../../src/platform/identity.ts'
import { makeIdentity } from '../../stack/cluster/certificates.ts'
import { type Capture, startCapture } from '../support/servers/capture.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

let nodes: ThreeNodes
let capture: Capture

beforeAll(async () => {
  capture = startCapture()
  nodes = await startNodes(await findMysql(), 'open')
  await nodes.whole()
})

/** What speaks with other nodes, and a question to which it has an answer for everyone. */
const questions = {
  redis: 'PING\r\n',
  sentinel: 'PING\r\n',
  batcher: 'GET /up HTTP/1.1\r\nHost: batcher\r\n\r\n',
} as const
const parts = Object.keys(questions) as (keyof typeof questions)[]

/** Resolves to what is answered to somebody with these certificates, or who speaks no TLS. */
function heard(part: keyof typeof questions, shown: Partial<Identity> | undefined): Promise<string> {
  const host = nodes.nodes[0]!.parts[part].place.address
  return new Promise((resolve) => {
    const ask = () => socket.write(questions[part])
    const socket = shown
      ? connectTls({ host, port: port[part], ...shown, rejectUnauthorized: false }, ask)
      : connectPlain({ host, port: port[part] }, ask)
    socket.on('data', (answer) => {
      resolve(answer.toString())
      socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(''))
  })
}

test('whoever has no certificate of the cluster is told nothing', async () => {
  const { name, copierPassword } = nodes.cluster
  const strangers = [
    await makeIdentity({ name, copierPassword: `${copierPassword}!` }, ['127.0.0.1']),
    await makeIdentity({ name: crypto.randomUUID(), copierPassword }, ['127.0.0.1']),
  ]

  for (const part of parts) {
    expect(await heard(part, nodes.identity)).toMatch(/NOAUTH|HTTP\/1.1 200/)
    for (const shown of [undefined, { ca: nodes.identity.ca }, ...strangers])
      expect([part, await heard(part, shown)]).toEqual([part, ''])
  }
})

test('nothing of a post and a like can be read on the way from node to node', async () => {
  const { sites } = nodes.urls
  const [member] = await addedMembers((...statement) => askPrimary(nodes, ...statement), 1)
  await addedPosts((...statement) => askPrimary(nodes, ...statement))
  const [title, key] = [`On ${crypto.randomUUID()}`, crypto.randomUUID()]
  const sent = (at: number, path: string, body?: object, headers = {}) =>
    fetch(`${sites[at]}${path}`, {
      method: 'POST',
      headers: { ...bearer(member!), 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })

  for (const at of [0, 1, 2]) {
    const post = { title: `${title} ${at}`, body: 'On what is read on the way.', category: 'general' }
    const { id } = (await (await sent(at, '/api/posts', post)).json()) as { id: number }
    for (const other of [0, 1, 2]) {
      const headers = { 'idempotency-key': `${key}-${at}-${other}` }
      expect((await sent(other, `/api/posts/${id}/likes`, undefined, headers)).status).toBe(200)
      await until(async () => (await (await fetch(`${sites[other]}/posts/${id}`)).text()).includes(title))
    }
  }

  // The visitor of these sites is outside of the nodes, and without TLS.
  await until(() => capture.readable(title).length > 0 && capture.readable(key).length > 0)
  expect([...capture.carried()]).toEqual(expect.arrayContaining(between))
  expect(capture.readable(title)).toEqual([port.haproxy])
  expect(capture.readable(key)).toEqual([port.haproxy])
})

/** At which nodes speak with one another. */
const between = [3_306, 33_061, port.redis, port.sentinel, port.batcher]
