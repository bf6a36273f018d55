import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { UserError } from '../errors.ts'

/**
 * Raised when an older program could not restore what is written. From 2 on the SHA-256 of the whole tar
 * stands behind it, in a block of its own, so that each byte that is another is noticed.
 */
const format = 2
const sealBytes = 512
const manifestName = 'manifest.json'
export const dumpName = 'database.sql.gz'

/** What a backup says of itself: the first file in it. */
export type Manifest = {
  format: number
  /** Of the program that made it. */
  agora: string
  /** The database server's own word for its version. */
  server: string
  madeAt: string
  /** Each batcher's journal. */
  journals: { batcher: string; name: string }[]
  files: { name: string; bytes: number; sha256: string }[]
}

/** A new private folder beside `path`, so that what is made in it can be moved there in one step. */
function folderBeside(path: string): string {
  return mkdtempSync(join(dirname(path), '.agora-'))
}

/** Throws a UserError when there is a file already, or no folder for it. */
export function refuseToOverwrite(path: string): void {
  if (existsSync(path)) throw new UserError(`${path} is there already, and is not overwritten`)
  if (!existsSync(dirname(path))) throw new UserError(`there is no folder ${dirname(path)}`)
}

/**
 * Makes one file of those in `folder`: a tar, which any system opens, with the manifest first. It appears
 * under its name when it is whole and on the disk, for its owner's eyes only, and never in place of another.
 */
export async function pack(
  folder: string,
  path: string,
  { names, ...about }: Pick<Manifest, 'agora' | 'server' | 'madeAt' | 'journals'> & { names: string[] },
): Promise<Manifest> {
  const files = await Promise.all(names.map((name) => described(folder, name)))
  const manifest = { format, ...about, files }
  await Bun.write(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
  const draft = join(folder, 'whole')
  await tar(['-cf', draft, '-C', folder, manifestName, ...names])
  appendFileSync(draft, sealOf(await hashOf(draft)))
  chmodSync(draft, 0o600)
  toDisk(draft)
  refuseToOverwrite(path)
  linkSync(draft, path)
  return manifest
}

/**
 * Unpacks into an empty folder and checks every byte. Throws a UserError that says what is wrong with the
 * file.
 */
export async function unpack(path: string, folder: string): Promise<Manifest> {
  if (!existsSync(path)) throw new UserError(`there is no file ${path}`)
  const manifest = await manifestOf(path)
  if (manifest.format !== format && manifest.format !== 1) {
    throw new UserError(`${path} was made by Agora ${manifest.agora}, whose backups this version can't read`)
  }
  if (manifest.format === format && !(await isSealed(path)))
    throw new UserError(`${path} is damaged or cut: it is not what was written`)
  if (!isOurs(manifest)) throw new UserError(`${path} is not a backup of Agora`)
  const names = manifest.files.map(({ name }) => name)
  await tar(['-xf', path, '-C', folder, '--no-same-owner', ...names]).catch(() => {
    throw new UserError(`${path} is damaged: it can't be unpacked`)
  })
  for (const file of manifest.files) {
    // A link would lead out of the folder.
    if (!lstatSync(join(folder, file.name)).isFile()) throw new UserError(`${path} is not a backup of Agora`)
    const { bytes, sha256 } = await described(folder, file.name)
    if (bytes !== file.bytes || sha256 !== file.sha256) {
      throw new UserError(`${path} is damaged: ${file.name} in it is not what was written`)
    }
  }
  return manifest
}

/** Whether what stands behind the tar is of all of it. */
export async function isSealed(path: string): Promise<boolean> {
  const end = statSync(path).size - sealBytes
  if (end <= 0) return false
  const seal = await Bun.file(path).slice(end).bytes()
  return sealOf(await hashOf(path, end)).equals(seal)
}

const sealOf = (hash: string) => Buffer.from(`${hash}\n`.padEnd(sealBytes, '\0'))

/** Returns the SHA-256, in hex, of the first `bytes` of a file, or of all. */
async function hashOf(path: string, bytes = statSync(path).size): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of Bun.file(path).slice(0, bytes).stream()) hash.update(chunk)
  return hash.digest('hex')
}

/** Names become names of files, here and beside the batcher, and words of commands: none leads elsewhere. */
function isOurs({ files, journals }: Partial<Manifest>): boolean {
  if (!Array.isArray(files) || !Array.isArray(journals)) return false
  const names: unknown[] = files.map((each) => each?.name)
  const isPlain = (name: unknown) => typeof name === 'string' && /^\w[\w.-]*$/.test(name)
  return (
    names.every(isPlain) && journals.every((each) => names.includes(each?.name) && each.name !== dumpName)
  )
}

async function manifestOf(path: string): Promise<Manifest> {
  try {
    return JSON.parse(await tar(['-xOf', path, manifestName]))
  } catch {
    throw new UserError(`${path} is not a backup of Agora, or damaged`)
  }
}

async function described(folder: string, name: string): Promise<Manifest['files'][number]> {
  const path = join(folder, name)
  return { name, bytes: statSync(path).size, sha256: await hashOf(path) }
}

function toDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

async function tar(args: string[]): Promise<string> {
  const child = Bun.spawn(['tar', ...args], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  if (code !== 0) throw new UserError(`tar ${args[0]} failed: ${err.trim()}`)
  return out
}

/** Runs `work` with a private folder beside `path` that is gone afterwards, whatever happens. */
export async function withFolder<T>(path: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = folderBeside(path)
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
