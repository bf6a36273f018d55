import { expect, test } from 'bun:test'
import { statusText } from '../../stack/status.ts'

test('the status names each process with where it is found', () => {
  const text = statusText({
    mode: 'native',
    url: 'http://127.0.0.1:8080',
    statsUrl: 'http://127.0.0.1:20001/',
    processes: [
      { name: 'web-1', role: 'web', pid: 4711, port: 20_010, state: 'ready' },
      { name: 'accounts-1', role: 'accounts', port: 20_011, state: 'restarting' },
    ],
  })

  expect(text.split('\n')).toEqual([
    'Agora runs (native) at http://127.0.0.1:8080, stats at http://127.0.0.1:20001/',
    '',
    'NAME        STATE       PORT   PROCESS',
    'web-1       ready       20010  4711',
    'accounts-1  restarting  20011  -',
  ])
})
