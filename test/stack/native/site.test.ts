import { expect, test } from 'bun:test'
import { replicaNames } from '../../../stack/native/site.ts'

test('a stack begins with the web replicas asked for, one for accounts and two for admin', () => {
  expect(replicaNames(3).map(({ name }) => name)).toEqual([
    'web-1',
    'web-2',
    'web-3',
    'accounts-1',
    'admin-1',
    'admin-2',
  ])
})
