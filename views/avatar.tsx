import { Html } from './html.ts'
import { shownName } from './shown-name.ts'

/** White letters are easy to read on each of them. */
const colours = ['#a83226', '#8a5200', '#5f6b14', '#1f6b3a', '#0f6b6b', '#1d5f9c', '#5a4fb0', '#8c3f8c']

/** A member's picture, or their first letter on a colour of their own. The name stands beside it. */
export const Avatar = ({ name, avatar }: { name: string | null; avatar: string | null }) =>
  avatar ? (
    <img class="avatar" src={`/avatars/${avatar}.webp`} alt="" width="28" height="28" loading="lazy" />
  ) : (
    <svg class="avatar" viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
      <circle cx="14" cy="14" r="14" fill={name === null ? '#6b655e' : colourOf(name)} />
      <text x="14" y="19" fill="#fff" font-size="14" text-anchor="middle" safe>
        {initialOf(name ?? '?')}
      </text>
    </svg>
  )

function colourOf(name: string): string {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973
  return colours[sum % colours.length] ?? '#a83226'
}

const initialOf = (name: string) => ([...shownName(name, 1)][0] ?? '?').toUpperCase()
