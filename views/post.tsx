import type { Threads } from '../src/comments/service.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Post } from '../src/posts/queries.ts'
import { say } from '../texts/say.ts'
import { ConfirmForm } from './announcements.tsx'
import { Byline, dot } from './byline.tsx'
import { Comments, type TypedComment } from './comments.tsx'
import { FollowLink } from './follows.tsx'
import { Html } from './html.ts'
import { keepsOrderIn } from './keeps-order.ts'
import { Layout } from './layout.tsx'
import { LikedBy, LikeForm } from './likes.tsx'
import { unlessMuted } from './muted.tsx'
import { memberAt, shownName, shownTitle, wholeBodyAt } from './names.ts'
import { LinkTo, LinkToItself, Phrase } from './phrase.tsx'
import { offerLink, Picture } from './posts.tsx'
import { ReportLink } from './reports.tsx'

type PostPageProps = {
  pageContext: PageContext
  post: Post
  /** Its text as markup; none for an act, which is shown as it was sent. */
  html: string | undefined
  /** The first words of it. */
  summary: string
  /** Where the site is, e.g. `https://board.example`. */
  site: string
  threads: Threads
  /** The page does not begin with the first comment. */
  isFurtherDown?: boolean
  /** The viewer may read there, and not write. */
  isReadOnly?: boolean
  /** Members are asked to confirm that they read it, and the viewer has not. */
  asks: boolean
  isAsked: boolean
  /** For the form to comment. */
  once: string
  likedBy?: string[]
  typed?: TypedComment
}

export const PostPage = ({
  pageContext,
  post,
  html,
  summary,
  site,
  likedBy = [],
  asks,
  isAsked,
  ...talk
}: PostPageProps) => (
  <Layout
    pageContext={pageContext}
    title={shownTitle(post.title)}
    description={summary}
    feed={`/posts/${post.id}/feed`}
    data={dataOf(post, summary, site)}
    isWritten={pageContext.viewer !== undefined}
    share={{ url: `${site}/posts/${post.id}`, image: imageOf(post, site), imageAlt: post.imageAlt }}
  >
    <article id={`post-${post.id}`} class="post whole">
      <h1 dir="auto" safe>
        {shownTitle(post.title)}
      </h1>
      <Byline post={post} />
      {offerLink(post) as 'safe'}
      {unlessMuted(pageContext.viewer, post, textOf(post, html)) as 'safe'}
      {isAsked ? <ConfirmForm post={post.id} /> : ''}
      <LikeForm id={post.id} likes={post.likes} liked={post.liked} />
      <LikedBy names={likedBy} likes={post.likes} />
      <FollowLink viewer={pageContext.viewer} kind="post" id={post.id} />
      <Owner post={post} viewer={pageContext.viewer} asks={asks} />
      <p class="removal">
        <ReportLink kind="post" id={post.id} />
      </p>
    </article>
    <Comments
      post={post}
      viewer={pageContext.viewer}
      isViewerUnknown={pageContext.isViewerUnknown}
      {...talk}
    />
  </Layout>
)

const textOf = (post: Post, html: string | undefined) =>
  String(
    <>
      <Picture of={post} size="large" />
      {html === undefined ? <Caption of={post} /> : <div class="body">{html as 'safe'}</div>}
    </>,
  )

/** An act's text, as it was sent. */
const Caption = ({ of: { id, title, body, isCut } }: { of: Post }) => (
  <>
    <div class="body plain" dir="auto" safe>
      {body === title ? '' : body}
    </div>
    {isCut ? (
      <p>
        <Phrase
          of="This text goes on. All of it is at {address}."
          parts={{ address: <LinkToItself to={wholeBodyAt(id)} /> }}
        />
      </p>
    ) : (
      ''
    )}
  </>
)

const imageOf = ({ imageHash }: Post, site: string) =>
  imageHash === null ? undefined : `${site}/images/${imageHash}-large.webp`

/** A post as search engines read it: https://schema.org/DiscussionForumPosting */
function dataOf(post: Post, summary: string, site: string): object {
  const url = `${site}/posts/${post.id}`
  const image = imageOf(post, site)
  const counted = (what: string, number: number) => ({
    '@type': 'InteractionCounter',
    interactionType: `https://schema.org/${what}`,
    userInteractionCount: number,
  })
  return {
    '@context': 'https://schema.org',
    '@type': 'DiscussionForumPosting',
    url,
    headline: shownTitle(post.title),
    text: summary,
    datePublished: post.createdAt,
    ...(post.editedAt === null ? {} : { dateModified: post.editedAt }),
    ...(image === undefined ? {} : { image }),
    author:
      post.author === null
        ? { '@type': 'Person', name: say('a deleted account') }
        : {
            '@type': 'Person',
            name: shownName(post.author),
            url: `${site}${memberAt(post.author, post.authorId)}`,
          },
    articleSection: shownName(post.category),
    interactionStatistic: [counted('LikeAction', post.likes), counted('CommentAction', post.comments)],
  }
}

type OwnerProps = { post: Post; viewer: PageContext['viewer']; asks: boolean }

/** Links for the author of a post, and for who keeps order there, who gives a reason. */
const Owner = ({ post, viewer, asks }: OwnerProps) => {
  if (viewer && viewer.id === post.authorId)
    return (
      <div class="removal">
        <p>
          <LinkTo to={`/posts/${post.id}/edit`} says="Edit this post" />
          {asks ? <WhoConfirmed post={post.id} /> : ''}
        </p>
        <details>
          <summary safe>{say('Remove this post')}</summary>
          <form method="post" action={`/posts/${post.id}/remove`}>
            <button class="danger" type="submit" safe>
              {say('Remove it, with its likes and comments')}
            </button>
          </form>
        </details>
      </div>
    )
  if (viewer && keepsOrderIn(viewer, post.categoryId))
    return (
      <p class="removal">
        <LinkTo to={`/admin/posts/${post.id}/remove`} says="Remove this post" />
        {dot() as 'safe'}
        <LinkTo to={`/moderation/queue/post/${post.id}`} says="Close, move, merge, pin or warn" />
        {asks ? <WhoConfirmed post={post.id} /> : ''}
      </p>
    )
  return ''
}

const WhoConfirmed = ({ post }: { post: number }) => (
  <>
    {dot() as 'safe'}
    <LinkTo to={`/announcements/${post}`} says="Who has confirmed it" />
  </>
)
