/**
 * `./agora archive DIR`: the board as pages in a folder that are opened without a server, with a search.
 *
 * It is made of an export (../transfer/), so as of one moment, with the likes that wait; what not everybody
 * read, what was removed, and what is nobody's business (addresses, orders, reports) is left out. The folder
 * appears when it is whole.
 */

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import MiniSearch from 'minisearch'
import { openAssets } from '../../src/http/assets.ts'
import { openDb } from '../../src/platform/db.ts'
import { htmlOf, wordsOf } from '../../src/text/markdown.ts'
import type { Language } from '../../texts/languages.ts'
import { speaking } from '../../texts/say.ts'
import { keepTimeZone } from '../../texts/time-zone.ts'
import {
  type ArchivedBoard,
  type ArchivedComment,
  type ArchivedHead,
  ArchiveIndex,
  ArchiveList,
  ArchiveMarket,
  ArchivePost,
  ArchiveRules,
  ArchiveSearch,
  foundBy,
} from '../../views/archive.tsx'
import { nameInPath } from '../../views/names.ts'
import { withFolder } from '../backup/archive.ts'
import { UserError } from '../errors.ts'
import { root } from '../root.ts'
import type { Print } from '../stack.ts'
import type { Board } from '../transfer/board.ts'
import { type BoardReader, readBoard } from '../transfer/board-file.ts'
import { exportBoard } from '../transfer/export/export.ts'
import type { Line } from '../transfer/format.ts'
import { linesIn } from '../transfer/import/read.ts'
import { withFiles } from './links.ts'
import { type Copy, type Head, openCopy, settingsOf } from './queries.ts'
import { indexed } from './search/words.ts'

const postsAPage = 100
/** Comments a page of a thread; a comment and what answers it stay together. */
const commentsAPage = 500
/** Texts in a file of the index. */
const textsAPart = 2_000
/** Of a text, characters that what was found shows of it. */
const shownOfText = 200
/** Deeper answers stand side by side. */
const deepest = 6

type Options = { language: Language; siteName: string; print: Print }

/** What is in the archive. */
export type Archived = { posts: number; comments: number; files: number }

/** Writes the archive of a running board. Throws a UserError, and leaves nothing, when it can't. */
export async function archiveBoard(board: Board, folder: string, options: Options): Promise<Archived> {
  if (existsSync(folder)) throw new UserError(`${folder} is there already: name a folder that is not`)
  if (!existsSync(dirname(folder))) throw new UserError(`there is no folder ${dirname(folder)}`)
  const settings = await settingsIn(board.url)
  return withFolder(folder, async (scratch) => {
    const file = join(scratch, 'board.tar')
    await exportBoard(board, file, () => {})
    const reader = readBoard(file)
    const copy = openCopy(join(scratch, 'copy.sqlite'))
    const draft = join(scratch, 'archive')
    mkdirSync(draft)
    try {
      keepTimeZone(settings.TIME_ZONE || 'UTC')
      const archived = await speaking(options.language, () =>
        writePages(reader, file, copy, draft, settings, options),
      )
      if (existsSync(folder)) throw new UserError(`${folder} is there already: name a folder that is not`)
      renameSync(draft, folder)
      return archived
    } finally {
      copy.close()
      reader.close()
    }
  })
}

async function settingsIn(url: string): Promise<Record<string, string>> {
  const db = openDb({ url, connections: 1, queryTimeoutMs: 60_000 })
  try {
    return await settingsOf(db)
  } finally {
    await db.close()
  }
}

/** What of the export everybody read. */
type Public = {
  members: Map<number, { id: number; name: string; avatar: string | null }>
  byName: Map<string, number>
  /** Who wrote something that is in the archive: they have a page. */
  writers: Set<number>
  categories: Map<number, Line<'categories'>>
  items: Line<'items'>[]
  rules: Line<'rules'>[]
}

function readPublic(reader: BoardReader, path: string, copy: Copy): Public {
  const found: Public = {
    ...{ members: new Map(), byName: new Map(), writers: new Set(), categories: new Map() },
    ...{ items: [], rules: [] },
  }
  for (const { kind, line } of linesIn(reader, path)) {
    if (kind === 'members') {
      found.members.set(line.id, { id: line.id, name: line.name, avatar: line.avatar ?? null })
      found.byName.set(line.name, line.id)
    } else if (kind === 'categories') {
      if (!line.isClosed) found.categories.set(line.id, line)
    } else if (kind === 'posts') {
      if (!found.categories.has(line.category) || line.removed) continue
      copy.addPost(line)
      if (line.author) found.writers.add(line.author)
    } else if (kind === 'comments') {
      if (!copy.hasPost(line.post)) continue
      copy.addComment(line)
      if (line.author && !line.removedAt) found.writers.add(line.author)
    } else if (kind === 'items') {
      found.items.push(line)
    } else if (kind === 'rules') {
      found.rules.push(line)
    }
  }
  copy.index()
  return found
}

async function writePages(
  reader: BoardReader,
  path: string,
  copy: Copy,
  folder: string,
  settings: Record<string, string>,
  { siteName, print }: Options,
): Promise<Archived> {
  const there = readPublic(reader, path, copy)
  const tags = copy.tags()
  const counts: Archived = { posts: 0, comments: 0, files: 0 }
  const put = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
    counts.files++
  }
  const entries = new Map(reader.entries.map((entry) => [entry.name, entry]))
  const copied = new Set<string>()
  const copyFile = (name: string) => {
    const entry = entries.get(name)
    if (!entry || copied.has(name)) return entry !== undefined
    copied.add(name)
    put(name, reader.read(entry))
    return true
  }
  const fileOf = filesOf(there, copy, tags, copyFile)
  const page = (name: string, markup: unknown) =>
    put(name, withFiles(String(markup), name.split('/').length - 1, fileOf))

  const board: ArchivedBoard = {
    name: settings.SITE_NAME || siteName,
    madeAt: reader.about.madeAt,
    welcome: settings.SITE_WELCOME ? htmlOf(settings.SITE_WELCOME) : '',
    ...{ hasRules: there.rules.length > 0, hasMarket: there.items.length > 0 },
  }
  const currency = settings.CURRENCY ?? ''
  const head = (row: Head): ArchivedHead => ({
    ...row,
    category: categoryOf(there, row.category),
    author: row.author === null ? undefined : there.members.get(row.author),
  })

  const index = openIndex(put)
  let saidAt = Date.now()
  for (const line of copy.posts()) {
    const author = line.author === undefined ? undefined : there.members.get(line.author)
    const comments = copy.commentsOf(line.id)
    const shown = new Map(
      comments.filter(({ removedAt }) => removedAt === undefined).map((each) => [each.id, each]),
    )
    const pictures = (line.offerPictures ?? (line.picture ? [line.picture] : [])).filter(({ hash }) =>
      copyFile(`pictures/${hash}.webp`),
    )
    const post = {
      ...{ id: line.id, title: line.title, author, likes: line.likes, comments: shown.size },
      ...{ createdAt: line.createdAt, editedAt: line.editedAt ?? null, pictures, currency },
      category: categoryOf(there, line.category),
      body: line.act ? plainText(line.body) : htmlOf(line.body),
      offer: line.offer ? { ...line.offer, price: line.offer.price ?? null } : null,
    }
    const pages = pagesOf(threadsOf(comments, there))
    for (const [at, threads] of pages.entries()) {
      const name = (number: number) => `posts/${line.id}${number === 0 ? '' : `-${number + 1}`}.html`
      const back = at === 0 ? undefined : name(at - 1)
      const more = at === pages.length - 1 ? undefined : name(at + 1)
      page(name(at), ArchivePost({ board, post, comments: threads, back, more }))
      for (const comment of flat(threads)) {
        const own = shown.get(comment.id)
        if (own) index.add(`${name(at)}#comment-${own.id}`, line.title, own.body, there, own)
      }
    }
    index.add(`posts/${line.id}.html`, line.title, line.body, there, line)
    counts.posts++
    counts.comments += shown.size
    if (Date.now() - saidAt > 2_000) {
      print(`posts: ${counts.posts.toLocaleString('en')}`)
      saidAt = Date.now()
    }
  }
  const parts = index.end()

  const list = (name: string, title: string, of: 'category' | 'author' | 'tag', value: number | string) => {
    const nameOf = (number: number) => `${name}${number === 0 ? '' : `-${number + 1}`}.html`
    let after = Number.MAX_SAFE_INTEGER
    for (let number = 0; ; number++) {
      const rows = copy.heads(of, value, after, postsAPage + 1)
      const isMore = rows.length > postsAPage
      const heads = rows.slice(0, postsAPage).map(head)
      const back = number === 0 ? undefined : nameOf(number - 1)
      const more = isMore ? nameOf(number + 1) : undefined
      page(nameOf(number), ArchiveList({ board, title, heads, back, more }))
      if (!isMore) return
      after = heads.at(-1)?.id ?? 0
    }
  }
  for (const [id, { name }] of there.categories) list(`categories/${id}`, name, 'category', id)
  for (const id of there.writers) list(`members/${id}`, there.members.get(id)?.name ?? '', 'author', id)
  for (const [number, tag] of tags.entries()) list(`tags/${number + 1}`, `#${tag}`, 'tag', tag)

  const categories = [...there.categories.values()].toSorted((a, b) => a.place - b.place || a.id - b.id)
  page(
    'index.html',
    ArchiveIndex({
      board,
      categories: categories.map(({ id }) => ({
        ...categoryOf(there, id),
        posts: copy.count('category', id),
      })),
      newest: copy.heads(undefined, 0, Number.MAX_SAFE_INTEGER, postsAPage).map(head),
    }),
  )
  if (board.hasMarket) {
    const items = there.items.map(({ name, price, description = '', pictures = [] }) => ({
      ...{ name, price, description: htmlOf(description) },
      pictures: pictures.filter(({ hash }) => copyFile(`pictures/${hash}.webp`)),
    }))
    page('market.html', ArchiveMarket({ board, items, currency }))
  }
  if (board.hasRules) {
    const rules = there.rules.toSorted((a, b) => a.place - b.place)
    page(
      'rules.html',
      ArchiveRules({ board, rules: rules.map(({ title, body }) => ({ title, body: htmlOf(body) })) }),
    )
  }
  page('search.html', ArchiveSearch({ board, indexFiles: parts }))
  await putAssets(put)
  return counts
}

/** Returns the file of a path of the site; undefined where the archive has none. */
function filesOf(there: Public, copy: Copy, tags: string[], copyFile: (name: string) => boolean) {
  const categories = new Map([...there.categories.values()].map(({ id, name }) => [name, id]))
  const tagNumbers = new Map(tags.map((tag, index) => [tag, index + 1]))
  const pageOf = (kind: string, named: string): string | undefined => {
    const name = nameInPath(decoded(named))
    const byName: Record<string, number | undefined> = {
      ...{ users: there.byName.get(name), c: categories.get(name), tags: tagNumbers.get(name) },
    }
    const id = byName[kind] ?? Number(name)
    if (kind === 'posts') return copy.hasPost(id) ? `posts/${id}.html` : undefined
    if (kind === 'users' || kind === 'user') return there.writers.has(id) ? `members/${id}.html` : undefined
    if (kind === 'c' || kind === 'categories')
      return there.categories.has(id) ? `categories/${id}.html` : undefined
    if (kind === 'tags') return tagNumbers.has(name) ? `tags/${tagNumbers.get(name)}.html` : undefined
    return undefined
  }
  return (path: string): string | undefined => {
    if (path === '/') return 'index.html'
    const [, kind = '', name = '', rest] = path.replace(/[?#].*$/, '').split('/')
    if (rest !== undefined) return undefined
    if (kind === 'avatars') return copyFile(`avatars/${name}`) ? `avatars/${name}` : undefined
    return pageOf(kind, name)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function categoryOf({ categories }: Public, id: number) {
  const { name = '', hue, description = '' } = categories.get(id) ?? {}
  return { id, name, hue: hue ?? null, description }
}

const plainText = (text: string) =>
  `<p dir="auto">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>')}</p>`

/** Comments with what answers them. One that was removed stands there only for what answers it. */
function threadsOf(lines: Line<'comments'>[], { members }: Public): ArchivedComment[] {
  const all = new Map<number, { comment: ArchivedComment; depth: number }>()
  const roots: ArchivedComment[] = []
  for (const line of lines) {
    const comment: ArchivedComment = {
      ...{ id: line.id, createdAt: line.createdAt, editedAt: line.editedAt ?? null, answers: [] },
      author: line.author === undefined ? undefined : members.get(line.author),
      body: line.removedAt === undefined ? htmlOf(line.body) : undefined,
    }
    const outer = line.parent === undefined ? undefined : all.get(line.parent)
    const holder = outer && outer.depth >= deepest ? all.get(line.root ?? 0) : outer
    all.set(line.id, { comment, depth: (outer?.depth ?? 0) + 1 })
    if (holder) holder.comment.answers.push(comment)
    else roots.push(comment)
  }
  return withoutEmpty(roots)
}

const withoutEmpty = (comments: ArchivedComment[]): ArchivedComment[] =>
  comments.flatMap((comment) => {
    const answers = withoutEmpty(comment.answers)
    return comment.body === undefined && answers.length === 0 ? [] : [{ ...comment, answers }]
  })

const flat = (comments: ArchivedComment[]): ArchivedComment[] =>
  comments.flatMap((comment) => [comment, ...flat(comment.answers)])

/** One page at least. */
function pagesOf(threads: ArchivedComment[]): ArchivedComment[][] {
  const pages: ArchivedComment[][] = [[]]
  let comments = 0
  for (const thread of threads) {
    if (comments >= commentsAPage) {
      pages.push([])
      comments = 0
    }
    pages.at(-1)?.push(thread)
    comments += flat([thread]).length
  }
  return pages
}

/** What is searched, in files of some texts each. */
function openIndex(put: (name: string, content: string) => void) {
  let part = new MiniSearch(indexed)
  let parts = 0
  const end = () => {
    if (part.documentCount === 0) return parts
    put(`search/part-${++parts}.js`, `agoraPart(${JSON.stringify(part)})`)
    part = new MiniSearch(indexed)
    return parts
  }
  return {
    add(
      path: string,
      title: string,
      body: string,
      { members }: Public,
      { author, createdAt }: { author?: number; createdAt: string },
    ) {
      const words = wordsOf(body)
      const name = author === undefined ? undefined : members.get(author)?.name
      const start = [...words.slice(0, 2 * shownOfText)].slice(0, shownOfText).join('')
      part.add({ path, title, body: words, start, ...foundBy(name, createdAt) })
      if (part.documentCount === textsAPart) end()
    },
    end,
  }
}

async function putAssets(put: (name: string, content: string | Uint8Array) => void): Promise<void> {
  const { links, byName } = await openAssets()
  const contentOf = (address: string) => byName.get(address.replace('/static/', ''))?.content
  put('style.css', contentOf(links.style) ?? '')
  put('icon.svg', contentOf(links.icon) ?? '')
  const { outputs } = await Bun.build({
    entrypoints: [join(root, 'stack/archive/search/browser.ts')],
    ...{ format: 'iife', target: 'browser', minify: true },
  })
  put('search/search.js', (await outputs[0]?.text()) ?? '')
}
