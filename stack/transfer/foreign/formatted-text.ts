import { SaxesParser } from 'saxes'
import { mentionOf } from '../../../src/text/mentions.ts'

/**
 * Texts as phpBB 3.3 and Flarum store them: XML in which marks are elements, `<s>` and `<e>` hold a mark as
 * it was typed, `<i>` what is not shown. https://s9etextformatter.readthedocs.io/Internals/XML_representation/
 */

/** What stands in an element, and what it is. */
type Part = { name: string; attributes: Record<string, string>; content: string }

/**
 * Returns the text as Markdown; undefined where it is no such XML. `without`: the address of a picture that
 * stands elsewhere.
 */
export function markdownOf(xml: string, without?: string): string | undefined {
  const open: Part[] = [{ name: '', attributes: {}, content: '' }]
  const top = () => open.at(-1) ?? { name: '', attributes: {}, content: '' }
  return parsed(xml, {
    text(text) {
      const { name } = top()
      if (isMark(name)) return
      top().content += open.some(({ name }) => name === 'CODE' || name === 'C') ? text : escaped(text)
    },
    open: (name, attributes) => open.push({ name, attributes, content: '' }),
    close() {
      const part = open.pop()
      if (part && (without === undefined || pictureIn(part) !== without)) top().content += shown(part, top())
    },
  })
    ? tidied(top().content)
    : undefined
}

/** Returns the addresses of the pictures that it shows, in their order. */
export function picturesIn(xml: string): string[] {
  const found: string[] = []
  parsed(xml, {
    text: () => {},
    open: (name, attributes) => {
      const picture = pictureIn({ name, attributes })
      if (picture) found.push(picture)
    },
    close: () => {},
  })
  return found
}

/** Of the extension fof/upload are those that begin with `UPL`. */
function pictureIn({ name, attributes }: Pick<Part, 'name' | 'attributes'>): string | undefined {
  if (name === 'IMG') return attributes.src
  return name.startsWith('UPL-IMAGE') ? attributes.url : undefined
}

/** Returns the text without its marks; undefined where it is no such XML. */
export function unmarked(xml: string): string | undefined {
  const within: string[] = []
  let words = ''
  const isRead = parsed(xml, {
    text: (text) => (words += within.some((name) => isMark(name)) ? '' : text),
    open: (name) => within.push(name),
    close: () => within.pop(),
  })
  return isRead ? words : undefined
}

const isMark = (name: string) => /^[sei]$/.test(name)

type Handlers = {
  text(text: string): void
  open(name: string, attributes: Record<string, string>): void
  close(): void
}

function parsed(xml: string, { text, open, close }: Handlers): boolean {
  if (!/^<[rt][ >]/.test(xml)) return false
  try {
    const parser = new SaxesParser()
    parser.on('error', (error) => {
      throw error
    })
    parser.on('text', text)
    parser.on('opentag', ({ name, attributes }) => open(name, attributes))
    parser.on('closetag', close)
    parser.write(xml).close()
    return true
  } catch {
    return false
  }
}

const tidied = (text: string) => text.replaceAll(/\n{3,}/g, '\n\n').trim()

/** Characters that Markdown would read as marks. */
const escaped = (text: string) =>
  text
    .replaceAll(/[\\`*_[\]<>~]/g, '\\$&')
    .replaceAll(/^([ \t]*)([#+-])(?=\s|[-=]*$)/gm, '$1\\$2')
    .replaceAll(/^([ \t]*\d+)([.)])(?=\s)/gm, '$1\\$2')

/** An address within Markdown's parentheses. */
const target = (address: string) => encodeURI(decoded(address)).replaceAll('(', '%28').replaceAll(')', '%29')

function decoded(address: string): string {
  try {
    return decodeURI(address)
  } catch {
    return address
  }
}

const around = (mark: string, content: string) =>
  content.replace(/^(\s*)(.*?)(\s*)$/s, (_, before, inner, after) =>
    inner === '' ? `${before}${after}` : `${before}${mark}${inner}${mark}${after}`,
  )

function shown({ name, attributes, content }: Part, outer: Part): string {
  switch (name) {
    case 's':
    case 'e':
    case 'i':
      return ''
    case 'B':
    case 'STRONG':
      return around('**', content)
    case 'I':
    case 'EM':
      return around('*', content)
    case 'S':
    case 'DEL':
    case 'STRIKE':
      return around('~~', content)
    case 'URL':
      return link(attributes.url ?? '', content)
    case 'EMAIL':
      return link(`mailto:${attributes.email ?? ''}`, content)
    case 'IMG':
      return link(attributes.src ?? '', content || escaped(attributes.src ?? ''))
    case 'UPL-IMAGE':
    case 'UPL-IMAGE-PREVIEW':
      return link(attributes.url ?? '', escaped(attributes.alt ?? '') || escaped(attributes.url ?? ''))
    case 'POSTMENTION':
    case 'USERMENTION':
      return mentionOf(attributes.displayname ?? attributes.username ?? '') ?? content
    case 'EMOJI':
      return emojiOf(attributes.seq) ?? content
    case 'HR':
      return block('---')
    case 'H1':
    case 'H2':
    case 'H3':
    case 'H4':
    case 'H5':
    case 'H6':
      return block(`${'#'.repeat(Number(name[1]))} ${content.trim()}`)
    case 'CODE':
      return block(fenced(content.replaceAll(/^\n|\n$/g, ''), attributes.lang))
    case 'C':
      return `\`\`${content.includes('`') ? ` ${content} ` : content}\`\``
    case 'QUOTE':
      return block(quoted(tidied(content), attributes.author))
    case 'LIST':
      return block(tidied(content))
    case 'LI':
      return itemOf(tidied(content), outer)
    default:
      return content
  }
}

/** Of a list, which has a type where it is numbered. */
const itemOf = (text: string, list: Part) => {
  const mark = list.attributes.type ? '1. ' : '- '
  return `${mark}${text.replaceAll('\n', `\n${' '.repeat(mark.length)}`)}\n`
}

/** Of its code points in hex, as in `1f1e9-1f1ea`. */
function emojiOf(sequence: string | undefined): string | undefined {
  const points = (sequence ?? '').split('-').map((hex) => Number.parseInt(hex, 16))
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined
}

const block = (text: string) => `\n\n${text}\n\n`

const link = (address: string, text: string) => {
  const plain = text.replaceAll(/\\(.)/g, '$1').trim()
  if (address === '') return text
  const isShown = plain === '' || plain === address || `mailto:${plain}` === address
  return isShown && /^[a-z][a-z\d+.-]+:/i.test(address)
    ? `<${target(address.replace(/^mailto:/, ''))}>`
    : `[${text.trim() || escaped(address)}](${target(address)})`
}

function fenced(code: string, language: string | undefined): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language && /^[\w+-]+$/.test(language) ? language : ''}\n${code}\n${fence}`
}

function quoted(text: string, author: string | undefined): string {
  const whole = author ? `**${escaped(author)}:**\n${text}` : text
  return whole
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}
