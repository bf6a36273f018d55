import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder } from '../../stack/data-folder.ts'
import { openSecrets, readSecrets } from '../../stack/secrets.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('secrets are made once, long, and readable by their owner alone', () => {
  const data = freshData()

  const secrets = openSecrets(data)

  expect(openSecrets(data)).toEqual(secrets)
  expect(readSecrets(data)).toEqual(secrets)
  expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length)
  for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[0-9a-f]{32}$/)
  expect(mode(join(data, 'secrets.json'))).toBe('600')
  expect(mode(data)).toBe('700')
})

test('a secret that an older version did not know is added, the others stay', async () => {
  const data = freshData()
  const { stats: _, ...older } = openSecrets(data)
  await Bun.write(join(data, 'secrets.json'), JSON.stringify(older))

  const secrets = openSecrets(data)

  expect(secrets).toMatchObject(older)
  expect(secrets.stats).toMatch(/^[0-9a-f]{32}$/)
})

function freshData(): string {
  const data = join(temporaryFolder(), 'data')
  makeDataFolder(data)
  return data
}
