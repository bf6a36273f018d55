import type { PageContext } from '../src/http/page-context.ts'
import type { Notice } from '../src/notices/queries.ts'
import type { NoticePage } from '../src/notices/service.ts'
import { say } from '../texts/say.ts'
import { Author, When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { shownTitle } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'
import { marketSentences, placeOf, whatOf } from './told.ts'

type Props = NoticePage & {
  pageContext: PageContext
  isFirstPage: boolean
  /** This board sends mail. */
  isMailed: boolean
}

/** What a member is told of, what belongs to one post or order together. */
export const NoticesPage = ({ pageContext, notices, next, isFirstPage, isMailed }: Props) => (
  <Layout pageContext={pageContext} title={say('Notices')}>
    <section class="narrow">
      <div class="heading">
        <h1 safe>{say('Notices')}</h1>
        {notices.some(isUnread) ? <ReadAll upTo={notices[0]?.id ?? 0} /> : ''}
      </div>
      {[...Map.groupBy(notices, subjectOf).values()].map((group) => (
        <Group notices={group} />
      ))}
      {notices.length === 0 ? (
        <Empty
          says={say(
            'Nothing yet. You read here when somebody answers or mentions you, or closes your order.',
          )}
          firstPage={isFirstPage ? undefined : '?'}
        />
      ) : (
        ''
      )}
      <p class="hint">
        <LinkTo to="/follows" says="All that you follow" />
        {isMailed ? (
          <>
            <span aria-hidden="true"> · </span>
            <LinkTo to="/notices/mail" says="Notices by mail" />
          </>
        ) : (
          ''
        )}
        <span aria-hidden="true"> · </span>
        <LinkTo to="/notices/push" says="Notices in this browser" />
      </p>
      <Pager next={next ? `?before=${next}` : undefined} says="Older notices" />
    </section>
  </Layout>
)

const isUnread = ({ readAt }: Notice) => readAt === null

function subjectOf({ kind, postId, orderId, itemId, windowId }: Notice): string {
  if (kind === 'moderation') return kind
  if (itemId !== null) return `item ${itemId}`
  if (windowId !== null) return `window ${windowId}`
  return orderId === null ? `post ${postId}` : `order ${orderId}`
}

const Group = ({ notices }: { notices: Notice[] }) => (
  <section class="card">
    <h2 dir="auto">
      <Heading notice={notices[0] as Notice} />
    </h2>
    <ul class="lines">
      {notices.map((notice) => (
        <Line notice={notice} />
      ))}
    </ul>
  </section>
)

const Heading = ({ notice }: { notice: Notice }) => {
  const { kind, postId, title, orderId, itemName, windowName } = notice
  const name = itemName ?? windowName
  return kind === 'moderation' ? (
    <LinkTo to="/statements" says="What moderators decided about you" />
  ) : name !== null ? (
    <a href={placeOf(notice)} safe>
      {name}
    </a>
  ) : orderId === null ? (
    <a href={`/posts/${postId}`} safe>
      {shownTitle(title ?? '')}
    </a>
  ) : (
    <a href={`/market/orders#order-${orderId}`} safe>
      {say('Order {number}', { number: orderId })}
    </a>
  )
}

const Line = ({ notice }: { notice: Notice }) => (
  <li class="heading" id={`notice-${notice.id}`}>
    <span class={isUnread(notice) ? undefined : 'hint'}>
      <Told notice={notice} />
      <span aria-hidden="true"> · </span>
      <When at={notice.createdAt} />
    </span>
    {isUnread(notice) ? <Read id={notice.id} /> : ''}
  </li>
)

const Told = ({ notice }: { notice: Notice }) => {
  const says = marketSentences[notice.kind]
  return says !== undefined ? (
    <LinkTo to={placeOf(notice)} says={says} />
  ) : notice.kind === 'moderation' ? (
    <LinkTo to="/statements" says="Moderators did something" />
  ) : notice.kind === 'order' ? (
    <span safe>{say(notice.orderState === 'completed' ? 'Completed' : 'Cancelled')}</span>
  ) : notice.kind === 'approved' ? (
    <LinkTo
      to={placeOf(notice)}
      says={notice.commentId === null ? 'Your post is on the board now' : 'Your comment is on the board now'}
    />
  ) : notice.kind === 'reserved' ? (
    <LinkTo to={placeOf(notice)} says="It is reserved for you" />
  ) : (
    <Phrase
      of="{what} by {member}"
      parts={{
        what: <LinkTo to={placeOf(notice)} says={whatOf(notice)} />,
        member: <Author name={notice.by} id={notice.byId} />,
      }}
    />
  )
}

const Read = ({ id }: { id: number }) => (
  <form method="post" action="/notices/read">
    <button class="quiet" type="submit" name="notice" value={`${id}`} safe>
      {say('Mark as read')}
    </button>
  </form>
)

const ReadAll = ({ upTo }: { upTo: number }) => (
  <form method="post" action="/notices/read">
    <button class="button" type="submit" name="upTo" value={`${upTo}`} safe>
      {say('Mark all as read')}
    </button>
  </form>
)
