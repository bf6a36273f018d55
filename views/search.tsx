import type { PageContext } from '../src/http/page-context.ts'
import type { Part } from '../src/search/highlight.ts'
import type { Found, Hit } from '../src/search/service.ts'
import { say } from '../texts/say.ts'
import { Author, Avatar, When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { memberAt, shownName } from './names.ts'

type SearchProps = { pageContext: PageContext; found: Found }

/** What was found, newest first. */
export const SearchPage = ({ pageContext, found }: SearchProps) => (
  <Layout
    pageContext={pageContext}
    title={found.q === '' ? say('Search') : say('Search: {words}', { words: found.q })}
    q={found.q}
  >
    <section class="narrow">
      <h1 safe>{say('Search')}</h1>
      {found.isTooLong ? (
        <p class="hint" safe>
          {say('This is long: only its first ten words were looked for.')}
        </p>
      ) : (
        ''
      )}
      <Aside found={found} />
      {found.q === '' ? '' : <Kinds found={found} />}
      <div id="hits">
        {found.hits.map((hit) => (
          <HitCard hit={hit} />
        ))}
      </div>
      {found.hits.length > 0 ? (
        ''
      ) : (
        <Empty
          says={saysOf(found)}
          firstPage={found.isFirstPage ? undefined : addressOf(found, found.isComments)}
        />
      )}
      <Pager
        next={found.nextCursor ? addressOf(found, found.isComments, found.nextCursor) : undefined}
        says="Older hits"
      />
    </section>
  </Layout>
)

function saysOf({ q, isSearchable, isComments }: Found): string {
  if (q === '') return say('Type some words: all of them must be there, and each may go on.')
  if (!isSearchable) return say('Texts are found by words of at least three letters or digits.')
  return isComments ? say('No comment has all these words.') : say('No post has all these words.')
}

const addressOf = ({ q }: Found, isComments: boolean, cursor?: string) =>
  `/search?${new URLSearchParams({
    q,
    ...(isComments ? { in: 'comments' } : {}),
    ...(cursor ? { before: cursor } : {}),
  })}`

const Kinds = ({ found }: SearchFound) => (
  <nav class="tabs" aria-label={say('Where')}>
    <a href={addressOf(found, false)} aria-current={found.isComments ? undefined : 'page'} safe>
      {say('Posts')}
    </a>
    <a href={addressOf(found, true)} aria-current={found.isComments ? 'page' : undefined} safe>
      {say('Comments')}
    </a>
  </nav>
)

type SearchFound = { found: Found }

/** Members and tags that begin with what was typed. */
const Aside = ({ found: { members, tags } }: SearchFound) =>
  members.length + tags.length === 0 ? (
    ''
  ) : (
    <p class="actions">
      {tags.map(({ name }) => (
        <a class="button" href={`/tags/${encodeURIComponent(name)}`} dir="auto" safe>{`#${name}`}</a>
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
  <article class="post card">
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
