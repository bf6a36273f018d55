import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import S3rver from 's3rver'
import { decryptTo } from '../../../stack/backup/age.ts'
import { unpack } from '../../../stack/backup/archive.ts'
import { backUpAndKeep } from '../../../stack/backup/keep.ts'
import { backupName, surplus, timeOf } from '../../../stack/backup/kept.ts'
import { backupSettings } from '../../../stack/backup/settings.ts'
import { openStore } from '../../../stack/backup/store.ts'
import { sourceOn } from '../../support/servers/backups.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { freshDatabase } from '../../support/servers/database.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { once } from '../../support/servers/services.ts'
import { addWholeBoard } from '../../support/site/whole-board.ts'

setDefaultTimeout(60_000)

const source = once(async () => {
  const board = await freshDatabase()
  await addWholeBoard(board)
  return sourceOn(board)
})

const beside = () => join(temporaryFolder(), 'state')
const day = (text: string) => () => new Date(`${text}T03:30:00Z`)

test('days, weeks and months keep their newest, and what is older goes once the new one is read back', async () => {
  const folder = temporaryFolder()
  const settings = backupSettings({ BACKUP_TO: folder, BACKUP_KEEP: '2d,1w,2m' })
  writeFileSync(join(folder, 'letter.txt'), 'not ours')
  for (const each of ['2026-08-31', '2026-09-01', '2026-10-05', '2026-10-06', '2026-10-07', '2026-10-08'])
    await backUpAndKeep(await source(), settings, beside(), day(each))

  expect(readdirSync(folder).sort()).toEqual([
    'agora-2026-09-01T03-30-00Z.agora',
    'agora-2026-10-07T03-30-00Z.agora',
    'agora-2026-10-08T03-30-00Z.agora',
    'letter.txt',
  ])
  expect((await unpack(join(folder, 'agora-2026-10-08T03-30-00Z.agora'), temporaryFolder())).format).toBe(2)
})

test('whatever there is, the newest of all stays, and so many days as are wanted', () => {
  const backups = fc.uniqueArray(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 })
  const counts = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9))
  fc.assert(
    fc.property(backups, counts, (days, [d, w, m]) => {
      const names = days.map((each) => backupName(new Date(Date.UTC(2024, 0, 1 + each)), false))
      const gone = new Set(
        surplus([...names, 'x', 'agora-2026-99-99T99-99-99Z.agora'], { days: d, weeks: w, months: m }),
      )
      const left = names.filter((name) => !gone.has(name))
      const sorted = names.toSorted().toReversed()
      expect(left).toContain(sorted[0] ?? '')
      for (const name of sorted.slice(0, d)) expect(left).toContain(name)
      expect(left.length).toBeLessThanOrEqual(Math.max(1, d + w + m))
      // Deleting in steps deletes the same.
      expect(surplus(left, { days: d, weeks: w, months: m })).toEqual([])
    }),
  )
  expect(timeOf('agora-2026-02-30T00-00-00Z.agora.old')).toBeUndefined()
})

test('a clock behind the newest backup deletes nothing', async () => {
  const folder = temporaryFolder()
  const settings = backupSettings({ BACKUP_TO: folder, BACKUP_KEEP: '1d' })
  await backUpAndKeep(await source(), settings, beside(), day('2026-10-08'))

  await expect(backUpAndKeep(await source(), settings, beside(), day('2020-01-01'))).rejects.toThrow(
    /^agora-2026-10-08T03-30-00Z\.agora in \S+ is from the future: is the clock of this machine right\?$/,
  )
  expect(readdirSync(folder)).toEqual(['agora-2026-10-08T03-30-00Z.agora'])
})

test('an encrypted backup is opened by its key alone, and a flipped byte of it by none', async () => {
  const [folder, keys] = [temporaryFolder(), temporaryFolder()]
  const [own, other] = [await generateIdentity(), await generateIdentity()]
  writeFileSync(join(keys, 'own'), `# made by age-keygen\n${own}\n`)
  writeFileSync(join(keys, 'other'), `${other}\n`)
  writeFileSync(join(keys, 'none'), 'nothing')
  const settings = backupSettings({ BACKUP_TO: folder, BACKUP_KEY: await identityToRecipient(own) })
  const { name } = await backUpAndKeep(await source(), settings, beside(), day('2026-10-08'))
  const bytes = readFileSync(join(folder, name))
  const store = openStore(settings)
  const opened = join(keys, 'opened')
  const open = async (identity: string) =>
    decryptTo(await store.read(name), opened, { name, identity: join(keys, identity) })

  await open('own')

  expect(name).toBe('agora-2026-10-08T03-30-00Z.agora.age')
  expect(bytes.includes('manifest.json')).toBe(false)
  expect((await unpack(opened, temporaryFolder())).agora).toBeString()
  await expect(open('other')).rejects.toThrow(`no key in ${join(keys, 'other')} opens ${name}`)
  await expect(open('none')).rejects.toThrow('has no secret key of age')
  const place = bytes.length - 1_000
  bytes[place] = (bytes[place] ?? 0) ^ 1
  writeFileSync(join(folder, name), bytes)
  await expect(open('own')).rejects.toThrow(`${name} is damaged: it can't be decrypted`)
})

test('beside an encrypted backup one that forgot the key is refused, and one is made as it was told', async () => {
  const folder = temporaryFolder()
  const key = await identityToRecipient(await generateIdentity())
  const backUpWith = async (BACKUP_KEY: string, at: string) =>
    backUpAndKeep(await source(), backupSettings({ BACKUP_TO: folder, BACKUP_KEY }), beside(), day(at))
  await backUpWith(key, '2026-10-08')

  await expect(backUpWith('', '2026-10-09')).rejects.toThrow(
    'is encrypted, and this backup would not be: give BACKUP_KEY again, or BACKUP_KEY=off',
  )
  await backUpWith('off', '2026-10-10')
  await backUpWith('', '2026-10-11')

  expect(readdirSync(folder).toSorted()).toEqual([
    'agora-2026-10-08T03-30-00Z.agora.age',
    'agora-2026-10-10T03-30-00Z.agora',
    'agora-2026-10-11T03-30-00Z.agora',
  ])
})

/** A real server of S3's protocol. */
const bucket = once(async () => {
  const directory = temporaryFolder()
  const configureBuckets = [{ name: 'boards', configs: [] }]
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets })
  const { port } = await server.run()
  closeAfterTests(server, (it) => it.close())
  return `http://127.0.0.1:${port}`
})

const inBucket = (endpoint: string, to = 's3://boards/agora/') =>
  backupSettings({
    ...{ BACKUP_TO: to, BACKUP_KEEP: '1d', BACKUP_S3_ENDPOINT: endpoint, BACKUP_S3_REGION: 'us-east-1' },
    ...{ BACKUP_S3_KEY_ID: 'S3RVER', BACKUP_S3_SECRET: 'S3RVER' },
  })

test('a bucket keeps them as a folder does', async () => {
  const settings = inBucket(await bucket())
  await backUpAndKeep(await source(), settings, beside(), day('2026-10-07'))

  const { removed, where } = await backUpAndKeep(await source(), settings, beside(), day('2026-10-08'))

  expect({ removed, where }).toEqual({
    removed: ['agora-2026-10-07T03-30-00Z.agora'],
    where: 's3://boards/agora/',
  })
  expect(await openStore(settings).names()).toEqual(['agora-2026-10-08T03-30-00Z.agora'])
})

test('a bucket that is full, gone, or gives back something else is a line, and nothing is deleted', async () => {
  const behind = await bucket()
  const first = 's3://boards/careful'
  await backUpAndKeep(await source(), inBucket(behind, first), beside(), day('2026-10-07'))
  let fault: 'full' | 'other' = 'full'
  const faulty = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const isObject = pathname.endsWith('.agora')
      if (fault === 'full' && isObject && request.method !== 'GET')
        return new Response(
          '<Error><Code>QuotaExceeded</Code><Message>The bucket is full</Message></Error>',
          {
            status: 507,
            headers: { 'content-type': 'application/xml' },
          },
        )
      if (fault === 'other' && isObject && request.method === 'GET') return new Response('something else')
      const body = request.method === 'GET' ? undefined : await request.arrayBuffer()
      return fetch(`${behind}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        body,
      })
    },
  })
  closeAfterTests(faulty, (it) => it.stop(true))
  const through = inBucket(`http://127.0.0.1:${faulty.port}`, first)
  const said = async (settings = through) =>
    backUpAndKeep(await source(), settings, beside(), day('2026-10-08')).then(
      () => 'nothing',
      (error: Error) => `${error.name}: ${error.message}`,
    )

  expect(await said()).toMatch(/^UserError: s3:\/\/boards\/careful\/ can't be used: .*(full|Quota)/)
  fault = 'other'
  expect(await said()).toBe(
    'UserError: agora-2026-10-08T03-30-00Z.agora is not in s3://boards/careful/ as it was written: nothing older was deleted',
  )
  expect(await openStore(inBucket(behind, first)).names()).toContain('agora-2026-10-07T03-30-00Z.agora')
  expect(await said(inBucket(behind, 's3://nowhere'))).toMatch(
    /^UserError: s3:\/\/nowhere\/ can't be used: .*bucket/,
  )
  expect(await said(inBucket('http://127.0.0.1:1'))).toMatch(
    /^UserError: s3:\/\/boards\/agora\/ can't be used: .*Refused/,
  )
  expect(await said(backupSettings({ BACKUP_TO: '/nowhere' }))).toBe(
    "UserError: /nowhere can't be used: there is no such folder",
  )
})

test.each([
  [{}, 'BACKUP_TO is not set'],
  [{ BACKUP_TO: 'backups' }, 'BACKUP_TO must be an absolute folder or s3://bucket/folder, not "backups"'],
  [{ BACKUP_TO: 's3://X' }, 'BACKUP_TO must be'],
  [
    { BACKUP_TO: '/a', BACKUP_KEEP: '7' },
    'BACKUP_KEEP must say days, weeks and months as in 7d,4w,12m, not "7"',
  ],
  [{ BACKUP_TO: '/a', BACKUP_KEY: 'AGE-SECRET-KEY-1' }, 'BACKUP_KEY must be a public key of age'],
])('settings that make no sense, %j, are named', (env, words) => {
  expect(() => backupSettings(env)).toThrow(words)
})
