import type { PageContext } from '../src/http/page-context.ts'
import type { Interest, Offer, OfferState } from '../src/offers/queries.ts'
import type { ShownPicture } from '../src/pictures/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Post } from '../src/posts/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayNumber } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Author, Byline, dot, When } from './byline.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { keepsOrderIn } from './keeps-order.ts'
import { Layout } from './layout.tsx'
import { unlessMuted } from './muted.tsx'
import { shownName, shownTitle } from './names.ts'
import { Marks, Price, stateNames } from './offers.tsx'
import { LinkTo, Phrase } from './phrase.tsx'
import { PictureFields } from './post-form.tsx'
import { Picture } from './posts.tsx'
import { ReportLink } from './reports.tsx'

/** A picture that was refused, with what was typed of it. */
export type RefusedPicture = { alt: string; errors: FieldErrors }

/** A message to the author that was refused. */
export type TypedMessage = { message: string; error: string }

type Props = {
  pageContext: PageContext
  post: Post
  offer: Offer
  pictures: ShownPicture[]
  /** Its text as markup. */
  html: string
  currency: string
  /** Who is interested, for its author alone. */
  interests: Interest[]
  /** What the viewer said who is interested. */
  said: string | undefined
  typed?: TypedMessage | undefined
  refused?: RefusedPicture | undefined
}

/** An offer: what its author may do with it stands below. */
export const OfferPage = ({ pageContext, post, offer, pictures, html, currency, ...more }: Props) => (
  <Layout
    pageContext={pageContext}
    title={shownTitle(post.title)}
    share={{
      url: `${pageContext.site}/offers/${post.id}`,
      ...(post.imageHash === null
        ? {}
        : { image: `${pageContext.site}/images/${post.imageHash}-large.webp`, imageAlt: post.imageAlt }),
    }}
  >
    <article class="post whole" id={`offer-${post.id}`}>
      <h1 dir="auto" safe>
        {shownTitle(post.title)}
      </h1>
      <div class="item">
        <p>
          <Marks offer={offer} />
          {offer.place === '' ? '' : <bdi safe>{offer.place}</bdi>}
        </p>
        <Price of={offer.price} currency={currency} />
      </div>
      <Byline post={post} />
      {unlessMuted(pageContext.viewer, post, textOf(pictures, html)) as 'safe'}
      <p class="actions">
        <a class="button" href={`/posts/${post.id}#comments`} safe>
          {post.comments === 0
            ? say('Talk about it')
            : say('Comments: {count}', { count: sayNumber(post.comments) })}
        </a>
      </p>
      <Interested pageContext={pageContext} post={post} offer={offer} {...more} />
      <Owner pageContext={pageContext} post={post} offer={offer} pictures={pictures} {...more} />
      <p class="removal">
        <ReportLink kind="post" id={post.id} />
        {dot() as 'safe'}
        <LinkTo to="/offers" says="All offers" />
      </p>
    </article>
  </Layout>
)

const textOf = (pictures: ShownPicture[], html: string) =>
  String(
    <>
      {pictures.map((picture) => (
        <Picture of={shown(picture)} size="large" />
      ))}
      <div class="body">{html as 'safe'}</div>
    </>,
  )

const shown = ({ hash, alt, width, height }: ShownPicture) => ({
  ...{ imageHash: hash, imageAlt: alt, imageWidth: width, imageHeight: height },
})

type InterestedProps = Pick<Props, 'pageContext' | 'post' | 'offer' | 'interests' | 'said' | 'typed'>

/** Who is interested, for its author; for others, where they say so. */
const Interested = ({ pageContext, post, offer, interests, said, typed }: InterestedProps) => {
  const { viewer } = pageContext
  if (viewer && viewer.id === post.authorId) return <Interests offer={offer} interests={interests} />
  if (!viewer && offer.state === 'open' && !pageContext.isViewerUnknown)
    return (
      <p class="hint">
        <Phrase of="{signIn} to answer." parts={{ signIn: <LinkTo to="/login" says="Sign in" /> }} />
      </p>
    )
  if (!viewer || (said === undefined && offer.state === 'gone')) return ''
  return (
    <section class="removal" id="interest">
      {offer.state !== 'open' && offer.reservedForId === viewer.id ? (
        <p class="done" safe>
          {say('It is reserved for you')}
        </p>
      ) : (
        ''
      )}
      {offer.state === 'gone' ? '' : <InterestForm id={post.id} said={said} typed={typed} />}
      {said === undefined ? (
        ''
      ) : (
        <form method="post" action={`/offers/${post.id}/interest/remove`}>
          <button class="quiet" type="submit" safe>
            {say('I am not interested any more')}
          </button>
        </form>
      )}
    </section>
  )
}

type InterestFormProps = { id: number; said: string | undefined; typed: TypedMessage | undefined }

const InterestForm = ({ id, said, typed }: InterestFormProps) => (
  <form class="stack" method="post" action={`/offers/${id}/interest`}>
    {said === undefined ? (
      ''
    ) : (
      <p class="done" role="status" safe>
        {say('You are interested; who offers it was told.')}
      </p>
    )}
    <label>
      <Phrase of="Message, if you like: who offers it alone reads it" />
      <textarea name="message" rows="2" maxlength="500" dir="auto" {...invalid('message', typed?.error)} safe>
        {`\n${typed?.message ?? said ?? ''}`}
      </textarea>
      <FieldError of="message" error={typed?.error} />
    </label>
    <button class={said === undefined ? 'primary' : 'button'} type="submit" safe>
      {say(said === undefined ? 'I am interested' : 'Change the message')}
    </button>
  </form>
)

const Interests = ({ offer, interests }: { offer: Offer; interests: Interest[] }) => (
  <section class="removal" id="interests">
    <h2 safe>{say('Who is interested')}</h2>
    {interests.length === 0 ? (
      <p class="hint" safe>
        {say('Nobody yet.')}
      </p>
    ) : (
      ''
    )}
    <ul class="lines">
      {interests.map((interest) => (
        <li>
          <div>
            <p>
              <Author name={interest.name} id={interest.userId} />
              {dot() as 'safe'}
              <When at={interest.createdAt} />
              {dot() as 'safe'}
              <ReportLink kind="member" id={interest.userId} />
            </p>
            <p class="excerpt" dir="auto" safe>
              {interest.message}
            </p>
          </div>
          <ReserveFor offer={offer} interest={interest} />
        </li>
      ))}
    </ul>
  </section>
)

const ReserveFor = ({ offer, interest: { userId, name } }: { offer: Offer; interest: Interest }) =>
  offer.reservedForId === userId ? (
    <b class="tag" safe>
      {say(stateNames[offer.state])}
    </b>
  ) : offer.state === 'open' ? (
    <form method="post" action={`/offers/${offer.id}/state`}>
      <input type="hidden" name="for" value={`${userId}`} />
      <button class="button" type="submit" name="state" value="reserved" safe>
        {say('Reserve it for {name}', { name: shownName(name) })}
      </button>
    </form>
  ) : (
    ''
  )

type OwnerProps = Pick<Props, 'pageContext' | 'post' | 'offer' | 'pictures' | 'refused'>

/** What its author does with it, and who keeps order there. */
const Owner = ({ pageContext: { viewer }, post, offer, pictures, refused }: OwnerProps) => {
  const isOwn = viewer !== undefined && viewer.id === post.authorId
  if (!viewer || !(isOwn || keepsOrderIn(viewer, post.categoryId))) return ''
  return (
    <div class="removal">
      <StateForm offer={offer} />
      {isOwn ? (
        <>
          {offer.state === 'gone' ? (
            ''
          ) : (
            <p>
              <LinkTo to={`/offers/${post.id}/edit`} says="Edit this offer" />
            </p>
          )}
          {offer.state === 'gone' ? '' : <Pictures post={post.id} pictures={pictures} refused={refused} />}
          <details>
            <summary safe>{say('Remove this offer')}</summary>
            <form method="post" action={`/posts/${post.id}/remove`}>
              <button class="danger" type="submit" safe>
                {say('Remove it, with its likes and comments')}
              </button>
            </form>
          </details>
        </>
      ) : (
        <p>
          <LinkTo to={`/admin/posts/${post.id}/remove`} says="Remove this offer" />
          {dot() as 'safe'}
          <LinkTo to={`/moderation/queue/post/${post.id}`} says="Close, move, merge, pin or warn" />
        </p>
      )}
    </div>
  )
}

const stateButtons: Record<OfferState, [OfferState, Sentence][]> = {
  open: [
    ['reserved', 'It is reserved'],
    ['gone', 'It is gone'],
  ],
  reserved: [
    ['gone', 'It is gone'],
    ['open', 'It is available again'],
  ],
  gone: [['open', 'It is available again']],
}

const StateForm = ({ offer: { id, state } }: { offer: Offer }) => (
  <form class="actions" method="post" action={`/offers/${id}/state`}>
    {stateButtons[state].map(([next, says]) => (
      <button class="button" type="submit" name="state" value={next} safe>
        {say(says)}
      </button>
    ))}
  </form>
)

type PicturesProps = { post: number; pictures: ShownPicture[]; refused: RefusedPicture | undefined }

const Pictures = ({ post, pictures, refused }: PicturesProps) => (
  <details open={refused !== undefined}>
    <summary safe>{say('Pictures: add, put in order, take away')}</summary>
    <ul class="lines">
      {pictures.map((picture, at) => (
        <li>
          <Picture of={shown(picture)} size="small" />
          <form class="actions" method="post" action={`/offers/${post}/pictures/${picture.hash}`}>
            {at === 0 ? (
              ''
            ) : (
              <button class="quiet" type="submit" name="move" value="forward" safe>
                {say('Further to the front')}
              </button>
            )}
            <button class="quiet" type="submit" name="move" value="away" safe>
              {say('Take it away')}
            </button>
          </form>
        </li>
      ))}
    </ul>
    <form class="stack" method="post" action={`/offers/${post}/pictures`} enctype="multipart/form-data">
      <PictureFields alt={refused?.alt ?? ''} errors={refused?.errors ?? {}} />
      <button class="button" type="submit" safe>
        {say('Add this picture')}
      </button>
    </form>
  </details>
)
