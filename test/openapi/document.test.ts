import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Document } from '../../src/openapi/document.ts'
import { checkerOf } from '../support/api/client.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { routesOf } from '../support/site/routes.ts'

setDefaultTimeout(60_000)

let web: Replica
let document: Document
beforeAll(async () => {
  web = await openReplica()
  document = (await (await web.visitor().get('/api/openapi.json')).json()) as Document
})

test('every route below /api stands in the document, whichever pool serves it', async () => {
  const replicas = [web, await web.as('accounts'), await web.as('admin')]
  const routes = (await Promise.all(replicas.map(routesOf))).flat()
  const ofPrograms = routes.filter(({ path }) => path.startsWith('/api/'))
  const isUndocumented = (path: string) => ['/api/openapi.json', '/api/docs'].includes(path)
  // What breaks a replica is no offer to anybody.
  const isSecret = (path: string) => path.endsWith('/_crash')

  const missing = ofPrograms.filter(
    ({ method, path }) =>
      !isUndocumented(path) &&
      !isSecret(path) &&
      !document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()],
  )

  expect(ofPrograms.length).toBeGreaterThan(40)
  expect(missing).toEqual([])
})

test('the audit is as the document says', async () => {
  const response = await web.visitor().get('/api/audit')
  const answer = { status: response.status, body: await response.json(), headers: response.headers }

  expect(() => checkerOf(document)('GET', '/api/audit', answer, 'application/json')).not.toThrow()
  expect(() =>
    checkerOf(document)('GET', '/api/audit', { ...answer, body: {} }, 'application/json'),
  ).toThrow()
})

test('every schema that is named is there, and every one that is there is used', () => {
  const text = JSON.stringify(document)
  const named = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name))

  expect([...named].sort()).toEqual(Object.keys(document.components.schemas).sort())
})

test('every tag is explained', () => {
  const used = Object.values(document.paths).flatMap((path) =>
    Object.values(path).flatMap(({ tags }) => tags),
  )

  expect([...new Set(used)].sort()).toEqual(document.tags.map(({ name }) => name).sort())
})
