import { expect, test } from 'bun:test'
import { answerText, nativeSql } from '../../../stack/native/sql.ts'
import { freePorts, holderOf, isFree } from '../../../stack/process/ports.ts'
import { statusText } from '../../../stack/status.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

const answer = {
  header: ['id', 'title'],
  rows: [
    ['1', 'Tea\tor\ncoffee?'],
    ['20', 'NULL'],
  ],
}

test('an answer of the database has tabs for a program', () => {
  expect(answerText(answer, false)).toBe('id\ttitle\n1\tTea\\tor\\ncoffee?\n20\tNULL')
})

test('an answer of the database has columns for a person', () => {
  expect(answerText(answer, true)).toBe('id  title\n1   Tea\\tor\\ncoffee?\n20  NULL')
})

test('a statement that is no question tells how many rows it changed', () => {
  expect(answerText({ changed: 1 }, false)).toBe('1 row changed')
  expect(answerText({ changed: 0 }, false)).toBe('0 rows changed')
})

test('a folder without a stack has nobody to ask', async () => {
  await expect(nativeSql(temporaryFolder(), 'SELECT 1')).rejects.toThrow('Agora is not running')
})

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

test('a port that is taken is known, and so is who has it', async () => {
  const [port = 0] = await freePorts(1)
  expect(await isFree(port)).toBe(true)
  expect(holderOf(port)).toBeUndefined()

  using _server = Bun.serve({ hostname: '127.0.0.1', port, fetch: () => new Response() })

  expect(await isFree(port)).toBe(false)
  expect(holderOf(port)).toEndWith(`(pid ${process.pid})`)
})

test('ports are chosen where no outgoing connection can sit on them', async () => {
  const ports = await freePorts(50)

  expect(new Set(ports).size).toBe(50)
  expect(ports.filter((port) => port < 20_000 || port > 31_999)).toEqual([])
})

test('a port that a process chose is not given to another before it listens there', async () => {
  const [port = 0] = await freePorts(1)
  const script = `
    import { createSocket } from 'node:dgram'
    createSocket('udp4')
      .once('error', (error) => console.log(error.code))
      .bind({ port: ${port}, address: '127.0.0.1', exclusive: true }, () => process.exit())
  `

  const other = Bun.spawnSync([process.execPath, '-e', script])

  expect(other.stdout.toString()).toContain('EADDRINUSE')
})
