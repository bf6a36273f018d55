import type { PropsWithChildren } from '@elysiajs/html'
import type { PageContext } from '../src/http/page-context.ts'
import { say, translated } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'

const tabs = {
  Overview: '/admin/overview',
  'Name and look': '/admin/site',
  Items: '/admin',
  Orders: '/admin/orders',
  'Order windows': '/admin/windows',
  Categories: '/admin/categories',
  Members: '/admin/members',
  Moderators: '/admin/moderators',
  Groups: '/admin/groups',
  Joining: '/admin/joining',
  Newcomers: '/admin/newcomers',
  Posts: '/admin/posts',
  Reports: '/moderation/queue',
  Rules: '/admin/rules',
  Mail: '/admin/mail',
}

type Tab = keyof typeof tabs
const tabNames = Object.keys(tabs) as Tab[]

/** The page around every page of the admin's, without the tabs where a moderator sees it. */
export const AdminPage = ({
  pageContext,
  tab,
  children,
}: PropsWithChildren<{ pageContext: PageContext; tab: Tab }>) => (
  <Layout pageContext={pageContext} title={say('Admin: {tab}', { tab: say(tab) })} isTool>
    <h1 safe>{say('Admin')}</h1>
    {pageContext.viewer?.role === 'admin' ? <Tabs tab={tab} /> : ''}
    {children as 'safe'}
  </Layout>
)

export const Tabs = ({ tab }: { tab: Tab }) => (
  <nav class="tabs" aria-label={say('Admin')}>
    {tabNames.map((name) => (
      <a href={tabs[name]} aria-current={name === tab ? 'page' : undefined} safe>
        {say(name)}
      </a>
    ))}
  </nav>
)

/** Finds rows of a list by a name. */
export const NameSearch = ({ at, q }: { at: string; q: string }) => (
  <search>
    <form class="search two" method="get" action={at}>
      <label>
        <span safe>{say('Find by name')}</span>
        <input type="search" name="q" maxlength="100" value={q} />
      </label>
      <button class="button" type="submit" safe>
        {say('Find')}
      </button>
    </form>
  </search>
)

/** The outcome of an act, or why it was refused, above what it was done to. */
export const Notice = ({ said, refused }: { said?: string | undefined; refused?: string | undefined }) => (
  <>
    {said ? (
      <p class="done banner" role="status" safe>
        {translated(said)}
      </p>
    ) : (
      ''
    )}
    {refused ? (
      <p class="error banner" role="alert" safe>
        {translated(refused)}
      </p>
    ) : (
      ''
    )}
  </>
)
