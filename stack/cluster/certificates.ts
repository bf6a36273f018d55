/**
 * How the nodes of a cluster know one another. Each has a certificate of an authority that is the cluster's
 * alone; Redis, its Sentinels and the batchers show theirs, and take nobody without one (TLS with
 * certificates on both sides).
 *
 * The authority's key is kept nowhere and sent nowhere. It follows from what all nodes know already: the
 * password by which members copy all rows from one another, stretched by scrypt (RFC 7914) with the cluster's
 * name. So each node makes the same authority and signs for itself, a node is who knows the password, and
 * nobody on the way has anything to put in between. Whoever guesses the password can join, so it has to be
 * long.
 *
 * Certificates last for a hundred years: one that ends would stop a board on a day of which nobody knows.
 * They are made anew when the password, the name or the node's address changes.
 */

import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scryptSync,
  sign,
  X509Certificate,
} from 'node:crypto'
import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { type Identity, identityFiles, identityIn } from '../../src/platform/identity.ts'
import { UserError } from '../errors.ts'
import { bits, bytes, id, integer, named, numbered, sequence, set, text, time, yes } from './der.ts'
import type { Cluster } from './settings.ts'

/** Twenty letters that nobody chose. */
const shortestPassword = 20
/** 32 MiB and a tenth of a second. */
const stretching = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const curve = 'prime256v1'
/** How many points P-256 has (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
/** Wider than the order, so that no number is likelier than another. */
const seedBytes = 48

/** No clock is before the first. */
const [notBefore, notAfter] = [new Date('2026-01-01T00:00:00Z'), new Date('2126-01-01T00:00:00Z')]

const ids = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ownKey: '2.5.29.14',
  keyUse: '2.5.29.15',
  names: '2.5.29.17',
  constraints: '2.5.29.19',
  signersKey: '2.5.29.35',
  uses: '2.5.29.37',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
}

type Secret = Pick<Cluster, 'name' | 'copierPassword'>

/**
 * Makes what a node shows to others, at these addresses or names. Throws a UserError when the password can be
 * guessed.
 */
export function makeIdentity(secret: Secret, hosts: string[]): Identity {
  const authority = authorityOf(secret)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
  const uses = sequence(id(ids.server), id(ids.client))
  const cert = signed(authority, {
    ...{ subject: hosts[0] ?? '', key: publicKey },
    extensions: [extension(ids.uses, uses), extension(ids.names, sequence(...hosts.map(nameOf)))],
  })
  const ca = signed(authority, {
    ...{ subject: authority.name, key: authority.publicKey },
    extensions: [
      extension(ids.constraints, sequence(yes()), { isCritical: true }),
      // It signs certificates, and nothing else.
      extension(ids.keyUse, bits(Buffer.from([0b100]), 2), { isCritical: true }),
    ],
  })
  return { ca, cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/**
 * Sees to it that a folder has the files of a node's identity. Returns whether they had to be made: there
 * were none, or such of another cluster, password or host. Throws as `makeIdentity`.
 */
export function keepIdentity(folder: string, secret: Secret, hosts: string[]): boolean {
  if (isOf(folder, authorityOf(secret), hosts)) return false
  for (const [name, content] of Object.entries(makeIdentity(secret, hosts))) {
    const file = join(folder, identityFiles[name as keyof Identity])
    writeFileSync(`${file}.new`, content)
    // Redis and we read it, each as somebody else; the folder is in these containers alone.
    chmodSync(`${file}.new`, 0o644)
    renameSync(`${file}.new`, file)
  }
  return true
}

function isOf(folder: string, { publicKey }: Authority, hosts: string[]): boolean {
  if (Object.values(identityFiles).some((name) => !existsSync(join(folder, name)))) return false
  try {
    const { ca, cert, key } = identityIn(folder)
    const own = new X509Certificate(cert)
    const hasName = (host: string) => (isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host))
    return (
      new X509Certificate(ca).publicKey.equals(publicKey) &&
      own.verify(publicKey) &&
      own.checkPrivateKey(createPrivateKey(key)) &&
      hosts.every((host) => hasName(host) !== undefined)
    )
  } catch {
    return false
  }
}

type Authority = { name: string; privateKey: KeyObject; publicKey: KeyObject }

function authorityOf({ name, copierPassword }: Secret): Authority {
  if (copierPassword.length < shortestPassword)
    throw new UserError(
      `DB_PASSWORD_COPIER has to have ${shortestPassword} characters, as nodes know one another by it: ` +
        '`openssl rand -hex 16` makes one, the same for all nodes',
    )
  const seed = scryptSync(copierPassword, `agora cluster ${name}`, seedBytes, stretching)
  const secret = (BigInt(`0x${seed.toString('hex')}`) % (order - 1n)) + 1n
  const d = Buffer.from(secret.toString(16).padStart(64, '0'), 'hex')
  const pair = createECDH(curve)
  pair.setPrivateKey(d)
  const point = pair.getPublicKey()
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'))
  const jwk = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  return { name: `Agora cluster ${name}`, privateKey, publicKey: createPublicKey(privateKey) }
}

type Unsigned = { subject: string; key: KeyObject; extensions: Buffer[] }

/** Returns a certificate (RFC 5280) as PEM. */
function signed(authority: Authority, { subject, key, extensions }: Unsigned): string {
  const algorithm = sequence(id(ids.ecdsaWithSha256))
  const version3 = numbered(0, integer(Buffer.from([2])))
  const keys = [
    extension(ids.ownKey, bytes(digestOf(key))),
    extension(ids.signersKey, sequence(named(0, digestOf(authority.publicKey)))),
  ]
  const content = sequence(
    ...[version3, integer(Buffer.from([1, ...randomBytes(15)])), algorithm, nameIn(authority.name)],
    ...[sequence(time(notBefore), time(notAfter)), nameIn(subject), encoded(key)],
    numbered(3, sequence(...keys, ...extensions)),
  )
  const certificate = sequence(content, algorithm, bits(sign('sha256', content, authority.privateKey)))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

const encoded = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
const digestOf = (key: KeyObject) => createHash('sha1').update(encoded(key)).digest()
/** A common name has 64 characters at most. */
const nameIn = (name: string) => sequence(set(sequence(id(ids.commonName), text(name.slice(0, 64)))))

const extension = (of: string, content: Buffer, { isCritical } = { isCritical: false }) =>
  sequence(id(of), ...(isCritical ? [yes()] : []), bytes(content))

/** An address is 7 among the kinds of names, a host's name 2. */
const nameOf = (host: string) =>
  isIP(host) === 4 ? named(7, Buffer.from(host.split('.').map(Number))) : named(2, Buffer.from(host))
