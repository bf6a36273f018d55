import { Html, type PropsWithChildren } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import { Layout } from './layout.tsx'

const tabs = {
  Items: '/admin',
  Orders: '/admin/orders',
  Categories: '/admin/categories',
  Members: '/admin/members',
  Posts: '/admin/posts',
}

/** The page around every page of the admin's. */
export const AdminPage = ({
  frame,
  tab,
  children,
}: PropsWithChildren<{ frame: Frame; tab: keyof typeof tabs }>) => (
  <Layout frame={frame} title={`Admin: ${tab}`}>
    <h1>Admin</h1>
    <nav class="tabs" aria-label="Admin">
      {Object.entries(tabs).map(([name, address]) => (
        <a href={address} aria-current={name === tab ? 'page' : undefined} safe>
          {name}
        </a>
      ))}
    </nav>
    {children as 'safe'}
  </Layout>
)

/** What was done, or was refused, above what it was done to. */
export const Notice = ({ said, refused }: { said?: string | undefined; refused?: string | undefined }) => (
  <>
    {said ? (
      <p class="done banner" role="status" safe>
        {said}
      </p>
    ) : (
      ''
    )}
    {refused ? (
      <p class="error banner" role="alert" safe>
        {refused}
      </p>
    ) : (
      ''
    )}
  </>
)
