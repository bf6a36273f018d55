import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mostReplicas, scalerSettings } from '../../../stack/scaler/settings.ts'
import { root } from '../../support/servers/reaper.ts'

const placesOf = (kind: string) => {
  const text = readFileSync(join(root, 'haproxy/haproxy.cfg'), 'utf8')
  const all = [...text.matchAll(new RegExp(`server-template ${kind}- (\\d+) `, 'g'))]
  return all.map(([, places]) => Number(places))
}

test('in containers there are as many web replicas as HAProxy has places for, and one more in a deploy', () => {
  expect(placesOf('web')).toEqual(Array(4).fill(mostReplicas.docker + 1))
})

test('on several servers old and new replicas have a place together', () => {
  const script = readFileSync(join(root, 'deploy/server.sh'), 'utf8')
  const [, web, others] = script.match(/web\) most=(\d+) ;; \*\) most=(\d+) ;;/) ?? []

  expect(placesOf('web').every((places) => places >= 2 * Number(web))).toBe(true)
  expect(
    [...placesOf('accounts'), ...placesOf('admin')].every((places) => places >= 2 * Number(others)),
  ).toBe(true)
})

test('no setting and no machine asks for more than there is room for', () => {
  const start = { mode: 'docker', webReplicas: 2, autoscale: true } as const

  expect(scalerSettings(start, {}, 64).max).toBe(19)
  expect(scalerSettings({ ...start, mode: 'native' }, {}, 64).max).toBe(64)
  expect(() => scalerSettings(start, { SCALE_MAX: '20' })).toThrow(
    'SCALE_MAX must be a whole number from 2 to 19',
  )
  expect(() => scalerSettings({ ...start, webReplicas: 20 }, {})).toThrow('--replicas must be at most 19')
})
