import { beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { environment } from '../../src/platform/config.ts'
import { keepIdentity } from '../../stack/cluster/certificates.ts'
import { run, startProcess } from '../support/servers/processes.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'
import { freePort } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

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

describe('a node of three equal ones', () => {
  const ofNode = { AGORA_ROLE: 'node', NODES: 'n1,n2,n3', NODE: 'n2', REDIS_PASSWORD: 'red' }
  const asked = () => readFileSync(join(folder, 'docker.log'), 'utf8')

  test.each([
    ['http', {}, 'only a node is one of a cluster'],
    ['node', { NODES: '' }, 'does not name the three machines'],
  ])('is one by its settings: %s with %j is not, and nothing is started', async (role, settings, says) => {
    const { code, output, wasDockerAsked } = await question(['cluster', 'init'], {
      ...ofNode,
      AGORA_ROLE: role,
      ...settings,
    })

    expect(output).toContain(says)
    expect({ code, wasDockerAsked }).toEqual({ code: 1, wasDockerAsked: false })
  })

  test('finds MySQL, Redis and batchers on all three, by what NODES says', async () => {
    const where = '"$MYSQL_HOST $REDIS_URL $BATCHERS"'
    writeFileSync(join(folder, 'docker'), `#!/bin/sh\necho ${where} "$@" >>'${folder}/docker.log'\n`)
    mkdirSync(join(folder, 'home'))
    writeFileSync(join(folder, 'home/image'), 'example.org:5000/agora:1\n')

    await question(['cluster', 'restart', '--without', 'n3'], ofNode)

    expect(asked()).toContain('n1,n2,n3 rediss+sentinel://:red@n1,n2,n3/agora ')
    expect(asked()).toContain(' https://n1:4000|https://n2:4000|https://n3:4000 compose ')
    for (const overlay of ['http', 'data', 'node'])
      expect(asked()).toContain(`/deploy/${overlay}.compose.yml`)
    // What Redis shows to the others has to be there when it starts.
    expect(asked()).toMatch(
      / certificates\n.* up --detach --no-deps --no-build --wait mysql redis sentinel$/m,
    )
    expect(asked()).toMatch(/ run .*setup bun stack\/cluster\/main.ts restart --without n3$/m)
  })

  test('rolls nothing while not every node is in the group', async () => {
    mkdirSync(join(folder, 'home'))
    writeFileSync(join(folder, 'home/image'), 'example.org:5000/agora:1\n')

    const { code, output } = await question(['roll', 'example.org:5000/agora:2'], ofNode)

    expect({ code, output }).toEqual({
      code: 1,
      output:
        'agora-server: not every node is in the group, so nothing is rolled: see agora-server cluster\n',
    })
    expect(asked()).not.toContain('agora:2')
  })

  test('is rolled when it is back in the group, so that the next one may be', async () => {
    const log = join(folder, 'docker.log')
    // All is well, but for the second time that somebody asks for the group.
    const docker = `#!/bin/sh
      echo "$@" >>'${log}'
      case "$*" in
        create* | *' ps --'*) echo one ;;
        inspect*) echo 'running healthy' ;;
        *'main.ts status') [ "$(grep -c 'main.ts status' '${log}')" -ne 2 ] ;;
      esac`
    for (const [name, content] of Object.entries({ docker, curl: '#!/bin/sh' })) {
      writeFileSync(join(folder, name), content)
      chmodSync(join(folder, name), 0o755)
    }
    mkdirSync(join(folder, 'home'))
    writeFileSync(join(folder, 'home/image'), 'example.org:5000/agora:1\n')

    const { code, output } = await question(['roll', 'example.org:5000/agora:2'], ofNode)

    expect({ code, output }).toEqual({ code: 0, output: 'agora-server: runs example.org:5000/agora:2\n' })
    expect(asked().match(/main\.ts status$/gm)).toHaveLength(3)
    expect(asked()).toEndWith('main.ts status\n')
  })

  test('a Sentinel takes the password of its start, also over a file that it has', async () => {
    const compose = parse(readFileSync(join(root, 'deploy/node.compose.yml'), 'utf8'), { logLevel: 'error' })
    const [, , script] = compose.services.sentinel.command as [string, string, string]
    await keepIdentity(folder, { name: 'agora', copierPassword: 'long enough to be one' }, ['127.0.0.1'])
    const port = await freePort()
    const own = script
      .replaceAll('$$', '$')
      .replaceAll(/\/(data|tls)\b/g, folder)
      .replaceAll('26379', `${port}`)
    const answersTo = (password: string) => async () => {
      const tls = ['--tls', '--cacert', 'ca.pem', '--cert', 'cert.pem', '--key', 'key.pem']
      const env = { REDISCLI_AUTH: password }
      const { output } = await run(['redis-cli', '-p', `${port}`, ...tls, 'ping'], { cwd: folder, env })
      return output.includes('PONG')
    }

    for (const password of ['before', 'after']) {
      const env = { REDIS_PASSWORD: password, NODE: '127.0.0.2', NODES: '127.0.0.2,127.0.0.3,127.0.0.4' }
      const sentinel = startProcess(['sh', '-c', own], { cwd: folder, env })
      await until(answersTo(password))
      await sentinel.stop()
    }

    const kept = readFileSync(join(folder, 'sentinel.conf'), 'utf8')
    expect(kept).toContain('sentinel auth-pass agora after\n')
    expect(kept).not.toContain('before')
  })
})

test('a dump that is loaded at a primary reaches the other members, too', () => {
  const dumps = readFileSync(join(root, 'deploy/README.md'), 'utf8')
    .split('\n\n')
    .filter((paragraph) => paragraph.includes('--single-transaction'))

  expect(dumps.length).toBeGreaterThan(1)
  // Else MySQL writes `SET SQL_LOG_BIN = 0` into a dump of a member.
  for (const dump of dumps) expect(dump).toContain('--set-gtid-purged=OFF')
})
