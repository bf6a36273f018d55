import { expect, test } from 'bun:test'
import { createECDH, createHash, createPrivateKey } from 'node:crypto'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityIn } from '../../../src/platform/identity.ts'
import { keepIdentity, makeIdentity } from '../../../stack/cluster/certificates.ts'
import { run } from '../../support/servers/processes.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

const secret = { name: '6f5a4c1e-7d0b-4c55-9d3a-a60a5a11c0de', copierPassword: 'long enough to be one' }
const own = ['10.20.10.1', '127.0.0.1']

/** What OpenSSL says to a node's certificate, at its strictest. */
async function verified(authority: string, certificate: string, ...options: string[]): Promise<string> {
  const folder = temporaryFolder()
  const [ca, cert] = [join(folder, 'ca.pem'), join(folder, 'cert.pem')]
  writeFileSync(ca, authority)
  writeFileSync(cert, certificate)
  const { output } = await run(['openssl', 'verify', '-x509_strict', ...options, '-CAfile', ca, cert])
  return output.includes(': OK') ? 'is one of ours' : output
}

test.each(['sslserver', 'sslclient'])(
  'each node takes what another one made for itself: %s',
  async (purpose) => {
    const first = await makeIdentity(secret, own)
    const second = await makeIdentity(secret, ['n2.example.org'])
    const as = ['-purpose', purpose]

    expect(await verified(first.ca, second.cert, ...as, '-verify_hostname', 'n2.example.org')).toBe(
      'is one of ours',
    )
    expect(await verified(second.ca, first.cert, ...as, '-verify_ip', '10.20.10.1')).toBe('is one of ours')
    expect(await verified(second.ca, first.cert, ...as, '-verify_ip', '10.20.10.2')).toContain('mismatch')
  },
)

test.each([
  ['password', { ...secret, copierPassword: 'long enough to be two' }],
  ['name', { ...secret, name: crypto.randomUUID() }],
])('a cluster with another %s has another authority', async (_, other) => {
  const [ours, theirs] = [await makeIdentity(secret, own), await makeIdentity(other, own)]

  expect(await verified(ours.ca, theirs.cert)).toContain('unable to get')
})

test('a node keeps its certificates as long as they fit', async () => {
  const folder = temporaryFolder()
  const keep = (its = secret, hosts = own) => keepIdentity(folder, its, hosts)

  expect([await keep(), await keep()]).toEqual([true, false])
  const { cert } = identityIn(folder)
  expect(await keep({ ...secret, copierPassword: 'long enough to be two' })).toBe(true)
  expect([await keep(), await keep(secret, ['10.20.10.9', '127.0.0.1'])]).toEqual([true, true])
  writeFileSync(join(folder, 'cert.pem'), cert)
  expect(await keep()).toBe(true)
})

test('nodes do not know one another by a password that can be guessed', async () => {
  await expect(makeIdentity({ ...secret, copierPassword: 'short' }, own)).rejects.toThrow(
    'has to have 20 characters',
  )
})

/** Whoever may read a file, and its group. */
function readers(folder: string, name: string) {
  const { mode, gid } = statSync(join(folder, name))
  return { mode: (mode & 0o777).toString(8), gid }
}

test('a key is read by its owner and one group alone, also where everybody did before', async () => {
  const folder = temporaryFolder()
  const [ownGroup = 0] = process.getgroups?.() ?? []

  await keepIdentity(folder, secret, own)
  const alone = readers(folder, 'key.pem').mode
  chmodSync(join(folder, 'key.pem'), 0o644)
  const isNew = await keepIdentity(folder, secret, own, ownGroup)

  expect([alone, isNew, readers(folder, 'cert.pem').mode]).toEqual(['600', false, '644'])
  expect(readers(folder, 'key.pem')).toEqual({ mode: '640', gid: ownGroup })
})

/** What a release before wrote, without a library, for this cluster and node, and for this key. */
const before = (name: string) => readFileSync(join(import.meta.dir, 'before', name), 'utf8')
const keyOfBefore = () => {
  const [pair, d] = [createECDH('prime256v1'), createHash('sha256').update('a node of before').digest()]
  pair.setPrivateKey(d)
  const [x, y] = [pair.getPublicKey().subarray(1, 33), pair.getPublicKey().subarray(33)]
  const [jwkD, jwkX, jwkY] = [d, x, y].map((part) => part.toString('base64url'))
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: jwkD, x: jwkX, y: jwkY }, format: 'jwk' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

test('certificates of a release before are known, kept as long as they fit, and renewed', async () => {
  const folder = temporaryFolder()
  for (const name of ['ca.pem', 'cert.pem']) writeFileSync(join(folder, name), before(name))
  writeFileSync(join(folder, 'key.pem'), keyOfBefore())
  const ours = await makeIdentity(secret, own)

  expect(await verified(ours.ca, before('cert.pem'))).toBe('is one of ours')
  expect(await verified(before('ca.pem'), ours.cert)).toBe('is one of ours')
  expect(await keepIdentity(folder, secret, own)).toBe(false)
  expect(identityIn(folder).cert).toBe(before('cert.pem'))
  expect(await keepIdentity(folder, secret, ['10.20.10.9', '127.0.0.1'])).toBe(true)
  expect(await verified(before('ca.pem'), identityIn(folder).cert)).toBe('is one of ours')
})
