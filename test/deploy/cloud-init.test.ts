import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { parse } from 'yaml'
import { run } from '../support/servers/processes.ts'
import { root, temporaryFolder } from '../support/servers/reaper.ts'

type CloudConfig = {
  ssh_pwauth: boolean
  disable_root: boolean
  packages: string[]
  users: { name: string; lock_passwd: boolean; sudo?: string; ssh_authorized_keys?: string[] }[]
  write_files?: { path: string; permissions?: string; encoding?: string; content: string }[]
  runcmd?: string[][]
}

/** In bytes, before it is encoded as a whole. */
const longestUserData = 32 * 1024

const tool = await Bun.file(join(root, 'deploy/server.sh')).text()
const env = { AGORA_ROLE: 'http', REDIS_URL: 'redis://:Abc123@10.20.10.4:6379/0', SAMPLE: 'off' }
const envText = "AGORA_ROLE='http'\nREDIS_URL='redis://:Abc123@10.20.10.4:6379/0'\nSAMPLE='off'\n"
const base64 = (text: string) => Buffer.from(text).toString('base64')
const deployKey = 'ssh-ed25519 AAAA deployments'
const forced =
  'restrict,command="sudo /usr/local/bin/agora-server asked $SSH_ORIGINAL_COMMAND" ssh-ed25519 AAAA deployments'

const forcedKey = `jsonencode("restrict,command=\\"sudo /usr/local/bin/agora-server asked $SSH_ORIGINAL_COMMAND\\" \${deploy_key}")`
const encodedEnv = `base64encode(join("", [for key, value in env : "\${key}='\${value}'\\n"]))`

/** What Terraform would put in the place of each expression in server.yaml.tftpl. */
const server = {
  'jsonencode(operator_key)': '"ssh-ed25519 AAAA ana"',
  [forcedKey]: JSON.stringify(forced),
  'base64gzip(tool)': Buffer.from(Bun.gzipSync(tool)).toString('base64'),
  [encodedEnv]: base64(envText),
  'base64encode(tls_pem)': base64('-----BEGIN CERTIFICATE-----'),
  'jsonencode(disk_serial)': '"gw8abc"',
}
const everything = { 'deploy_key != ""': true, 'tls_pem != ""': true, 'disk_serial != ""': true }
const nothing = { 'deploy_key != ""': false, 'tls_pem != ""': false, 'disk_serial != ""': false }

const bastion = {
  'jsonencode(operator_key)': '"ssh-ed25519 AAAA ana"',
  'base64encode(runner_token)': base64('token-of-an-hour'),
  'runner.package_url': 'https://example.org/runner.tar.gz',
  'runner.package_sha256': 'a'.repeat(64),
  'runner.repository_url': 'https://example.org/ana/agora',
  runner_name: 'agora-bastion',
}
const withRunner = 'runner != null && runner_token != ""'

describe('a server of a role', () => {
  test('starts by its own tool, which it is given whole', async () => {
    const { write_files = [], runcmd = [] } = await render('server', server, everything)

    const given = write_files.find(({ path }) => path === '/usr/local/bin/agora-server')!
    expect([given.encoding, given.permissions]).toEqual(['gz+b64', '0755'])
    expect(Buffer.from(Bun.gunzipSync(Buffer.from(given.content, 'base64'))).toString()).toBe(tool)
    expect(runcmd.slice(-3)).toEqual([
      ['/usr/local/bin/agora-server', 'disk', 'gw8abc'],
      ['chown', '-R', '99:99', '/etc/agora/certificates'],
      ['/usr/local/bin/agora-server', 'first'],
    ])
  })

  test('keeps its secrets in files for root alone', async () => {
    const { write_files = [] } = await render('server', server, everything)

    const permissions = Object.fromEntries(write_files.map((each) => [each.path, each.permissions]))
    const settings = write_files.find(({ path }) => path === '/etc/agora/agora.env')!
    expect(permissions['/etc/agora/agora.env']).toBe('0600')
    expect(permissions['/etc/agora/certificates/agora.pem']).toBe('0400')
    expect(Buffer.from(settings.content, 'base64').toString()).toBe(
      Object.entries(env)
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(''),
    )
  })

  test('lets nobody in with a password, root not at all, and a deployment only deploy', async () => {
    const config = await render('server', server, everything)

    const deploy = config.users.find(({ name }) => name === 'deploy')!
    expect([config.ssh_pwauth, config.disable_root]).toEqual([false, true])
    expect(config.users.every(({ lock_passwd }) => lock_passwd)).toBe(true)
    expect(deploy.ssh_authorized_keys).toEqual([forced])
    expect(deploy.sudo).toBe('ALL=(root) NOPASSWD: /usr/local/bin/agora-server asked *')
    expect(forced).toEndWith(deployKey)
  })

  test('has neither a user for deployments, nor a disk, nor a certificate unless they are given', async () => {
    const { users, write_files = [], runcmd = [] } = await render('server', server, nothing)

    expect(users.map(({ name }) => name)).toEqual(['operator'])
    expect(write_files.map(({ path }) => path)).not.toContain('/etc/agora/certificates/agora.pem')
    expect(runcmd.map((command) => command.at(-1))).toEqual(['agora-metadata', 'first'])
  })

  test('keeps containers from its user data', async () => {
    const { write_files = [] } = await render('server', server, nothing)

    const unit = write_files.find(({ path }) => path.endsWith('/agora-metadata.service'))!
    expect(unit.content).toContain('-I DOCKER-USER -d 100.100.100.200 -j DROP')
  })

  test('fits into the user data that a server may have', async () => {
    const text = await renderText('server', server, everything)

    // A certificate of the longest that is taken comes on top.
    expect(text.length + (4 / 3) * 10_000).toBeLessThan(longestUserData)
  })
})

describe('the bastion', () => {
  test('registers a runner by a script that is in order, and forgets the token', async () => {
    const { write_files = [], runcmd } = await render('bastion', bastion, { [withRunner]: true })

    const script = write_files.find(({ path }) => path === '/usr/local/sbin/install-runner')!
    const file = join(temporaryFolder(), 'install-runner')
    await Bun.write(file, script.content)
    expect(await run(['sh', '-n', file])).toMatchObject({ code: 0, output: '' })
    expect(script.content).toContain('sha256sum --check')
    expect(script.content).toContain('rm -f /run/agora-runner-token')
    expect(runcmd).toEqual([['/usr/local/sbin/install-runner']])
  })

  test('is a bastion and nothing else without one', async () => {
    const config = await render('bastion', bastion, { [withRunner]: false })

    expect(config.write_files).toBeUndefined()
    expect(config.runcmd).toBeUndefined()
    expect(config.ssh_pwauth).toBe(false)
  })
})

type Values = Record<string, string>
type Conditions = Record<string, boolean>

async function render(name: string, values: Values, conditions: Conditions): Promise<CloudConfig> {
  const text = await renderText(name, values, conditions)
  expect(text).toStartWith('#cloud-config\n')
  return parse(text) as CloudConfig
}

/**
 * Terraform's templates, as far as ours use them: `%{ if }` and `%{ endif }` on lines of their own, and
 * expressions. One without a value fails the test.
 */
async function renderText(name: string, values: Values, conditions: Conditions): Promise<string> {
  const template = await Bun.file(join(root, `deploy/alicloud/cloud-init/${name}.yaml.tftpl`)).text()
  const chosen = template.replace(
    /^%\{ if (.*) ~\}\n([\s\S]*?)^%\{ endif ~\}\n/gm,
    (_, condition: string, text: string) => {
      if (!(condition in conditions)) throw new Error(`no word on "${condition}"`)
      return conditions[condition] ? text : ''
    },
  )
  const rendered = Object.entries(values).reduce(
    (text, [expression, value]) => text.replaceAll(`\${${expression}}`, () => value),
    chosen,
  )
  const left = rendered.match(/[$%]\{.*/)
  if (left) throw new Error(`nothing was given for ${left[0]}`)
  return rendered
}
