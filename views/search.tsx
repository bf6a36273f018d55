import type { PageContext } from '../src/http/page-context.ts'
import type { Part } from '../src/search/highlight.ts'
import type { Found, Hit } from '../src/search/service.ts'
import { say } from '../texts/say.ts'
import { Author, Avatar, When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { unlessMuted } from './muted.tsx'
import { memberAt, shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

type SearchProps = { pageContext: PageContext; found: Found }

/** Draws the page of what was found. */
export const SearchPage = ({ pageContext, found }: SearchProps) => (
  <Layout
    pageContext={pageContext}
    title={found.q === '' ? say('Search') : say('Search: {words}', { words: found.q })}
    q={found.q}
  >
    <section class="narrow">
      <h1 safe>{say('Search')}</h1>
      {found.problems.map((problem) => (
        <p class="hint" role="status" safe>
          {problem}
        </p>
      ))}
      <Unfinished found={found} />
      <Aside found={found} />
      {found.q === '' ? '' : <Kinds found={found} />}
      <div id="hits">
        {found.hits.map(
          (hit) => unlessMuted(pageContext.viewer, hit, String(<HitCard hit={hit} />)) as 'safe',
        )}
      </div>
      {found.hits.length > 0 ? (
        ''
      ) : (
        <Empty says={saysOf(found)} firstPage={found.isFirstPage ? undefined : addressOf(found)} />
      )}
      <Pager
        next={found.nextCursor ? addressOf(found, { before: found.nextCursor }) : undefined}
        says={found.order === 'best' ? 'More hits' : 'Older hits'}
      />
    </section>
  </Layout>
)

function saysOf({ q, isSearchable, isComments, isAway }: Found): string {
  if (q === '') return say('Type some words: all of them must be there, and each may go on.')
  if (isAway) return say('Members, tags and what is in the market are found all the same.')
  if (!isSearchable) return say('Texts are found by letters, digits and emoji.')
  return isComments ? say('No comment has all these words.') : say('No post has all these words.')
}

type Page = { isComments?: boolean; order?: Found['order']; before?: string }

/** The address of the first page of the same, but for what is given. */
function addressOf(found: Found, { isComments = found.isComments, order = found.order, before }: Page = {}) {
  return `/search?${new URLSearchParams({
    q: found.q,
    ...(isComments ? { in: 'comments' } : {}),
    ...(order === 'best' ? { sort: 'best' } : {}),
    ...(before ? { before } : {}),
  })}`
}

/** Says what was not looked through, while the index is made. */
const Unfinished = ({ found: { extent } }: SearchFound) =>
  extent === undefined || extent.built === 1 ? (
    ''
  ) : (
    <p class="hint" role="status" safe>
      {say('Search is being made ready and knows the newest {n} % of the board. Older texts follow.', {
        n: Math.floor(extent.built * 100),
      })}
    </p>
  )

const Kinds = ({ found }: SearchFound) => (
  <>
    <nav class="tabs" aria-label={say('Where')}>
      <a
        href={addressOf(found, { isComments: false })}
        aria-current={found.isComments ? undefined : 'page'}
        safe
      >
        {say('Posts')}
      </a>
      <a
        href={addressOf(found, { isComments: true })}
        aria-current={found.isComments ? 'page' : undefined}
        safe
      >
        {say('Comments')}
      </a>
    </nav>
    <nav class="tabs" aria-label={say('In which order')}>
      <a
        href={addressOf(found, { order: 'new' })}
        aria-current={found.order === 'new' ? 'page' : undefined}
        safe
      >
        {say('Newest first')}
      </a>
      <a
        href={addressOf(found, { order: 'best' })}
        aria-current={found.order === 'best' ? 'page' : undefined}
        safe
      >
        {say('Best first')}
      </a>
    </nav>
    <p class="hint">
      <Phrase
        of="Narrow it by {author}, {category}, {after}, {before} and {phrase}."
        parts={{
          author: <code dir="ltr">author:ana</code>,
          category: <code dir="ltr">in:Books</code>,
          after: <code dir="ltr">after:2026-03</code>,
          before: <code dir="ltr">before:2026-03-15</code>,
          phrase: <code dir="ltr">"words in a row"</code>,
        }}
      />
    </p>
  </>
)

type SearchFound = { found: Found }

/** Members and tags that begin with what was typed, and items with its words. */
const Aside = ({ found: { items, members, tags } }: SearchFound) =>
  items.length + members.length + tags.length === 0 ? (
    ''
  ) : (
    <p class="actions">
      {tags.map(({ name }) => (
        <a class="button" href={`/tags/${encodeURIComponent(name)}`} dir="auto" safe>{`#${name}`}</a>
      ))}
      {items.map((name) => (
        <a class="button" href={`/market?${new URLSearchParams({ q: name })}`} dir="auto" safe>
          {say('In the market: {name}', { name })}
        </a>
      ))}
      {members.map(({ id, name, avatar }) => (
        <a class="button" href={memberAt(name, id)}>
          <Avatar name={name} avatar={avatar} />
          <bdi safe>{shownName(name)}</bdi>
        </a>
      ))}
    </p>
  )

const HitCard = ({ hit }: { hit: Hit }) => (
  <article class="post hit">
    <h2 dir="auto">
      <a href={hit.address}>
        <Marked pieces={hit.title} />
      </a>
    </h2>
    <p class="byline">
      <Avatar name={hit.author} avatar={hit.avatar} />
      <Author name={hit.author} id={hit.authorId} />
      <span aria-hidden="true"> · </span>
      <When at={hit.createdAt} />
    </p>
    <p dir="auto">
      <Marked pieces={hit.text} />
    </p>
  </article>
)

const Marked = ({ pieces }: { pieces: Part[] }) => (
  <>{pieces.map(({ text, isHit }) => (isHit ? <mark safe>{text}</mark> : <span safe>{text}</span>))}</>
)
