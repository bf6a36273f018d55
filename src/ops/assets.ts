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
  /** The addresses of our own scripts. Each is a module by itself; none imports another, whose address would change. */
  scripts: string[]
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
  const ownFiles = (ending: string) =>
    own
      .map((path) => basename(path))
      .filter((file) => file.endsWith(ending))
      .sort()
  const features = ownFiles('.css').filter((file) => file !== 'site.css')
  return {
    url,
    styles: ['site.css', ...features].map(url),
    scripts: ownFiles('.js').map(url),
    byName: new Map([...byFile.values()].map((each) => [each.name, each])),
    ofAnotherVersion: (name) => byFile.get(name.replace(/\.[0-9a-f]{10}(\.[a-z]+)$/, '$1')),
  }
}

async function asset(path: string): Promise<Asset> {
  const file = Bun.file(join(root, path))
  const isOwnScript = path.startsWith('public/') && path.endsWith('.js')
  const content = isOwnScript ? squeezed(await file.text()) : await file.bytes()
  const hash = Bun.hash(content).toString(16).padStart(16, '0').slice(0, 10)
  const name = basename(path).replace(/(\.[a-z]+)$/, `.${hash}$1`)
  return { name, type: file.type, content, gzipped: Bun.gzipSync(content, { level: 9 }) }
}

const strip = new Bun.Transpiler({ loader: 'js', minifyWhitespace: true })
const encoder = new TextEncoder()

/** Comments and indents are for whoever reads the source; they would be a third of what is sent. */
const squeezed = (script: string) => encoder.encode(strip.transformSync(script))
