import { expect, test } from 'bun:test'
import { eachHost } from '../../src/platform/hosts.ts'

test.each([
  ['mysql://u:p@n1/agora', ['mysql://u:p@n1/agora']],
  [
    'mysql://u:p@n1,n2:3307,n3/agora',
    ['mysql://u:p@n1/agora', 'mysql://u:p@n2:3307/agora', 'mysql://u:p@n3/agora'],
  ],
  ['mysql://n1, n2/agora?a=1,2', ['mysql://n1/agora?a=1,2', 'mysql://n2/agora?a=1,2']],
  ['mysql://u,v:p,q@n1/agora', ['mysql://u,v:p,q@n1/agora']],
  [
    'redis+sentinel://:p@[::1]:1,[::2]/agora',
    ['redis+sentinel://:p@[::1]:1/agora', 'redis+sentinel://:p@[::2]/agora'],
  ],
  ['no address', ['no address']],
])('the servers of %s are seen', (url, each) => {
  expect(eachHost(url)).toEqual(each)
})
