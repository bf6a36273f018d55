import { describe, expect, test } from 'bun:test'
import { parseCommand, UsageError } from '../../../stack/cli/arguments.ts'
import { runAgora } from '../../support/servers/stack.ts'

describe('the words after ./agora', () => {
  test('up alone means port 8080, two web replicas, the foreground and the folder .agora', () => {
    const command = parseCommand(['up'], '/home/ana/agora')

    expect(command).toEqual({
      name: 'up',
      mode: undefined,
      data: '/home/ana/agora/.agora',
      port: 8080,
      replicas: 2,
      detach: false,
      autoscale: true,
      typed: [],
    })
  })

  test('up takes its options in any order', () => {
    const command = parseCommand(
      ['up', '--replicas=3', '--detach', '--data', '/srv/board', '--native', '--port', '18080'],
      '/',
    )

    expect(command).toEqual({
      name: 'up',
      mode: 'native',
      data: '/srv/board',
      port: 18080,
      replicas: 3,
      detach: true,
      autoscale: true,
      typed: ['--port', '--replicas'],
    })
  })

  test('reconcile asks, or decides the one way or the other, for all batchers or one', () => {
    expect(parseCommand(['reconcile'], '/')).toMatchObject({ batcher: undefined, waiting: undefined })
    expect(parseCommand(['reconcile', 'batcher-2', '--drop'], '/')).toMatchObject({
      batcher: 'batcher-2',
      waiting: 'drop',
    })
    expect(() => parseCommand(['reconcile', '--send', '--drop'], '/')).toThrow(UsageError)
  })

  test('password takes a name as it is spelt', () => {
    expect(parseCommand(['password', ' Ana  Lü'], '/srv')).toEqual({
      ...{ name: 'password', data: '/srv/.agora', member: ' Ana  Lü', isFactorLost: false },
    })
    expect(parseCommand(['password', '--', '--ana'], '/')).toMatchObject({ member: '--ana' })
    expect(parseCommand(['password', 'ana', '--factor-lost'], '/')).toMatchObject({ isFactorLost: true })
  })

  test('a relative data folder is the one seen from where the command is typed', () => {
    expect(parseCommand(['down', '--data', 'board'], '/')).toMatchObject({ data: `${process.cwd()}/board` })
  })

  test('logs names a process and follows it', () => {
    expect(parseCommand(['logs', '-f', 'web-1'], '/')).toMatchObject({ process: 'web-1', follow: true })
  })

  test('what follows test is left to the tests', () => {
    expect(parseCommand(['test', '--help', 'unit'], '/')).toEqual({ name: 'test', args: ['--help', 'unit'] })
  })

  const nonsense: string[][] = [
    [],
    ['fly'],
    ['up', 'high'],
    ['up', '--fast'],
    ['up', '--port'],
    ['up', '--port', '0'],
    ['up', '--port', '65536'],
    ['up', '--port', '80a'],
    ['up', '--replicas', '0'],
    ['up', '--native', '--docker'],
    ['down', '--json'],
    ['down', '--volumes', '--data', ''],
    ['up', '--data='],
    ['logs', 'web-1', 'web-2'],
    ['sql'],
    ['sql', '  '],
    ['sql', 'SELECT', '1'],
    ['password'],
    ['password', ''],
    ['password', 'ana', 'bo'],
    ['scale'],
    ['scale', '0'],
    ['scale', '2', '3'],
    ['deploy', 'now'],
  ]
  test.each(nonsense.map((words) => [words.join(' '), words]))('"%s" is refused', (_, words) => {
    expect(() => parseCommand(words as string[], '/')).toThrow(UsageError)
  })

  test('an unknown word shows the usage and exits with 2', async () => {
    const { code, output } = await runAgora(['fly'])

    expect(code).toBe(2)
    expect(output).toContain('there is no command "fly"')
    expect(output).toContain('Usage: ./agora COMMAND')
  })

  test('help is no mistake', async () => {
    const { code, printed } = await runAgora(['up', '--help'])

    expect(code).toBe(0)
    expect(printed).toContain('Usage: ./agora COMMAND')
  })
})
