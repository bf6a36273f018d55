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
  type KeyObject,
  scryptSync,
  X509Certificate,
} from 'node:crypto'
import { chmodSync, chownSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
// Before the next one, which needs it.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { type Identity, identityFiles, identityIn } from '../../src/platform/identity.ts'
import { UserError } from '../errors.ts'
import type { Cluster } from './settings.ts'

/** Twenty letters that nobody chose. */
const shortestPassword = 20
/** 32 MiB and a tenth of a second. */
const stretching = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const curve = 'prime256v1'
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
/** How many points P-256 has (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
/** Wider than the order, so that no number is likelier than another. */
const seedBytes = 48

/** No clock is before the first. */
const [notBefore, notAfter] = [new Date('2026-01-01T00:00:00Z'), new Date('2126-01-01T00:00:00Z')]

type Secret = Pick<Cluster, 'name' | 'copierPassword'>

/**
 * Makes what a node shows to others, at these addresses or names. Rejects with a UserError when the password
 * can be guessed.
 */
export async function makeIdentity(secret: Secret, hosts: string[]): Promise<Identity> {
  const authority = authorityOf(secret)
  const issuer = await keysOf(authority)
  const own = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const [server, client] = [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]
  const cert = await signed(authority, issuer, {
    ...{ subject: hosts[0] ?? '', publicKey: own.publicKey },
    extensions: [
      new x509.ExtendedKeyUsageExtension([server, client]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value): x509.JsonGeneralName => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
    ],
  })
  const ca = await signed(authority, issuer, {
    ...{ subject: authority.name, publicKey: issuer.publicKey },
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      // It signs certificates, and nothing else.
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  })
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', own.privateKey), 'PRIVATE KEY')
  return { ca, cert, key: `${key}\n` }
}

/**
 * Sees to it that a folder has the files of a node's identity. Returns whether they had to be made: there
 * were none, or such of another cluster, password or host. Rejects as `makeIdentity`. The key is read by
 * this process's user alone and, where it is given, by a `group`, which this process has to be one of.
 */
export async function keepIdentity(
  folder: string,
  secret: Secret,
  hosts: string[],
  group?: number,
): Promise<boolean> {
  const isThere = isOf(folder, authorityOf(secret), hosts)
  const identity = isThere ? identityIn(folder) : await makeIdentity(secret, hosts)
  if (!isThere) {
    put(folder, 'ca', identity.ca)
    put(folder, 'cert', identity.cert)
  }
  if (!isThere || !isGuarded(folder, group)) put(folder, 'key', identity.key, group)
  return !isThere
}

/** A file is never seen half written, nor the key by others. */
function put(folder: string, name: keyof Identity, content: string, group?: number): void {
  const file = join(folder, identityFiles[name])
  const fresh = `${file}.new`
  rmSync(fresh, { force: true })
  writeFileSync(fresh, content, { mode: 0o600 })
  if (name === 'key' && group !== undefined) chownSync(fresh, statSync(fresh).uid, group)
  chmodSync(fresh, name === 'key' ? keyMode(group) : 0o644)
  renameSync(fresh, file)
}

function isGuarded(folder: string, group: number | undefined): boolean {
  const { mode, gid } = statSync(join(folder, identityFiles.key))
  return (mode & 0o777) === keyMode(group) && (group === undefined || gid === group)
}

const keyMode = (group: number | undefined) => (group === undefined ? 0o600 : 0o640)

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

async function keysOf({ privateKey, publicKey }: Authority): Promise<CryptoKeyPair> {
  const [pkcs8, spki] = [
    privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey.export({ type: 'spki', format: 'der' }),
  ]
  return {
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await crypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
  }
}

type Unsigned = { subject: string; publicKey: CryptoKey; extensions: x509.Extension[] }

/** Resolves to a certificate (RFC 5280) as PEM. */
async function signed(
  authority: Authority,
  issuer: CryptoKeyPair,
  { subject, publicKey, extensions }: Unsigned,
): Promise<string> {
  const made = await x509.X509CertificateGenerator.create({
    ...{ subject: nameOf(subject), issuer: nameOf(authority.name), notBefore, notAfter },
    ...{ publicKey, signingKey: issuer.privateKey, signingAlgorithm: algorithm },
    extensions: [
      new x509.SubjectKeyIdentifierExtension(await idOf(publicKey)),
      new x509.AuthorityKeyIdentifierExtension(await idOf(issuer.publicKey)),
      ...extensions,
    ],
  })
  return `${made.toString('pem')}\n`
}

/** All nodes have to make the same of a key, whichever release each runs. */
const idOf = async (key: CryptoKey) =>
  createHash('sha1')
    .update(Buffer.from(await crypto.subtle.exportKey('spki', key)))
    .digest('hex')

/** A common name has 64 characters at most. */
const nameOf = (name: string) => [{ CN: [name.slice(0, 64)] }]
