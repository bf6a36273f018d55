import type { Post } from '../src/posts/queries.ts'
import { say } from '../texts/say.ts'
import { inTimeZone, timeZone } from '../texts/time-zone.ts'
import { Html, staticFragment } from './html.ts'
import { categoryAt, hues, memberAt, shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

/** Between two things on one line. */
export const dot = staticFragment(() => <span aria-hidden="true"> · </span>)

export const Byline = ({ post }: { post: Post }) => (
  <p class="byline">
    <Avatar name={post.author} avatar={post.avatar} />
    <Author name={post.author} id={post.authorId} />
    {dot() as 'safe'}
    <CategoryLink category={{ id: post.categoryId, name: post.category, hue: post.hue }} />
    {dot() as 'safe'}
    <When at={post.createdAt} />
    <Edited at={post.editedAt} />
  </p>
)

type Named = { id: number; name: string; hue: number | null | undefined }

/** Leads to a category, with its colour before its name. */
export const CategoryLink = ({ category: { id, name, hue } }: { category: Named }) => (
  <a class={placeOf(id, hue)} href={categoryAt(name, id)} dir="auto" safe>
    {shownName(name)}
  </a>
)

/** The class of what has a category's colour before it. */
export const placeOf = (category: number, hue: number | null | undefined) =>
  `place hue-${hue ?? category % hues}`

/** The class of what has it as a thin edge. */
export const edgeOf = ({ id, hue }: { id: number; hue: number | null }) => `edge hue-${hue ?? id % hues}`

export const Edited = ({ at }: { at: string | null }) =>
  at === null ? (
    ''
  ) : (
    <span>
      {dot() as 'safe'}
      <Phrase of="edited {when}" parts={{ when: <When at={at} /> }} />
    </span>
  )

export const Author = ({ name, id }: { name: string | null; id: number | null }) =>
  name === null ? (
    <span safe>{say('a deleted account')}</span>
  ) : (
    <a href={memberAt(name, id)} dir="auto" safe>
      {shownName(name)}
    </a>
  )

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

/** With the month's name in every language: numbers alone are read in different orders. */
const day = { day: 'numeric', month: 'short', year: 'numeric' } as const
const clock = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const
const days = inTimeZone((locale) => new Intl.DateTimeFormat(locale, { ...day, timeZone: timeZone() }))
const moments = inTimeZone(
  (locale) => new Intl.DateTimeFormat(locale, { ...day, ...clock, timeZone: timeZone() }),
)
const exact = (at: string) => moments().format(new Date(at))

/** The day of a moment, given as ISO 8601. */
export const shownDay = (at: string) => days().format(new Date(at))

/** A moment, given as ISO 8601, by its day; the exact time is in the title. */
export const When = ({ at }: { at: string }) => (
  <time datetime={at} title={exact(at)} safe>
    {shownDay(at)}
  </time>
)

const clocks = inTimeZone(
  (locale) => new Intl.DateTimeFormat(locale, { ...clock, hourCycle: 'h23', timeZone: timeZone() }),
)

/** The time of day. */
export const Clock = ({ at }: { at: string }) => (
  <time datetime={at} safe>
    {clocks().format(new Date(at))}
  </time>
)

/** A moment to the minute. */
export const Moment = ({ at }: { at: string }) => (
  <time datetime={at} safe>
    {exact(at)}
  </time>
)
