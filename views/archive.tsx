import type { PropsWithChildren } from '@elysiajs/html'
import type { Sentence } from '../texts/arabic.ts'
import { sayCount } from '../texts/numbers.ts'
import { direction, language, say } from '../texts/say.ts'
import { Author, Avatar, CategoryLink, dot, Edited, shownDay, When } from './byline.tsx'
import { Html } from './html.ts'
import { shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

/**
 * Pages of an archive: they stand in a folder and are opened without a server. Their addresses are those of
 * the site, or of a file behind `archive:`; whoever writes the files makes both lead there.
 */

type Person = { id: number; name: string; avatar: string | null }
type Category = { id: number; name: string; hue: number | null; description: string }

export type ArchivedBoard = {
  name: string
  madeAt: string
  /** Markup. */
  welcome: string
  hasRules: boolean
  hasMarket: boolean
}

export type ArchivedHead = {
  id: number
  title: string
  category: Category
  author: Person | undefined
  likes: number
  comments: number
  createdAt: string
}

type Picture = { hash: string; alt: string; width: number; height: number }

type ArchivedPost = ArchivedHead & {
  editedAt: string | null
  /** Markup. */
  body: string
  pictures: Picture[]
  offer: { kind: string; price: string | null; place: string; state: string } | null
  currency: string
}

export type ArchivedComment = {
  id: number
  author: Person | undefined
  createdAt: string
  editedAt: string | null
  /** Markup; undefined: it was removed. */
  body: string | undefined
  answers: ArchivedComment[]
}

type PageProps = PropsWithChildren<{
  board: ArchivedBoard
  title: string
  /** Of the page that searches: in so many files the index is. */
  indexFiles?: number
}>

/** The page that searches does so itself, others lead there. */
const Search = ({ indexFiles }: { indexFiles?: number }) => (
  <search class="is-asked">
    <form
      class="find"
      action="archive:search.html"
      {...(indexFiles === undefined
        ? {}
        : {
            id: 'archive-search',
            'data-parts': `${indexFiles}`,
            'data-none': say('Nothing has these words.'),
            'data-some': say('Found: {count}'),
          })}
    >
      <input type="search" name="q" placeholder={say('Search')} aria-label={say('Search')} />
    </form>
  </search>
)

const ArchivePage = ({ board, title, children, indexFiles }: PageProps) => (
  <>
    {'<!doctype html>'}
    <html lang={language()} dir={direction()}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title safe>{title === board.name ? title : `${title} · ${board.name}`}</title>
        <link rel="icon" href="archive:icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="archive:style.css" />
      </head>
      <body>
        <header class="top">
          <nav aria-label={say('Site')}>
            <a class="brand" href="archive:index.html" dir="auto" safe>
              {board.name}
            </a>
            {board.hasMarket ? <Way to="market.html" says="Market" /> : ''}
            {board.hasRules ? <Way to="rules.html" says="Rules" /> : ''}
            {indexFiles === undefined ? <Search /> : <Search indexFiles={indexFiles} />}
          </nav>
        </header>
        <main id="content">
          {children as 'safe'}
          <p class="hint">
            <Phrase
              of="This is a copy of the board as it was on {day}. Nothing can be written in it."
              parts={{ day: <When at={board.madeAt} /> }}
            />
          </p>
        </main>
        {indexFiles === undefined ? '' : <script src="archive:search/search.js"></script>}
      </body>
    </html>
  </>
)

type IndexProps = {
  board: ArchivedBoard
  categories: (Category & { posts: number })[]
  newest: ArchivedHead[]
}

export const ArchiveIndex = ({ board, categories, newest }: IndexProps) => (
  <ArchivePage board={board} title={board.name}>
    <h1 safe>{board.name}</h1>
    {board.welcome ? <div class="body">{board.welcome as 'safe'}</div> : ''}
    <h2 safe>{say('Categories')}</h2>
    <ul class="rows">
      {categories.map((category) => (
        <li>
          <div>
            <CategoryLink category={category} /> <small safe>{sayCount('posts', category.posts)}</small>
            {category.description ? (
              <p dir="auto" safe>
                {category.description}
              </p>
            ) : (
              ''
            )}
          </div>
        </li>
      ))}
    </ul>
    <h2 safe>{say('New')}</h2>
    <Heads heads={newest} />
  </ArchivePage>
)

type ListProps = {
  board: ArchivedBoard
  title: string
  heads: ArchivedHead[]
  /** Files of the lists before and behind. */
  back: string | undefined
  more: string | undefined
}

/** Posts of a category, a member or a tag, the newest first. */
export const ArchiveList = ({ board, title, heads, back, more }: ListProps) => (
  <ArchivePage board={board} title={title}>
    <h1 dir="auto" safe>
      {title}
    </h1>
    <Heads heads={heads} />
    <Ways back={back} more={more} />
  </ArchivePage>
)

const Ways = ({ back, more }: { back: string | undefined; more: string | undefined }) => (
  <nav class="pager" aria-label={say('Pages')}>
    {back === undefined ? '' : <Way to={back} says="Back" isButton />}
    {more === undefined ? '' : <Way to={more} says="More" isButton />}
  </nav>
)

const Way = ({ to, says, isButton = false }: { to: string; says: Sentence; isButton?: boolean }) => (
  <a class={isButton ? 'button' : undefined} href={`archive:${to}`} safe>
    {say(says)}
  </a>
)

const Heads = ({ heads }: { heads: ArchivedHead[] }) => (
  <ul class="rows">
    {heads.map((head) => (
      <li>
        <div>
          <a href={`/posts/${head.id}`} dir="auto" safe>
            {head.title}
          </a>
          <HeadLine head={head} />
        </div>
      </li>
    ))}
  </ul>
)

const HeadLine = ({ head, editedAt = null }: { head: ArchivedHead; editedAt?: string | null }) => (
  <p class="byline">
    <Avatar name={head.author?.name ?? null} avatar={head.author?.avatar ?? null} />
    <Author name={head.author?.name ?? null} id={head.author?.id ?? null} />
    {dot() as 'safe'}
    <CategoryLink category={head.category} />
    {dot() as 'safe'}
    <When at={head.createdAt} />
    <Edited at={editedAt} />
    {dot() as 'safe'}
    <span safe>{sayCount('likes', head.likes)}</span>
    {dot() as 'safe'}
    <span safe>{sayCount('comments', head.comments)}</span>
  </p>
)

type PostProps = {
  board: ArchivedBoard
  post: ArchivedPost
  comments: ArchivedComment[]
  back: string | undefined
  more: string | undefined
}

export const ArchivePost = ({ board, post, comments, back, more }: PostProps) => (
  <ArchivePage board={board} title={post.title}>
    <article class="narrow">
      <h1 dir="auto" safe>
        {post.title}
      </h1>
      <HeadLine head={post} editedAt={post.editedAt} />
      {post.offer ? <Offer offer={post.offer} currency={post.currency} /> : ''}
      {post.pictures.map((picture) => (
        <Shown picture={picture} />
      ))}
      <div class="body">{post.body as 'safe'}</div>
    </article>
    <section class="narrow comments">
      <h2 safe>{sayCount('comments', post.comments)}</h2>
      <Comments comments={comments} />
    </section>
    <Ways back={back} more={more} />
  </ArchivePage>
)

const Shown = ({ picture: { hash, alt, width, height } }: { picture: Picture }) => (
  <img
    class="picture"
    src={`archive:pictures/${hash}.webp`}
    alt={alt}
    width={`${width}`}
    height={`${height}`}
    loading="lazy"
  />
)

const kinds: Record<string, Sentence> = {
  sale: 'For sale',
  gift: 'To give away',
  loan: 'To lend',
  wanted: 'Wanted',
}

const Offer = ({ offer, currency }: { offer: NonNullable<ArchivedPost['offer']>; currency: string }) => (
  <p class="byline">
    <strong safe>{say(kinds[offer.kind] ?? 'For sale')}</strong>
    {offer.price === null ? '' : <span safe>{`${offer.price} ${currency}`}</span>}
    {offer.place ? (
      <span dir="auto" safe>
        {offer.place}
      </span>
    ) : (
      ''
    )}
  </p>
)

const Comments = ({ comments }: { comments: ArchivedComment[] }) => (
  <ol class="threads">
    {comments.map((comment) => (
      <li id={`comment-${comment.id}`} class="comment">
        {comment.body === undefined ? (
          <p class="hint" safe>
            {say('This comment was removed.')}
          </p>
        ) : (
          <>
            <p class="byline">
              <Avatar name={comment.author?.name ?? null} avatar={comment.author?.avatar ?? null} />
              <Author name={comment.author?.name ?? null} id={comment.author?.id ?? null} />
              {dot() as 'safe'}
              <When at={comment.createdAt} />
              <Edited at={comment.editedAt} />
            </p>
            <div class="body">{comment.body as 'safe'}</div>
          </>
        )}
        {comment.answers.length > 0 ? <Comments comments={comment.answers} /> : ''}
      </li>
    ))}
  </ol>
)

type Item = { name: string; price: string; description: string; pictures: Picture[] }

export const ArchiveMarket = ({
  board,
  items,
  currency,
}: {
  board: ArchivedBoard
  items: Item[]
  currency: string
}) => (
  <ArchivePage board={board} title={say('Market')}>
    <h1 safe>{say('Market')}</h1>
    {items.map(({ name, price, description, pictures }) => (
      <article class="narrow">
        <h2 dir="auto" safe>
          {name}
        </h2>
        <p safe>{`${price} ${currency}`}</p>
        {pictures.map((picture) => (
          <Shown picture={picture} />
        ))}
        <div class="body">{description as 'safe'}</div>
      </article>
    ))}
  </ArchivePage>
)

/** Bodies are markup. */
export const ArchiveRules = ({
  board,
  rules,
}: {
  board: ArchivedBoard
  rules: { title: string; body: string }[]
}) => (
  <ArchivePage board={board} title={say('Rules')}>
    <h1 safe>{say('Rules')}</h1>
    {rules.map(({ title, body }) => (
      <section>
        <h2 dir="auto" safe>
          {title}
        </h2>
        <div class="body">{body as 'safe'}</div>
      </section>
    ))}
  </ArchivePage>
)

export const ArchiveSearch = ({ board, indexFiles }: { board: ArchivedBoard; indexFiles: number }) => (
  <ArchivePage board={board} title={say('Search')} indexFiles={indexFiles}>
    <h1 safe>{say('Search')}</h1>
    <noscript>
      <p safe>{say('Searching needs JavaScript, which is off here. The lists lead to every post.')}</p>
    </noscript>
    <p id="found-status" role="status"></p>
    <ol id="found" class="rows"></ol>
  </ArchivePage>
)

/** How a person and a day are written beside what was found. */
export const foundBy = (name: string | undefined, at: string) => ({
  by: name === undefined ? say('a deleted account') : shownName(name),
  day: shownDay(at),
})
