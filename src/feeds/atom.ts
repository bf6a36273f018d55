import XMLBuilder from 'fast-xml-builder'
import { calm } from '../../texts/calm.ts'
import { inPortions } from '../platform/portions.ts'

export type Entry = {
  /** Its page's address, whole; also its id. */
  address: string
  title: string
  author: string | null
  publishedAt: string
  updatedAt: string
  /** Markup, or plain text where there is none. */
  html?: string
  text?: string
  category?: string
}

export type Feed = {
  /** The feed's own address, whole; also its id. */
  address: string
  /** The page that it follows. */
  page: string
  title: string
  entries: Entry[]
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true })

/** When nothing was written yet: a feed must say when it changed last. */
const beginning = '1970-01-01T00:00:00Z'

/** An Atom document. https://www.rfc-editor.org/rfc/rfc4287 */
export async function atomOf({ address, page, title, entries }: Feed): Promise<string> {
  const updated =
    entries
      .map(({ updatedAt }) => updatedAt)
      .sort()
      .at(-1) ?? beginning
  const parts = await inPortions(entries, (entry) => builder.build(clean({ entry: entryOf(entry) })))
  const around = builder.build(
    clean({
      '?xml': { '@version': '1.0', '@encoding': 'utf-8' },
      feed: {
        '@xmlns': 'http://www.w3.org/2005/Atom',
        id: address,
        title: text(calm(title)),
        updated,
        link: [
          { '@rel': 'self', '@type': 'application/atom+xml', '@href': address },
          { '@rel': 'alternate', '@type': 'text/html', '@href': page },
        ],
        author: { name: 'Agora' },
        generator: 'Agora',
      },
    }),
  )
  return around.slice(0, -feedEnd.length) + parts.join('') + feedEnd
}

const feedEnd = '</feed>'

const entryOf = (entry: Entry) => ({
  id: entry.address,
  title: text(calm(entry.title)),
  published: entry.publishedAt,
  updated: entry.updatedAt,
  link: { '@rel': 'alternate', '@type': 'text/html', '@href': entry.address },
  author: { name: entry.author ?? 'a deleted account' },
  ...(entry.category === undefined ? {} : { category: { '@term': entry.category } }),
  content: entry.html === undefined ? text(entry.text ?? '') : { '@type': 'html', '#text': entry.html },
})

const text = (content: string) => ({ '@type': 'text', '#text': content })

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them.
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Every text in it without characters that XML cannot hold. https://www.w3.org/TR/xml/#charsets */
function clean<Value>(value: Value): Value {
  if (typeof value === 'string') return value.toWellFormed().replaceAll(notInXml, '\ufffd') as Value
  if (Array.isArray(value)) return value.map(clean) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clean(each)])) as Value
}
