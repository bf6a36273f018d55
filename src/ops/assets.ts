import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** A file served under a name that changes with its content, so that browsers may keep it for ever. */
export type Asset = {
  name: string
  type: string
  content: Uint8Array<ArrayBuffer>
  gzipped: Uint8Array<ArrayBuffer>
}

export type Assets = {
  /** The address of a file, e.g. `url('site.css')` -> `/static/site.3f9a0c11.css`. Throws when there is none. */
  url(file: string): string
  byName: Map<string, Asset>
}

const root = join(import.meta.dir, '../..')
const fromPackages = ['node_modules/htmx.org/dist/htmx.min.js']

/** Reads `public/` and the scripts we take from packages. The stylesheets are one file: one request for all pages. */
export async function openAssets(): Promise<Assets> {
  const own = (await readdir(join(root, 'public'))).map((file) => join('public', file)).sort()
  const base = 'public/site.css'
  const styles = [base, ...own.filter((path) => path.endsWith('.css') && path !== base)]
  const byFile = new Map<string, Asset>([['site.css', await asset('site.css', styles)]])
  for (const path of [...own, ...fromPackages].filter((each) => !styles.includes(each))) {
    byFile.set(basename(path), await asset(basename(path), [path]))
  }

  return {
    byName: new Map([...byFile.values()].map((each) => [each.name, each])),
    url(file) {
      const found = byFile.get(file)
      if (!found) throw new Error(`no asset ${file}`)
      return `/static/${found.name}`
    },
  }
}

async function asset(file: string, paths: string[]): Promise<Asset> {
  const sources = paths.map((path) => Bun.file(join(root, path)))
  const content = new Uint8Array(Buffer.concat(await Promise.all(sources.map((source) => source.bytes()))))
  const hash = Bun.hash(content).toString(16).padStart(16, '0').slice(0, 10)
  const name = file.replace(/(\.[a-z]+)$/, `.${hash}$1`)
  return { name, type: sources[0]?.type ?? '', content, gzipped: Bun.gzipSync(content) }
}
