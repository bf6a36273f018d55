import { slug } from 'github-slugger'
import { lexer, type Token, type Tokens } from 'marked'
import type { ProjectFile } from './project.ts'

/** What a page of Markdown says about itself and others. */
export type Page = {
  path: string
  /** Ids of its headings, as code hosts make them. */
  anchors: string[]
  /** Where its links and pictures lead, as written. */
  links: string[]
  diagrams: string[]
}

export function readPage({ path, text }: ProjectFile): Page {
  const tokens = flat(lexer(text))
  const seen = new Map<string, number>()
  const anchors = tokens.filter(is('heading')).map((heading) => {
    const id = slug(plain(heading))
    const times = seen.get(id) ?? 0
    seen.set(id, times + 1)
    return times === 0 ? id : `${id}-${times}`
  })
  return {
    path,
    anchors,
    links: [...tokens.filter(is('link')), ...tokens.filter(is('image'))].map(({ href }) => href),
    diagrams: tokens.filter(is('code')).flatMap(({ lang, text }) => (lang === 'mermaid' ? [text] : [])),
  }
}

type Kinds = { heading: Tokens.Heading; link: Tokens.Link; image: Tokens.Image; code: Tokens.Code }

const is =
  <Kind extends keyof Kinds>(kind: Kind) =>
  (token: Token): token is Kinds[Kind] =>
    token.type === kind

/** A token with all below it, cells of tables too. */
function flat(tokens: Token[]): Token[] {
  return tokens.flatMap((token) => [token, ...flat(below(token))])
}

type Parent = { tokens?: Token[]; items?: Token[]; header?: Tokens.TableCell[]; rows?: Tokens.TableCell[][] }

function below(token: Token): Token[] {
  const { tokens = [], items = [], header = [], rows = [] } = token as Parent
  return [...tokens, ...items, ...[header, ...rows].flat().flatMap((cell) => cell.tokens)]
}

/** A heading's text without its marks. */
const plain = ({ text }: Tokens.Heading) => text.replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
