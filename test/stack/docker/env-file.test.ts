import { describe, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { writeEnvFile } from '../../../stack/docker/env-file.ts'
import { readSecrets } from '../../../stack/secrets.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

describe("the file with Compose's variables", () => {
  test('holds the secrets of the data folder, for its owner alone', async () => {
    const data = temporaryFolder()

    const { path } = writeEnvFile(data, { port: 8080, statsPort: 8404 }, {})

    const text = await Bun.file(path).text()
    const secrets = readSecrets(data)
    expect(text).toContain(`DB_PASSWORD_ADMIN='${secrets?.admin}'\n`)
    expect(text).toContain(`STATS_PASSWORD='${secrets?.stats}'\n`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('passes on the settings that were given, and no others', async () => {
    const given = { FLUSH_LIKES: '3', LOG_LEVEL: "it's $HOME", HOME: '/home/ana', LIKES: '' }

    const { path } = writeEnvFile(temporaryFolder(), { port: 8080, statsPort: 8404 }, given)

    const lines = (await Bun.file(path).text()).split('\n')
    expect(lines).toContain("FLUSH_LIKES='3'")
    expect(lines).toContain("LOG_LEVEL='it\\'s $HOME'")
    expect(lines.filter((line) => /^(HOME|LIKES)=/.test(line))).toEqual([])
  })

  test.each([
    [{}, ''],
    [{ HTTP_BIND: '127.0.0.1:8080' }, ''],
    [{ HTTP_BIND: '*:80' }, '80'],
    [{ HTTP_BIND: '[::]:80' }, '[::]:80'],
    [{ HTTP_BIND: '192.0.2.1:80' }, '192.0.2.1:80'],
  ])('publishes the board of %j at "%s"', async (given, at) => {
    const { path } = writeEnvFile(temporaryFolder(), { port: 8080, statsPort: 8404 }, given)

    expect(await Bun.file(path).text()).toContain(`AGORA_PUBLISH='${at}'\n`)
  })

  test.each([{ HTTP_BIND: '192.0.2.1:80,192.0.2.2:80' }, { AGORA_PUBLISH: '80' }])(
    'is not written for %j, which says too much',
    (given) => {
      const [name = ''] = Object.keys(given)

      expect(() => writeEnvFile(temporaryFolder(), { port: 8080, statsPort: 8404 }, given)).toThrow(name)
    },
  )
})
