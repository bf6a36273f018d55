import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What a node of a cluster shows to the others, and by which it knows them, as PEM: the cluster's own
 * authority, a certificate that it signed, and the key to that. Whoever has one is a node.
 */
export type Identity = { ca: string; cert: string; key: string }

/** By name in `Identity`, the files of a node's folder. */
export const identityFiles = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' }

/** The same address of MySQL, asked by TLS, and only where the cluster's authority signed who answers. */
export function withIdentity(databaseUrl: string, identity: Identity | undefined): string {
  if (!identity) return databaseUrl
  const [before = '', after] = databaseUrl.split('?')
  // The driver takes all options so.
  return `${before}?${after ? `${after}&` : ''}ssl=${encodeURIComponent(JSON.stringify(identity))}`
}

/** Throws what reading a file throws. */
export function identityIn(folder: string): Identity {
  const read = (name: keyof Identity) => readFileSync(join(folder, identityFiles[name]), 'utf8')
  return { ca: read('ca'), cert: read('cert'), key: read('key') }
}
