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
  /**
   * The address of a file, e.g. `url('site.css')` -> `/static/site.3f9a0c11.css`. Throws when there is none.
   */
  url(file: string): string
  /** The address of everything in public/*.css, the site's own first: the features' build on it. */
  style: string
  /** The address of everything in public/*.js. */
  script: string
  /**
   * Those that every page links to, the scripts for passkeys, mentions and web push, and `tools`, the rules
   * for pages of admins and of programmers; always the same object.
   */
  links: Record<'style' | 'script' | 'htmx' | 'icon' | 'passkeys' | 'mentions' | 'push' | 'tools', string>
  /** The service worker, which is another when anything here is. */
  worker: string
  byName: Map<string, Asset>
  /**
   * Our file where another version's was asked for: while replicas of two versions serve, a page of one may
   * ask the other for what belongs to it.
   */
  ofAnotherVersion(name: string): Asset | undefined
}

const root = join(import.meta.dir, '../..')
const folder = join(root, 'public')
const htmx = join(root, 'node_modules/htmx.org/dist/htmx.min.js')

/** Reads `public/` and the scripts we take from packages. */
export async function openAssets(): Promise<Assets> {
  const [files, ofTools] = await Promise.all([readdir(folder), readdir(join(folder, 'tools'))])
  files.sort()
  const ending = (end: string) => files.filter((file) => file.endsWith(end))
  const [style, tools, script, passkeys, mentions, push, worker, ...others] = await Promise.all([
    bundle('site.css', inOrder(ending('.css'))),
    bundle(
      'tools.css',
      ofTools.sort().map((file) => `tools/${file}`),
    ),
    bundled('agora.js', ending('.js')),
    bundled('passkeys.js', ['passkeys/passkeys.js']),
    bundled('mentions.js', ['mentions/mentions.js']),
    bundled('push.js', ['push/push.js']),
    bundled('worker.js', ['worker/worker.js']),
    ...files
      .filter((file) => /\.\w+$/.test(file) && !/\.(css|js)$/.test(file))
      .map((file) => asset(join(folder, file))),
    asset(htmx),
  ])
  const all = [style, tools, script, passkeys, mentions, push, ...others]
  const fileOf = (file: string) => all.find(({ name }) => name.replace(hashed, '') === file)

  const url = (file: string) => {
    const found = fileOf(file)
    if (!found) throw new Error(`no asset ${file}`)
    return addressOf(found)
  }
  const own = { style: addressOf(style), script: addressOf(script) }

  return {
    ...own,
    url,
    links: {
      ...own,
      htmx: url('htmx.min.js'),
      icon: url('icon.svg'),
      passkeys: addressOf(passkeys),
      mentions: addressOf(mentions),
      push: addressOf(push),
      tools: addressOf(tools),
    },
    worker: workerOf(
      worker,
      all,
      [style, script].map(addressOf).concat(url('htmx.min.js'), url('icon-192.png')),
    ),
    byName: new Map(all.map((each) => [each.name, each])),
    ofAnotherVersion: (name) => fileOf(name.replace(hashed, '')),
  }
}

/** With what it is to know: the version of the site, and the files that it keeps for every page. */
const workerOf = ({ name, content }: Asset, all: Asset[], files: string[]) => {
  const version = Bun.hash([name, ...all.map((each) => each.name)].join()).toString(36)
  const known = JSON.stringify({ version, files })
  return ['Object.assign(self,', known, ');', new TextDecoder().decode(content)].join('')
}

const hashed = /\.[0-9a-f]{10}(?=\.[a-z]+$)/
const addressOf = ({ name }: Asset) => `/static/${name}`
const inOrder = (files: string[]) => ['site.css', ...files.filter((file) => file !== 'site.css')]

/**
 * One file of many: a request each is what costs a browser time, with six at once and each in a line of its
 * own.
 */
async function bundle(name: string, files: string[]): Promise<Asset> {
  const texts = await Promise.all(files.map((file) => Bun.file(join(folder, file)).text()))
  return named(name, 'text/css;charset=utf-8', new TextEncoder().encode(texts.map(lean).join('')))
}

/** The same for scripts, each a module whose names are its own. */
async function bundled(name: string, files: string[]): Promise<Asset> {
  const entry = join(folder, `all-of-${name}`)
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    files: { [entry]: files.map((file) => `import './${file}'`).join('\n') },
    format: 'iife',
    minify: true,
  })
  const [script] = outputs
  if (!script) throw new Error('no script was made')
  return named(name, script.type, new Uint8Array(await script.arrayBuffer()))
}

async function asset(path: string): Promise<Asset> {
  const file = Bun.file(path)
  return named(basename(path), file.type, await file.bytes())
}

function named(file: string, type: string, content: Uint8Array<ArrayBuffer>): Asset {
  const hash = Bun.hash(content).toString(16).padStart(16, '0').slice(0, 10)
  const name = file.replace(/(\.[a-z]+)$/, `.${hash}$1`)
  return { name, type, content, gzipped: Bun.gzipSync(content, { level: 9 }) }
}

/**
 * Comments and indents are for whoever reads the source; they would be a third of what is sent. Between a
 * selector's parts and within values a space means something, so one stays; strings stay as they are.
 * `Bun.build` would write what old browsers understand, a sixth more.
 */
export const lean = (style: string) =>
  style
    .replace(/("(?:\\.|[^"\\])*")|(?:\s|\/\*[\s\S]*?\*\/)+/g, (_, string?: string) => string ?? ' ')
    .replace(/("(?:\\.|[^"\\])*")| ?([{};,]) ?/g, '$1$2')
