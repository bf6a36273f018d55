import { expect, test } from 'bun:test'
import type { AdminFrame } from '../../src/admin/guard.ts'
import { openApiDocument } from '../../src/api/document.ts'
import type { Post } from '../../src/board/queries.ts'
import type { Frame } from '../../src/frame.ts'
import type { Order } from '../../src/orders/service.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { LoginPage, SignupPage } from '../../views/accounts.tsx'
import { CategoriesPage } from '../../views/admin-categories.tsx'
import { ImportPage } from '../../views/admin-import.tsx'
import { EditRow, ItemRow, ItemsPage } from '../../views/admin-items.tsx'
import { MembersPage } from '../../views/admin-members.tsx'
import { AdminOrdersPage } from '../../views/admin-orders.tsx'
import { AdminPostsPage, RemoveForm } from '../../views/admin-posts.tsx'
import { DocsPage } from '../../views/api.tsx'
import { BoardPage, NewPostForm, PostAdded, PostPage, UserPage } from '../../views/board.tsx'
import { AddUserPage, UserByIdPage } from '../../views/by-id.tsx'
import { ErrorNote, ErrorPage } from '../../views/errors.tsx'
import { LogRows, LogsPage } from '../../views/logs.tsx'
import { ItemCard, MarketPage } from '../../views/market.tsx'
import { OrdersPage } from '../../views/orders.tsx'
import { TokensPage } from '../../views/tokens.tsx'

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&`
const frame: Frame = {
  servedBy: hostile,
  viewer: { id: 1, name: hostile, role: 'member' },
  assets: { styles: ['/static/a.css'], htmx: '/static/b.js', icon: '/static/c.svg' },
}
const category = { id: 1, name: hostile, posts: 1 }
const post: Post = {
  id: 42,
  title: hostile,
  body: hostile,
  categoryId: 1,
  category: hostile,
  authorId: 1,
  author: hostile,
  likes: 3,
  createdAt: '2026-11-21T05:35:00.000Z',
  imageHash: 'a'.repeat(64),
  imageAlt: hostile,
  imageWidth: 640,
  imageHeight: 480,
  editedAt: null,
}
const typed = { category: hostile, title: hostile, body: hostile, alt: hostile }
const errors = { category: hostile, title: hostile, body: hostile, username: hostile, password: hostile }
const member = { id: 1, name: hostile, role: 'member' as const, createdAt: post.createdAt }
const refusal = new Refusal(404, hostile)
const token = { id: 1, name: hostile, createdAt: post.createdAt }
const logs = {
  requests: [['GET', hostile]] as [string, string][],
  db_accesses: [['SELECT', hostile]] as [string, string][],
  db_access_count: 1,
}
const document = openApiDocument([])
document.info.description = hostile
const list = { posts: [post], older: 7 }

const adminFrame: AdminFrame = { ...frame, viewer: { id: 1, name: hostile, role: 'admin' } }
const item = { id: 3, name: hostile, quantity: 4, price: '2.99' as const }
const currency = 'EUR'
const listing = {
  items: [item],
  found: 1,
  pages: 3,
  choice: { q: hostile, sort: 'name' as const, inStock: true, page: 2 },
}
const typedItem = { name: hostile, quantity: hostile, price: hostile }
const itemErrors = { name: hostile, quantity: hostile, price: hostile }
const order: Order = {
  id: 5,
  userId: 1,
  buyer: hostile,
  state: 'open',
  createdAt: post.createdAt,
  closedAt: null,
  lines: [{ item: 3, name: hostile, quantity: 2, price: '2.99' }],
  total: '5.98',
}
const orderList = { orders: [order], older: 4 }
const row = { line: 2, name: hostile, outcome: 'wrong' as const, says: hostile }
const removal = { id: 9, title: hostile, admin: hostile, reason: hostile, removedAt: post.createdAt }

const drawn: Record<string, unknown> = {
  BoardPage: BoardPage({ frame, categories: [category], category, ...list, typed, errors }),
  PostPage: PostPage({ frame, post }),
  UserPage: UserPage({ frame, member, source: 'redis', ...list }),
  NewPostForm: NewPostForm({ categories: [category], typed, errors }),
  PostAdded: PostAdded({ categories: [category], post }),
  SignupPage: SignupPage({ frame, username: hostile, errors }),
  LoginPage: LoginPage({ frame, username: hostile, errors }),
  AddUserPage: AddUserPage({ frame, username: hostile, errors }),
  UserByIdPage: UserByIdPage({ frame, member, source: 'Redis' }),
  TokensPage: TokensPage({ frame, tokens: [token], secret: hostile, errors: { name: hostile } }),
  LogsPage: LogsPage({ frame, logs, filter: hostile }),
  LogRows: LogRows({ logs }),
  DocsPage: DocsPage({ frame, document }),
  ErrorPage: ErrorPage({ frame, refusal }),
  ErrorNote: ErrorNote({ refusal }),
  MarketPage: MarketPage({ frame, listing, currency, orderKey: hostile, refused: hostile }),
  ItemCard: ItemCard({ item, currency, orderKey: hostile, said: { ordered: hostile } }),
  OrdersPage: OrdersPage({ frame, currency, ...orderList }),
  ItemsPage: ItemsPage({
    frame,
    items: [item],
    currency,
    said: hostile,
    typed: typedItem,
    errors: itemErrors,
  }),
  ItemRow: ItemRow({ item, currency }),
  EditRow: EditRow({ item, typed: typedItem, errors: itemErrors }),
  ImportPage: ImportPage({
    frame,
    report: { rows: [row], isStored: false },
    errors: { file: hostile },
  }),
  AdminOrdersPage: AdminOrdersPage({ frame, currency, isClosed: false, ...orderList }),
  CategoriesPage: CategoriesPage({
    frame,
    categories: [category],
    said: hostile,
    typed: hostile,
    errors: { name: hostile },
  }),
  MembersPage: MembersPage({
    frame: adminFrame,
    members: [{ ...member, id: 2, disabledAt: null }],
    older: 1,
    q: hostile,
  }),
  AdminPostsPage: AdminPostsPage({ frame, ...list, removals: [removal] }),
  RemoveForm: RemoveForm({ post, reason: hostile, errors: { reason: hostile } }),
}

/** What a browser would run: scripts of the page's own, handlers in attributes. */
function runnable(markup: string): string[] {
  const found: string[] = []
  const look = (element: HTMLRewriterTypes.Element) => {
    if (element.tagName === 'script' && !element.getAttribute('src')) found.push('script')
    for (const [name] of element.attributes)
      if (name.startsWith('on')) found.push(`${element.tagName} ${name}`)
  }
  new HTMLRewriter().on('*', { element: look }).transform(markup)
  return found
}

test('the check itself finds what it looks for', () => {
  expect(runnable(`<p>${hostile}</p>`)).toEqual(['script', 'img onerror'])
})

test.each(Object.keys(drawn))('%s shows what people typed as text', (view) => {
  const markup = String(drawn[view])

  expect(markup).toContain('&lt;script&gt;alert(1)')
  expect(runnable(markup)).toEqual([])
})
