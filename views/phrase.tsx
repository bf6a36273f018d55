import type { Sentence } from '../texts/arabic.ts'
import { sayNumber } from '../texts/numbers.ts'
import { say, translated } from '../texts/say.ts'
import { Html } from './html.ts'

type Parts = Record<string, JSX.Element>

/**
 * A sentence beside other elements, or with some in its places, such as a link: each of `parts` is drawn
 * where its name stands in braces. They are drawn as they are: only elements may be given, never a text by
 * itself.
 */
export const Phrase = ({ of, parts = {} }: { of: Sentence; parts?: Parts }) => (
  <>
    {piecesOf(translated(of)).map(({ text, place }) =>
      place === undefined ? (text as 'safe') : ((parts[place] ?? '') as 'safe'),
    )}
  </>
)

/** A link for a sentence's place. */
export const LinkTo = ({ to, says }: { to: string; says: Sentence }) => (
  <a href={to} safe>
    {say(says)}
  </a>
)

/** A link that says where it leads. */
export const LinkToItself = ({ to }: { to: string }) => (
  <a href={to} safe>
    {to}
  </a>
)

type Piece = { text: string; place?: string }

function piecesOf(sentence: string): Piece[] {
  const before = known.get(sentence)
  if (before) return before
  const pieces = sentence.split(/(\{\w+\})/).map((piece) => {
    const place = /^\{(\w+)\}$/.exec(piece)?.[1]
    return place === undefined ? { text: Html.escapeHtml(piece) } : { text: '', place }
  })
  known.set(sentence, pieces)
  return pieces
}

/** Sentences are those of the texts, so there are only so many. */
const known = new Map<string, Piece[]>()

/** A whole number as people read it. It holds nothing that would have to be escaped. */
export const count = (number: number) => sayNumber(number) as 'safe'
