import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
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

test('nodes do not know one another by a password that can be guessed', () => {
  expect(makeIdentity({ ...secret, copierPassword: 'short' }, own)).rejects.toThrow(
    'has to have 20 characters',
  )
})
