import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { compose, projectOf } from '../../../stack/docker/engine.ts'
import { run } from '../../support/servers/processes.ts'
import { root, temporaryFolder } from '../../support/servers/reaper.ts'

const envFile = { path: '/srv/one/.env', names: [] }

describe('the stack in containers', () => {
  test('is named for its data folder', () => {
    expect(projectOf('/srv/one')).not.toBe(projectOf('/srv/two'))
    expect(projectOf('/srv/one')).toBe(projectOf('/srv/one'))
    expect(projectOf('/srv/My Forum')).toMatch(/^agora-[0-9a-f]+$/)
  })

  test('is shown and stopped with its courier, which only some stacks have', () => {
    const [down, up] = [compose('one').command(['down']), compose('one', envFile).command(['up'])]

    expect(down.join(' ')).toContain('--profile mail down')
    expect(up.join(' ')).toContain('--env-file /srv/one/.env up')
  })

  test('names the command to type where Docker is missing', async () => {
    const up = ['up', '--docker', '--data', temporaryFolder()]

    const { code, output } = await run([process.execPath, join(root, 'stack/cli/main.ts'), ...up], {
      env: { PATH: '/nowhere' },
    })

    expect(code).toBe(1)
    expect(output).toMatch(/^agora: Docker is not installed\. Run: \S+/)
  })
})
