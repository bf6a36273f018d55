import { beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '../../src/platform/config.ts'
import { run } from '../support/servers/processes.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  // It notes that it was asked, and has no image.
  const docker = `#!/bin/sh\necho "$@" >>'${folder}/docker.log'\nexit 1\n`
  writeFileSync(join(folder, 'docker'), docker)
  chmodSync(join(folder, 'docker'), 0o755)
})

/**
 * What the key of a deployment may ask, on a server with these settings; what is run is `deploy/server.sh`
 * itself.
 */
async function question(words: string[], settings: Record<string, string> = {}) {
  const lines = Object.entries({ AGORA_ROLE: 'http', AGORA_IMAGE: 'example.org:5000/agora:1', ...settings })
  writeFileSync(join(folder, 'agora.env'), lines.map(([name, value]) => `${name}='${value}'\n`).join(''))
  const env = {
    PATH: `${folder}:${environment.PATH}`,
    AGORA_CONFIG: join(folder, 'agora.env'),
    AGORA_HOME: join(folder, 'home'),
  }
  const { code, output } = await run(['sh', join(root, 'deploy/server.sh'), ...words], { env })
  return { code, output, wasDockerAsked: existsSync(join(folder, 'docker.log')) }
}

describe('a deployment key', () => {
  test.each([
    'evil.example/agora:1',
    'example.org:5000/agora-of-bo:1',
    'example.org:5000/agora/more',
    'agora:1',
    'example.org/agora@sha256:00',
  ])('may not roll to %s', async (image) => {
    const { code, output, wasDockerAsked } = await question(['asked', 'roll', image])

    expect(output).toBe(`agora-server: ${image} is no image of example.org:5000/agora\n`)
    expect({ code, wasDockerAsked }).toEqual({ code: 1, wasDockerAsked: false })
  })

  test.each(['example.org:5000/agora:2', 'example.org:5000/agora@sha256:00', 'example.org:5000/agora'])(
    'may roll to %s',
    async (image) => {
      const { output, wasDockerAsked } = await question(['asked', 'roll', image])

      expect(output).toBe(`agora-server: there is no image ${image}\n`)
      expect(wasDockerAsked).toBe(true)
    },
  )

  test('may roll to none where nobody said whose they are', async () => {
    const { output } = await question(['asked', 'roll', 'agora:1'], { AGORA_IMAGE: '' })

    expect(output).toContain('AGORA_IMAGE in')
  })
})
