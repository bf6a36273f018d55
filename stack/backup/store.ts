import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { S3Client } from 'bun'
import { UserError } from '../errors.ts'
import type { BackupSettings, S3Place } from './settings.ts'

/** Where backups are kept. Each throws a UserError, in one line, when it can't. */
export type Store = {
  /** As a person would write it. */
  where: string
  names(): Promise<string[]>
  /** Puts a file there. It has its name when all of it is there. */
  put(name: string, file: string): Promise<void>
  /** In bytes. */
  size(name: string): Promise<number>
  read(name: string): Promise<ReadableStream<Uint8Array>>
  remove(name: string): Promise<void>
}

export const openStore = ({ to }: BackupSettings): Store =>
  'folder' in to ? folderStore(to.folder) : bucketStore(to)

function folderStore(folder: string): Store {
  const at = (name: string) => join(folder, name)
  const inWords = <T>(work: () => T) => {
    try {
      if (!existsSync(folder)) throw new UserError('there is no such folder')
      return work()
    } catch (error) {
      throw refused(folder, error)
    }
  }
  return {
    where: folder,
    names: async () => inWords(() => readdirSync(folder).filter((name) => statSync(at(name)).isFile())),
    async put(name, file) {
      inWords(() => {
        const draft = at(`${name}.draft`)
        try {
          copyFileSync(file, draft)
          const copy = openSync(draft, 'r')
          fsyncSync(copy)
          closeSync(copy)
          renameSync(draft, at(name))
        } catch (error) {
          rmSync(draft, { force: true })
          throw error
        }
      })
    },
    size: async (name) => inWords(() => statSync(at(name)).size),
    read: async (name) =>
      inWords(() => {
        if (!existsSync(at(name))) throw new UserError(`there is no ${name}`)
        return Bun.file(at(name)).stream()
      }),
    remove: async (name) => inWords(() => rmSync(at(name))),
  }
}

function bucketStore({ prefix, ...place }: S3Place): Store {
  const where = `s3://${place.bucket}/${prefix}`
  const client = new S3Client({ ...place, retry: 2 })
  const inWords = async <T>(work: () => Promise<T>) => {
    try {
      return await work()
    } catch (error) {
      throw refused(where, error)
    }
  }
  return {
    where,
    names: () =>
      inWords(async () => {
        const names: string[] = []
        for (let startAfter: string | undefined, isMore = true; isMore; ) {
          const page = await client.list({ prefix, ...(startAfter && { startAfter }) })
          const keys = (page.contents ?? []).map(({ key }) => key)
          names.push(...keys.map((key) => key.slice(prefix.length)))
          startAfter = keys.at(-1)
          isMore = page.isTruncated === true && keys.length > 0
        }
        return names.filter((name) => name !== '' && !name.includes('/'))
      }),
    put: (name, file) =>
      inWords(async () => {
        await client.write(prefix + name, Bun.file(file))
      }),
    size: (name) => inWords(async () => (await client.stat(prefix + name)).size),
    read: (name) => inWords(async () => client.file(prefix + name).stream()),
    remove: (name) => inWords(() => client.delete(prefix + name)),
  }
}

function refused(where: string, error: unknown): UserError {
  const { message, code } = error as Error & { code?: string }
  const words = message?.split('\n')[0] || code || String(error)
  return new UserError(`${where} can't be used: ${words}${code && !words.includes(code) ? ` (${code})` : ''}`)
}
