import { sayCount, sayNumber } from '../texts/numbers.ts'
import { eachLanguage, language, say } from '../texts/say.ts'
import { Html, staticFragment } from './html.ts'
import { isCut, memberAt, shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

/**
 * `liked` is known only where each member has one like, and is whether the visitor's is given. `version` is
 * that of the count after a press: a page that follows the likes shows no older one afterwards.
 */
type LikeProps = { id: number; likes: number; liked?: boolean; version?: number }

/** The button with its count; a press swaps it for the one in the answer. */
export const LikeButton = ({ id, likes, liked, version }: LikeProps): string =>
  drawnButton(liked)
    .replaceAll(places.id, `${id}`)
    .replaceAll(places.likes, version === undefined ? `${likes}` : `${likes}:${version}`)
    .replaceAll(places.count, sayNumber(likes))

const places = { id: '{id}', likes: '{likes}', count: '{count}' }

/** Drawn once, with places for what changes: it is the answer to every like. */
const drawnButton = staticFragment((liked: boolean | undefined) => (
  <button
    id={`like-${places.id}`}
    class="like"
    type="submit"
    hx-post={`/posts/${places.id}/likes`}
    data-likes={places.likes}
    aria-pressed={liked === undefined ? undefined : liked ? 'true' : 'false'}
    aria-label={say('Like, {count} so far', { count: places.count })}
  >
    <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path d="M12 20.5 4.6 13a4.9 4.9 0 0 1 0-6.9 4.7 4.7 0 0 1 6.8 0l.6.6.6-.6a4.7 4.7 0 0 1 6.8 0 4.9 4.9 0 0 1 0 6.9Z" />
    </svg>
    <span class="count" safe>
      {places.count}
    </span>
  </button>
))

/**
 * The button stays the same element, with the focus. Where each press counts none is dropped, however fast
 * they come.
 */
const ways = (liked: boolean | undefined) => ({
  'hx-swap:inherited': 'outerMorph',
  'hx-sync:inherited': liked === undefined ? 'this:queue all' : 'this:drop',
})

/** Without JavaScript the same button posts this form. */
export const LikeForm = (props: LikeProps) => (
  <form class="like-form" method="post" action={`/posts/${props.id}/likes`} {...ways(props.liked)}>
    <LikeButton {...props} />
  </form>
)

/** The members who like a post: the first names and how many more there are. */
export const LikedBy = ({ names, likes }: { names: string[]; likes: number }) => {
  if (names.length === 0) return ''
  const more = likes - names.length
  return (
    <p class="byline">
      {more > 0 ? (
        <Phrase
          of="Liked by {names} and {more}"
          parts={{ names: <Names names={names} />, more: <span safe>{sayCount('more', more)}</span> }}
        />
      ) : (
        <Phrase of="Liked by {names}" parts={{ names: <Names names={names} /> }} />
      )}
    </p>
  )
}

const Names = ({ names }: { names: string[] }) => (
  <>
    {lists[language()].formatToParts(names).map(({ type, value }) =>
      type === 'element' ? (
        isCut(value) ? (
          <bdi safe>{shownName(value)}</bdi>
        ) : (
          <a href={memberAt(value, null)} dir="auto" safe>
            {shownName(value)}
          </a>
        )
      ) : (
        (value as 'safe')
      ),
    )}
  </>
)

const lists = eachLanguage((locale) => new Intl.ListFormat(locale, { type: 'unit', style: 'short' }))
