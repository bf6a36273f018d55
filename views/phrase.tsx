import { Html } from '@elysiajs/html'
import type { Sentence } from '../texts/arabic.ts'
import { translated } from '../texts/say.ts'

type Parts = Record<string, JSX.Element | string | number>

/** A sentence with markup in its places, such as a link: each of `parts` is drawn where its name stands in braces. */
export const Phrase = ({ of, parts }: { of: Sentence; parts: Parts }) => (
  <>
    {translated(of)
      .split(/(\{\w+\})/)
      .map((piece) => {
        const part = /^\{(\w+)\}$/.exec(piece)?.[1]
        return part === undefined ? <Text text={piece} /> : ((parts[part] ?? '') as 'safe')
      })}
  </>
)

const Text = ({ text }: { text: string }) => <>{Html.escapeHtml(text)}</>
