import type { Followable, Followed, FollowLevel, Subject } from '../src/follows/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty } from './list.tsx'
import { categoryAt, memberAt, shownName, shownTitle } from './names.ts'

/** Leads a member from a page to how they follow what it shows. */
export const FollowLink = ({
  viewer,
  kind,
  id,
}: {
  viewer: PageContext['viewer']
  kind: Followable
  id: number | undefined
}) =>
  viewer && id !== undefined ? (
    <p class="hint">
      <a href={`/follows/${kind}/${id}`} safe>
        {say('Follow or mute')}
      </a>
    </p>
  ) : (
    ''
  )

const levels: Record<FollowLevel | 'none', Sentence> = {
  all: 'Tell me of every new post and comment',
  posts: 'Tell me of new posts',
  none: 'Tell me only when somebody answers or mentions me',
  mute: 'Tell me nothing of it',
}

const muted: Sentence = 'Tell me nothing of them, and fold away what they write'

const levelsOf = (kind: Followable) =>
  kind === 'post' ? (['all', 'none', 'mute'] as const) : (['all', 'posts', 'none', 'mute'] as const)

type FollowProps = {
  pageContext: PageContext
  kind: Followable
  subject: Subject
  level: FollowLevel | undefined
}

/** How a member follows one thing. */
export const FollowPage = ({ pageContext, kind, subject, level }: FollowProps) => (
  <Layout pageContext={pageContext} title={say('Follow: {name}', { name: nameOf(kind, subject) })}>
    <section class="narrow">
      <h1 dir="auto">
        <Name kind={kind} subject={subject} />
      </h1>
      <form class="stack" method="post" action={`/follows/${kind}/${subject.id}`}>
        {levelsOf(kind).map((each) => (
          <label class="check">
            <input type="radio" name="level" value={each} checked={each === (level ?? 'none')} />
            <span safe>{say(kind === 'member' && each === 'mute' ? muted : levels[each])}</span>
          </label>
        ))}
        <button class="primary" type="submit" safe>
          {say('Save')}
        </button>
      </form>
      <p class="hint">
        <a href="/follows" safe>
          {say('All that you follow')}
        </a>
      </p>
    </section>
  </Layout>
)

type FollowsProps = {
  pageContext: PageContext
  followed: { kind: Followable; subjects: Followed[] }[]
  isRefusing: boolean
}

const headings: Record<Followable, Sentence> = {
  post: 'Posts',
  category: 'Categories',
  tag: 'Tags',
  member: 'Members',
}

const short: Record<FollowLevel, Sentence> = { all: 'everything', posts: 'new posts', mute: 'muted' }

/** All that a member follows or has muted. */
export const FollowsPage = ({ pageContext, followed, isRefusing }: FollowsProps) => (
  <Layout pageContext={pageContext} title={say('All that you follow')}>
    <section class="narrow">
      <h1 safe>{say('All that you follow')}</h1>
      <form class="stack" method="post" action="/follows/threads">
        <label class="check">
          <input type="checkbox" name="wanted" checked={!isRefusing} />
          <span safe>{say('Follow each thread that I write in')}</span>
        </label>
        <button class="button" type="submit" safe>
          {say('Save')}
        </button>
      </form>
      {followed.map(({ kind, subjects }) =>
        subjects.length === 0 ? (
          ''
        ) : (
          <>
            <h2 safe>{say(headings[kind])}</h2>
            <ul class="lines">
              {subjects.map((subject) => (
                <li class="heading">
                  <Name kind={kind} subject={subject} />
                  <a href={`/follows/${kind}/${subject.id}`} safe>
                    {say(short[subject.level])}
                  </a>
                </li>
              ))}
            </ul>
          </>
        ),
      )}
      {followed.every(({ subjects }) => subjects.length === 0) ? (
        <Empty says={say('You follow nothing yet.')} />
      ) : (
        ''
      )}
    </section>
  </Layout>
)

function nameOf(kind: Followable, { name }: Subject): string {
  if (kind === 'post') return shownTitle(name)
  return kind === 'tag' ? `#${name}` : shownName(name)
}

const Name = ({ kind, subject }: { kind: Followable; subject: Subject }) => (
  <a href={placeOf(kind, subject)} dir="auto" safe>
    {nameOf(kind, subject)}
  </a>
)

function placeOf(kind: Followable, { id, name }: Subject): string {
  switch (kind) {
    case 'post':
      return `/posts/${id}`
    case 'category':
      return categoryAt(name, id)
    case 'tag':
      return `/tags/${encodeURIComponent(name)}`
    case 'member':
      return memberAt(name, id)
  }
}
