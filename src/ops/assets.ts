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
  /** The addresses of all stylesheets, the site's first: it holds what the features' own build on. */
  styles: string[]
  byName: Map<string, Asset>
  /**
   * Our file where another version's was asked for: while replicas of two versions serve, a page of one may ask the
   * other for what belongs to it.
   */
  ofAnotherVersion(name: string): Asset | undefined
}

const root = join(import.meta.dir, '../..')
const fromPackages = ['node_modules/htmx.org/dist/htmx.min.js']

/** Reads `public/` and the scripts we take from packages. */
export async function openAssets(): Promise<Assets> {
  const own = (await readdir(join(root, 'public'))).map((file) => join('public', file))
  const byFile = new Map<string, Asset>()
  for (const path of [...own, ...fromPackages]) byFile.set(basename(path), await asset(path))

  const url = (file: string) => {
    const found = byFile.get(file)
    if (!found) throw new Error(`no asset ${file}`)
    return `/static/${found.name}`
  }
  const features = [...byFile.keys()].filter((file) => file.endsWith('.css') && file !== 'site.css').sort()
  return {
    url,
    styles: ['site.css', ...features].map(url),
    byName: new Map([...byFile.values()].map((each) => [each.name, each])),
    ofAnotherVersion: (name) => byFile.get(name.replace(/\.[0-9a-f]{10}(\.[a-z]+)$/, '$1')),
  }
}

async function asset(path: string): Promise<Asset> {
  const file = Bun.file(join(root, path))
  const content = new Uint8Array(await file.arrayBuffer())
  const hash = Bun.hash(content).toString(16).padStart(16, '0').slice(0, 10)
  const name = basename(path).replace(/(\.[a-z]+)$/, `.${hash}$1`)
  return { name, type: file.type, content, gzipped: Bun.gzipSync(content) }
}
