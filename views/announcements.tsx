import type { Answers, Missing } from '../src/announcements/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Post } from '../src/posts/queries.ts'
import { say } from '../texts/say.ts'
import { Author } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { shownTitle } from './names.ts'

/** Asks a reader to confirm that they read a post. */
export const ConfirmForm = ({ post }: { post: number }) => (
  <form class="removal" method="post" action={`/announcements/${post}/confirm`}>
    <button class="primary" type="submit" safe>
      {say('I have read this')}
    </button>
  </form>
)

type Props = Answers & {
  pageContext: PageContext
  post: Post
  /** It is pinned, and members are asked. */
  asks: boolean
  /** Those on this page who have not confirmed it. */
  missing: Missing[]
  next: number | undefined
  isFirstPage: boolean
}

/** Who has not confirmed that they read a post. */
export const AnnouncementPage = ({ pageContext, post, asks, asked, ...answers }: Props) => (
  <Layout pageContext={pageContext} title={say('Who has confirmed it')}>
    <section class="narrow">
      <h1 safe>{say('Who has confirmed it')}</h1>
      <p>
        <a href={`/posts/${post.id}`} dir="auto" safe>
          {shownTitle(post.title)}
        </a>
      </p>
      {asked > 0 ? (
        <WhoHasNot asked={asked} {...answers} />
      ) : (
        <p safe>{say(asks ? 'Members are about to be asked.' : 'Nobody is asked to confirm this.')}</p>
      )}
    </section>
  </Layout>
)

type WhoHasNotProps = Omit<Props, 'pageContext' | 'post' | 'asks'>

const WhoHasNot = ({ asked, confirmed, missing, next, isFirstPage }: WhoHasNotProps) => (
  <section>
    <h2 safe>{say('Confirmed by {confirmed} of {asked}', { confirmed, asked })}</h2>
    {missing.length > 0 ? (
      <>
        <p safe>{say('These have not confirmed it yet:')}</p>
        <ul class="lines">
          {missing.map(({ id, name }) => (
            <li>
              <Author name={name} id={id} />
            </li>
          ))}
        </ul>
      </>
    ) : (
      <Empty says={say('Everyone has.')} firstPage={isFirstPage ? undefined : '?'} />
    )}
    <Pager next={next ? `?after=${next}` : undefined} says="More members" />
  </section>
)
