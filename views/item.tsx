import type { PageContext } from '../src/http/page-context.ts'
import type { Item, ItemInFull } from '../src/market/queries.ts'
import type { Ordering } from '../src/order-windows/service.ts'
import type { ShownPicture } from '../src/pictures/queries.ts'
import type { Post } from '../src/posts/queries.ts'
import { sayCount } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { ItemCard, SignInToOrder } from './market.tsx'
import { LinkTo } from './phrase.tsx'
import { WhenToOrder } from './pickups.tsx'

type Props = {
  pageContext: PageContext
  item: ItemInFull
  /** What can be ordered here: the item, its variants. */
  choices: Item[]
  /** The items that the viewer, a member, wants to be told of when they are in stock again. */
  waits: Set<number> | undefined
  /** Where it is talked about. */
  thread: Post | undefined
  /** The description as markup. */
  html: string
  /** The first words of it. */
  summary: string
  currency: string
  orderKey: string
  ordering: Ordering | undefined
}

/** The page of an item: its pictures, what it is, and how to have it. */
export const ItemPage = ({
  pageContext,
  item,
  choices,
  waits,
  thread,
  html,
  summary,
  currency,
  orderKey,
  ordering,
}: Props) => (
  <Layout
    pageContext={pageContext}
    title={item.name}
    description={summary === '' ? item.name : summary}
    share={shareOf(pageContext, item)}
  >
    <article class="whole">
      <p>
        <LinkTo to="/market" says="To the market" />
      </p>
      <h1>
        <bdi safe>{item.name}</bdi>
      </h1>
      {item.category === '' ? '' : <Category of={item.category} />}
      <SignInToOrder pageContext={pageContext} />
      {ordering ? <WhenToOrder ordering={ordering} /> : ''}
      <ul class={choices.every(({ id }) => id === item.id) ? 'shelf alone' : 'shelf'}>
        {choices.map((choice) => (
          <ItemCard
            item={choice}
            currency={currency}
            orderKey={pageContext.viewer && orderKey}
            ordering={ordering}
          />
        ))}
      </ul>
      {waits ? <Waits choices={choices} waits={waits} /> : ''}
      {html === '' ? '' : <div class="body">{html as 'safe'}</div>}
      {item.pictures.map((picture) => (
        <Picture of={picture} />
      ))}
      {thread ? (
        <p>
          <a class="button" href={`/posts/${thread.id}`} safe>
            {say('Talk about it')}
          </a>{' '}
          <span class="hint" safe>
            {sayCount('comments', thread.comments)}
          </span>
        </p>
      ) : (
        ''
      )}
    </article>
  </Layout>
)

/** To be told when what is sold out is in stock again. */
const Waits = ({ choices, waits }: { choices: Item[]; waits: Set<number> }) => (
  <>
    {choices
      .filter(({ quantity }) => quantity === 0)
      .map(({ id, name }) => (
        <form class="actions" method="post" action={`/market/${id}/wait`}>
          <button class="button" type="submit" name="wanted" value={waits.has(id) ? 'no' : 'yes'} safe>
            {waits.has(id)
              ? say('Do not tell me when {item} is in stock again', { item: name })
              : say('Tell me when {item} is in stock again', { item: name })}
          </button>
        </form>
      ))}
  </>
)

const Category = ({ of }: { of: string }) => (
  <p class="hint">
    <a href={`/market?${new URLSearchParams({ category: of })}`} dir="auto" safe>
      {of}
    </a>
  </p>
)

const Picture = ({ of: { hash, alt, width, height } }: { of: ShownPicture }) => (
  <img
    class="picture large"
    src={`/images/${hash}-large.webp`}
    alt={alt}
    width={width}
    height={height}
    decoding="async"
  />
)

function shareOf({ site }: PageContext, { id, pictures: [first] }: ItemInFull) {
  const url = `${site}/market/${id}`
  return first ? { url, image: `${site}/images/${first.hash}-large.webp`, imageAlt: first.alt } : { url }
}
