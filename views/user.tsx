import type { Member } from '../src/accounts/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { NotYet } from '../src/newcomers/service.ts'
import type { Source } from '../src/platform/cache.ts'
import { say } from '../texts/say.ts'
import { Avatar, When } from './byline.tsx'
import { FollowLink } from './follows.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { memberAt, segmentOf, shownName, wholeName } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'
import { type ListProps, PostList } from './posts.tsx'
import { ReportLink } from './reports.tsx'
import { storeName } from './store-name.ts'

type UserProps = ListProps & {
  pageContext: PageContext
  member: Member
  avatar: string | null
  source: Source
  /** What they may not do yet; of their own page alone. */
  notYet: NotYet | undefined
  /** What was wrong with the picture they chose. */
  error?: string
}

export const UserPage = ({ pageContext, member, avatar, source, notYet, error, ...list }: UserProps) => (
  <Layout
    pageContext={pageContext}
    title={shownName(member.name)}
    feed={`/users/${segmentOf(member.name)}/feed`}
    at={list.isFirstPage === false ? undefined : memberAt(member.name, member.id)}
  >
    <section class="columns">
      <header class="who">
        <Avatar name={member.name} avatar={avatar} />
        <h1>
          <bdi safe>{shownName(member.name, wholeName)}</bdi>
        </h1>
        <p>
          <Phrase of="Member since {day}" parts={{ day: <When at={member.createdAt} /> }} />
        </p>
        {member.role === 'admin' ? (
          <p>
            <b class="tag" safe>
              {say(member.role)}
            </b>
          </p>
        ) : (
          ''
        )}
        {pageContext.viewer?.id === member.id ? (
          <>
            {notYet ? <NotYetList of={notYet} /> : ''}
            <Own />
          </>
        ) : (
          <>
            <FollowLink viewer={pageContext.viewer} kind="member" id={member.id} />
            <p>
              <ReportLink kind="member" id={member.id} />
            </p>
          </>
        )}
        {pageContext.servedBy === undefined ? (
          ''
        ) : (
          <p class="hint" safe>
            {say('Id {id}, from {store}', { id: member.id, store: storeName(source) })}
          </p>
        )}
      </header>
      <div>
        {pageContext.viewer?.id === member.id ? <OwnPicture avatar={avatar} error={error} /> : ''}
        <h2 safe>{say('Posts')}</h2>
        <PostList {...list} empty={say('No posts yet.')} />
      </div>
    </section>
  </Layout>
)

/** What a new member may not do yet, and why. */
const NotYetList = ({ of: { asked, texts } }: { of: NotYet }) => (
  <ul class="own hint">
    {texts < asked.hold ? (
      <li safe>
        {say('Your next text waits for a moderator. So many first texts of each member do: {n}.', {
          n: asked.hold,
        })}
      </li>
    ) : (
      ''
    )}
    {texts < asked.links ? (
      <li safe>
        {say(
          'You may write links when so many texts of yours are on the board: {needed}. Now there are {texts}.',
          {
            ...{ needed: asked.links, texts },
          },
        )}
      </li>
    ) : (
      ''
    )}
    {asked.pace > 0 && texts < asked.until ? (
      <li safe>
        {say(
          'So many texts you may write in an hour: {n}. That ends when so many of yours are on the board: {until}.',
          {
            ...{ n: asked.pace, until: asked.until },
          },
        )}
      </li>
    ) : (
      ''
    )}
    <li>
      <LinkTo to="/held" says="Waiting texts" />
    </li>
  </ul>
)

const Own = () => (
  <ul class="own">
    <li>
      <LinkTo to="/account" says="Your account" />
    </li>
    <li>
      <LinkTo to="/tokens" says="API tokens" />
    </li>
  </ul>
)

const OwnPicture = ({ avatar, error }: { avatar: string | null; error: string | undefined }) => (
  <details class="composer" open={error !== undefined}>
    <summary safe>{say('Your picture')}</summary>
    <form class="stack" method="post" action="/avatar" enctype="multipart/form-data">
      <label class="drop">
        <Phrase of="A new one, shown small and square" />
        <input
          type="file"
          name="image"
          accept="image/jpeg,image/png,image/webp,image/gif"
          data-sending={say('Sending the picture')}
          required
          {...invalid('image', error)}
        />
        <small class="hint" safe>
          {say('Of a moving picture, the first frame is kept.')}
        </small>
        <FieldError of="image" error={error} />
      </label>
      <button class="primary" type="submit" safe>
        {say('Use it')}
      </button>
    </form>
    {avatar ? (
      <form method="post" action="/avatar/remove">
        <button class="quiet" type="submit" safe>
          {say('Use the letter instead')}
        </button>
      </form>
    ) : (
      ''
    )}
  </details>
)
