import MarkdownIt, { type StateBlock, type StateInline, type Token } from 'markdown-it'
import { shownName } from '../../views/names.ts'
import { memoize } from './memoize.ts'
import { mayBeginMention, mentionAddress, mentionedName, mentionHere } from './mentions.ts'
import { withoutPiles, withoutPilesInMarkup } from './seen.ts'
import { foldedTag, mayBeginTag, tagAddress, tagHere } from './tags.ts'

/**
 * What people write, as markup. Nothing that they type is handed through: HTML is off, so every element and
 * attribute comes from the renderer, and what is left to check is where links lead. Pictures from elsewhere
 * would be refused by the browser (our policy says 'self') and show others who reads here, so `![...](...)`
 * is a link.
 */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 100 }).disable(
  'image',
)

const allowedAddress = /^(https?:\/\/|mailto:|\/(?![/\\])|#)/i

markdown.validateLink = (address) => allowedAddress.test(address.trim())
/**
 * Of an address, characters. The expression that finds its end takes time with the square of them: 10,000
 * took 0.2 s.
 */
const longestAddress = 2_000
// Only what begins with http:// or https:// becomes a link by itself, where it is read. A second pass over
// the whole text would find no more of them.
markdown.core.ruler.disable('linkify')
markdown.linkify
  .set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false, maxLength: longestAddress })
  .add('ftp:', null)
  .add('//', null)
  .add('mailto:', null)

markdown.inline.ruler.push('hashtag', (state, silent) => {
  if (state.src.charCodeAt(state.pos) !== 0x23 || state.linkLevel > 0) return false
  if (!mayBeginTag(state.src.slice(Math.max(0, state.pos - 2), state.pos))) return false
  tagHere.lastIndex = state.pos
  const [whole, tag] = tagHere.exec(state.src) ?? []
  if (!whole || !tag) return false
  // What is passed over while the end of a link is looked for becomes no tag, and takes none's place.
  if (!silent && !isLinked(state, 'tags', foldedTag(tag))) return false
  if (!silent) pushTag(state, tag)
  state.pos += whole.length
  return true
})

markdown.inline.ruler.push('mention', (state, silent) => {
  if (state.src.charCodeAt(state.pos) !== 0x40 || state.linkLevel > 0) return false
  if (!mayBeginMention(state.src.slice(Math.max(0, state.pos - 2), state.pos))) return false
  mentionHere.lastIndex = state.pos
  const found = mentionHere.exec(state.src)
  if (!found) return false
  const name = mentionedName(found)
  if (!silent && !isLinked(state, 'mentions', name)) return false
  if (!silent) state.push('mention', 'a', 0).content = name
  state.pos += found[0].length
  return true
})

/** So many tags, and members, a text has; what else begins with # or @ stays text. */
const mostOfEach = 20

function isLinked({ env }: StateInline, of: 'tags' | 'mentions', name: string): boolean {
  const names = env[of] instanceof Set ? env[of] : new Set<string>()
  env[of] = names
  if (names.size < mostOfEach) names.add(name)
  return names.has(name)
}

function pushTag(state: StateInline, tag: string): void {
  const token = state.push('hashtag', 'a', 0)
  token.content = tag
}

const { escapeHtml } = markdown.utils

function blockRule(name: string) {
  return markdown.block.ruler.getRules('').find((rule) => rule.name === name)
}

markdown.renderer.rules.hashtag = (tokens, at) => {
  const tag = tokens[at]?.content ?? ''
  return `<a href="${escapeHtml(tagAddress(tag))}" rel="tag">#${escapeHtml(tag)}</a>`
}

/** Where it leads is up to whoever wrote it. */
const nobodyVouches = 'nofollow ugc noopener'

markdown.renderer.rules.mention = (tokens, at) => {
  const name = tokens[at]?.content ?? ''
  const address = escapeHtml(mentionAddress(name))
  return `<a href="${address}" rel="${nobodyVouches}" dir="auto">@${escapeHtml(shownName(name))}</a>`
}

markdown.renderer.rules.link_open = (tokens, at, options, _, self) => {
  tokens[at]?.attrSet('rel', nobodyVouches)
  return self.renderToken(tokens, at, options)
}

/**
 * Each of them says by its own first letter which way it is read. Not what stands within: a browser looks for
 * that letter past elements that say it for themselves, and the quote or list around them would have none.
 */
const withDirection = [
  'paragraph_open',
  'heading_open',
  'blockquote_open',
  'bullet_list_open',
  'ordered_list_open',
  'table_open',
]
/** A post stands below the headings of its page. */
const headingsBelow = 2

/**
 * Of all links' addresses and titles in a text, characters. `[a]: http://...` of half a text's length, of
 * which the other half is `[a][a]...`, made thirty million of them.
 */
const mostOfLinks = 100_000

markdown.core.ruler.push('shape', ({ tokens }) => {
  const links = { characters: 0 }
  for (const token of tokens) {
    // How a column is aligned would be an inline style, which our policy refuses.
    if (token.type === 'th_open' || token.type === 'td_open') token.attrs = null
    if (token.level === 0 && withDirection.includes(token.type)) token.attrSet('dir', 'auto')
    if (token.type === 'heading_open' || token.type === 'heading_close')
      token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + headingsBelow)}`
    if (token.children) token.children = withoutSomeLinks(token.children, links)
  }
})

/**
 * `[here]()` is a link without an address, which no rule asks us to allow, and some are too many: their words
 * remain.
 */
function withoutSomeLinks(tokens: Token[], links: { characters: number }): Token[] {
  let isDropped = false
  return tokens.filter((token) => {
    if (token.type === 'link_open') {
      const address = String(token.attrGet('href') ?? '')
      links.characters += address.length + String(token.attrGet('title') ?? '').length
      isDropped = address === '' || links.characters > mostOfLinks
    }
    return !(isDropped && /^link_(open|close)$/.test(token.type))
  })
}

/**
 * Rows that are shorter than their head are filled up, so that a few characters make a hundred cells: 20 kB
 * of text became 700 kB of markup in a third of a second. What would be more cells than these, in all tables
 * of a text, is left as it was typed.
 */
const mostCells = 5_000
const drawTable = blockRule('table')

markdown.block.ruler.at(
  'table',
  (state, start, end, silent) => {
    if (!drawTable || start + 1 >= end) return false
    const columns = lineOf(state, start + 1).split('|').length
    const cells = Number(state.env.cells ?? 0)
    const rows = Math.floor((mostCells - cells) / columns)
    if (rows < 3) return false
    const isTable = drawTable(state, start, Math.min(end, start + rows), silent)
    if (isTable && !silent) state.env.cells = cells + columns * (state.line - start)
    return isTable
  },
  { alt: ['paragraph', 'reference'] },
)

const lineOf = ({ src, bMarks, eMarks }: StateBlock, line: number) => src.slice(bMarks[line], eMarks[line])

/**
 * Markdown-it leaves out what stands in more blocks than `maxNesting`. Before that quotes and lists, which
 * have two blocks each, are no more than the text that they are written with.
 */
const deepest = 60

for (const [name, alt] of [
  ['blockquote', ['paragraph', 'reference', 'blockquote', 'list']],
  ['list', ['paragraph', 'reference', 'blockquote']],
] as const) {
  const draw = blockRule(name)
  markdown.block.ruler.at(
    name,
    (state, ...where) => state.level < deepest && draw?.(state, ...where) === true,
    { alt: [...alt] },
  )
}

/**
 * A quote takes the lines below it that have no mark of their own, which each quote within it looks through
 * again, and so does the next one where a heading or code ended it: 50 deep, or 2,000 in a row, took a third
 * of a second. A text of usual length has no more lines than these; of what looks through more, each quote
 * ends with its marked lines.
 */
const mostUnmarked = 10_000

markdown.block.ruler.push(
  'unmarked',
  ({ env }) => {
    const unmarked = Number(env.unmarked ?? 0) + 1
    env.unmarked = unmarked
    return unmarked > mostUnmarked
  },
  { alt: ['blockquote'] },
)

const mostCached = 4_000_000

/**
 * The markup of a text. Cached for the texts that were rendered last, so that a page costs its rendering
 * once. Marks are piled up by what is typed, and by entities, links and other elements, too.
 */
export const htmlOf = memoize(
  (text) => withoutPilesInMarkup(markdown.render(withoutPiles(text))),
  (html) => html.length,
  mostCached,
)

/** What is in a text, from one reading of it, as reading takes most of the time of a long one. */
const contentOf = memoize(
  (text) => {
    const tokens = inlineTokens(text)
    const words = withoutPiles(tokens.map(wordsOfToken).join('')).replaceAll(/\s+/gu, ' ').trim()
    const tags = tokens.flatMap(({ type, content }) => (type === 'hashtag' ? [foldedTag(content)] : []))
    const mentions = tokens.flatMap(({ type, content }) => (type === 'mention' ? [content] : []))
    return { words, tags: [...new Set(tags)], mentions: [...new Set(mentions)] }
  },
  ({ words }) => words.length,
  mostCached / 4,
)

/** The tags in a text, folded, each once: exactly those that `htmlOf` links. */
export const tagsIn = (text: string): string[] => contentOf(text).tags

/** The names of who is mentioned in a text, each once: exactly those that `htmlOf` links. */
export const mentionsIn = (text: string): string[] => contentOf(text).mentions

/** The words of a text without its marks, in one line. */
export const wordsOf = (text: string): string => contentOf(text).words

function wordsOfToken({ type, content }: Piece): string {
  if (type === 'hashtag') return `#${content}`
  if (type === 'mention') return `@${content}`
  return ['text', 'text_special', 'code_inline', 'code_block', 'fence'].includes(type)
    ? content
    : /break|end/.test(type)
      ? ' '
      : ''
}

type Piece = Pick<Token, 'type' | 'content'>

const end: Piece = { type: 'end', content: '' }

/** Returns the tokens within its blocks, with an `end` behind each. */
const inlineTokens = (text: string): Piece[] =>
  markdown
    .parse(withoutPiles(text), {})
    .flatMap((token): Piece[] =>
      token.type === 'inline' ? [...(token.children ?? []), end] : token.block ? [token, end] : [],
    )
