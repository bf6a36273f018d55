import { expect, test } from 'bun:test'
import { openApiDocument } from '../../src/api/document.ts'
import type { Audit } from '../../src/audit/service.ts'
import type { Post } from '../../src/board/queries.ts'
import type { Frame } from '../../src/frame.ts'
import type { Decimal } from '../../src/market/money.ts'
import type { SiteStatus } from '../../src/ops/status.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { marked } from '../../src/search/highlight.ts'
import { htmlOf } from '../../src/text/markdown.ts'
import { speaking } from '../../texts/say.ts'
import { AccountPage, DeleteForm, PasswordForm } from '../../views/account.tsx'
import { LoginForm, LoginPage, SignupForm, SignupPage } from '../../views/accounts.tsx'
import { AdminPage, Notice } from '../../views/admin.tsx'
import { CategoriesPage, CategoriesPanel } from '../../views/admin-categories.tsx'
import { RemoveCommentForm, RemoveCommentPage } from '../../views/admin-comments.tsx'
import { ImportForm, ImportPage } from '../../views/admin-import.tsx'
import { EditRow, ItemRow, ItemsPage, ItemsPanel } from '../../views/admin-items.tsx'
import { MemberRow, MembersPage } from '../../views/admin-members.tsx'
import { AdminOrdersPage } from '../../views/admin-orders.tsx'
import { AdminPostsPage, ReasonFields, RemoveForm, RemovePage } from '../../views/admin-posts.tsx'
import { DocsPage } from '../../views/api.tsx'
import { AuditPage, HistoryPage } from '../../views/audit.tsx'
import { BoardPage, TagPage } from '../../views/board.tsx'
import { AddUserForm, AddUserPage, UserByIdPage } from '../../views/by-id.tsx'
import {
  CommentAdded,
  CommentForm,
  EditCommentForm,
  EditCommentPage,
  RepliesPage,
  ReplyPage,
} from '../../views/comment-forms.tsx'
import { CommentBody, Comments, CommentThread, Replies, Writer } from '../../views/comments.tsx'
import { ErrorNote, ErrorPage } from '../../views/errors.tsx'
import { FieldError } from '../../views/form.tsx'
import { Layout } from '../../views/layout.tsx'
import { LikedBy } from '../../views/likes.tsx'
import { LogRows, LogsPage } from '../../views/logs.tsx'
import { ItemCard, MarketPage } from '../../views/market.tsx'
import { News } from '../../views/news.tsx'
import { OrderCard, Orders, OrdersPage } from '../../views/orders.tsx'
import { Picture } from '../../views/pictures.tsx'
import { PostPage } from '../../views/post.tsx'
import { EditPostPage, NewPostForm, PostAdded } from '../../views/post-form.tsx'
import { Author, Byline, PostCard, PostList } from '../../views/posts.tsx'
import { SearchPage } from '../../views/search.tsx'
import { StatusPage, StatusPanel } from '../../views/status.tsx'
import { TokensPage } from '../../views/tokens.tsx'
import { UserPage } from '../../views/user.tsx'
import { projectFiles } from '../support/project.ts'
import { runnable } from '../support/runnable.ts'

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&`
const frame: Frame = {
  servedBy: hostile,
  viewer: { id: 1, name: hostile, role: 'member' },
  assets: { script: '/static/d.js', style: '/static/a.css', htmx: '/static/b.js', icon: '/static/c.svg' },
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
  avatar: null,
  likes: 3,
  comments: 2,
  isAct: 0,
  createdAt: '2026-11-21T05:35:00.000Z',
  imageHash: 'a'.repeat(64),
  imageAlt: hostile,
  imageWidth: 640,
  imageHeight: 480,
  editedAt: null,
}
const comment = {
  ...{ id: 7, postId: 42, rootId: 5, parentId: 6, replyTo: 6, authorId: 1, author: hostile, avatar: null },
  ...{ body: hostile, html: htmlOf(hostile), createdAt: post.createdAt, editedAt: post.createdAt },
  ...{ removedAt: null, reason: null },
}
const removed = {
  ...comment,
  id: 8,
  author: null,
  body: '',
  html: '',
  removedAt: post.createdAt,
  reason: hostile,
}
const thread = { comment, replies: [{ comment: removed, replies: [] }], more: 9 }
const threads = { threads: [thread], next: 10 }
const hit = {
  ...{ id: 1, address: '/posts/1', title: marked(hostile, ['script']), text: marked(hostile, ['img']) },
  ...{ author: hostile, avatar: null, createdAt: post.createdAt },
}
const found = {
  ...{ q: hostile, isComments: false, isSearchable: true, hits: [hit], older: 1 },
  ...{ members: [{ name: hostile, avatar: null }], tags: [{ id: 1, name: hostile }] },
}
const typed = { category: hostile, title: hostile, body: hostile, alt: hostile }
const errors = { category: hostile, title: hostile, body: hostile, username: hostile, password: hostile }
const member = { id: 1, name: hostile, role: 'member' as const, createdAt: post.createdAt }
const refusal = new Refusal(404, hostile)
const token = { id: 1, name: hostile, createdAt: post.createdAt, usedAt: post.createdAt }
const logs = {
  requests: [['GET', hostile]] as [string, string][],
  db_accesses: [['SELECT', hostile]] as [string, string][],
  db_access_count: 1,
}
const document = openApiDocument([])
document.info.description = hostile
const list = { posts: [post], older: 7 }

const at = post.createdAt
const adminFrame = { ...frame, viewer: { id: 2, name: hostile, role: 'admin' as const } }
const item = { id: 1, name: hostile, quantity: 3, price: '2.50' as Decimal }
const typedItem = { name: hostile, quantity: hostile, price: hostile }
const itemErrors = { name: hostile, quantity: hostile, price: hostile }
const line = { item: 1, name: hostile, quantity: 1, price: item.price }
const order = {
  ...{ id: 1, userId: 1, buyer: hostile, state: 'open' as const, createdAt: at, closedAt: null },
  ...{ lines: [line], total: item.price },
}
const account = { ...member, disabledAt: null }
const choice = { q: hostile, sort: 'name' as const, inStock: false, page: 1 }
const removal = { id: 1, title: hostile, admin: hostile, reason: hostile, removedAt: at }
const report = {
  rows: [{ line: 1, name: hostile, outcome: 'wrong' as const, says: hostile }],
  isStored: false,
}
const session = { token: 'a'.repeat(64), agent: hostile, createdAt: at, usedAt: at, isThis: false }
const batch = { batcher: hostile, number: 1, hash: 'a'.repeat(64), appliedAt: at }
const stats = { name: hostile, answered: 1, waiting: 1, applied: 1, batches: 1, oldestSeconds: 1 }
const recount: Audit['recount'] = {
  ...{ at, tookMs: 1, batches: 1, posts: 1, applied: 1, imported: 0, drift: 0, drifted: [], flaws: [] },
  chains: [batch],
}
const shop = { currency: 'EUR' }
const unknown = { requestsPerSecond: 1, inFlight: 1, responseMs: 1, loopDelayMs: 1, busy: 1, memoryMb: 1 }
const siteStatus: SiteStatus = {
  servedBy: hostile,
  missing: [hostile],
  site: {
    ...{ at, mode: 'native' },
    scaling: { policy: 'load', min: 1, max: 2, replicas: 1, load: 1, requestsInWindow: 1 },
    processes: [{ name: hostile, role: hostile, state: hostile, health: 'well', port: 1, ...unknown }],
    decisions: [{ at, kind: 'scaled', what: hostile, reason: hostile }],
  },
}

/** Every view that shows what people typed, by its name. */
const draw = (): Record<string, unknown> => ({
  BoardPage: BoardPage({ frame, categories: [category], category, ...list, once: hostile, typed, errors }),
  TagPage: TagPage({ frame, tag: hostile, ...list }),
  PostPage: PostPage({
    ...{
      frame,
      post,
      html: htmlOf(hostile),
      summary: hostile,
      site: 'http://localhost',
      threads,
      once: hostile,
    },
    likedBy: [hostile],
  }),
  PostList: PostList({ ...list, empty: hostile }),
  Byline: Byline({ post }),
  Author: Author({ name: hostile }),
  EditPostPage: EditPostPage({ frame, post, categories: [category], typed, errors }),
  Comments: Comments({
    post,
    viewer: frame.viewer,
    threads,
    once: hostile,
    typed: { body: hostile, errors },
  }),
  CommentThread: CommentThread({ thread, viewer: frame.viewer }),
  CommentBody: CommentBody({ comment, viewer: frame.viewer }),
  Writer: Writer({ comment }),
  Replies: Replies({ root: 5, threads, viewer: frame.viewer }),
  RepliesPage: RepliesPage({ frame, post, root: comment, threads }),
  CommentForm: CommentForm({ post: 42, parent: 7, once: hostile, body: hostile, errors }),
  CommentAdded: CommentAdded({ thread, comments: 2, viewer: adminFrame.viewer, parent: 7, once: hostile }),
  ReplyPage: ReplyPage({ frame, comment, once: hostile, body: hostile, errors }),
  EditCommentForm: EditCommentForm({ comment, body: hostile, errors }),
  EditCommentPage: EditCommentPage({ frame, comment, errors }),
  RemoveCommentForm: RemoveCommentForm({ comment, reason: hostile, errors: { reason: hostile } }),
  RemoveCommentPage: RemoveCommentPage({ frame: adminFrame, comment, reason: hostile }),
  ReasonFields: ReasonFields({ reason: hostile, errors: { reason: hostile }, back: '/admin/posts' }),
  SearchPage: SearchPage({ frame, found }),
  PostCard: PostCard({ post }),
  UserPage: UserPage({ frame, member, avatar: null, source: 'redis', ...list }),
  NewPostForm: NewPostForm({ categories: [category], once: hostile, typed, errors }),
  PostAdded: PostAdded({ categories: [category], post, once: hostile }),
  Picture: Picture({ of: post, size: 'small' }),
  LikedBy: LikedBy({ names: [hostile], likes: 2 }),
  News: News({ href: hostile, sentences: { one: hostile, other: hostile } }),
  SignupPage: SignupPage({ frame, username: hostile, next: hostile, errors }),
  SignupForm: SignupForm({ username: hostile, next: hostile, errors }),
  LoginPage: LoginPage({ frame, username: hostile, next: hostile, errors }),
  LoginForm: LoginForm({ username: hostile, next: hostile, errors }),
  AccountPage: AccountPage({ frame, viewer: frame.viewer!, sessions: [session], hasChanged: true }),
  PasswordForm: PasswordForm({ viewer: frame.viewer!, errors: { current: hostile, password: hostile } }),
  DeleteForm: DeleteForm({ posts: hostile, errors: { posts: hostile, confirm: hostile } }),

  AddUserPage: AddUserPage({ frame, username: hostile, errors }),
  AddUserForm: AddUserForm({ username: hostile, errors }),
  UserByIdPage: UserByIdPage({ frame, member, source: 'Redis' }),
  TokensPage: TokensPage({ frame, tokens: [token], secret: hostile, errors: { name: hostile } }),
  LogsPage: LogsPage({ frame, logs, filter: hostile }),
  LogRows: LogRows({ logs }),
  StatusPage: StatusPage({ frame, status: siteStatus }),
  StatusPanel: StatusPanel({ status: siteStatus }),
  DocsPage: DocsPage({ frame, document }),
  ErrorPage: ErrorPage({ frame, refusal }),
  ErrorNote: ErrorNote({ refusal }),
  FieldError: FieldError({ of: 'title', error: hostile }),
  Layout: Layout({
    ...{ frame, title: hostile, description: hostile, feed: hostile, q: hostile },
    share: { url: hostile, image: hostile, imageAlt: hostile },
  }),
  MarketPage: MarketPage({
    ...{ frame, orderKey: hostile, refused: hostile, ...shop },
    listing: { items: [item], found: 1, pages: 2, choice },
  }),
  ItemCard: ItemCard({ item, orderKey: hostile, said: { refused: hostile }, ...shop }),
  OrdersPage: OrdersPage({ frame, orders: [order], older: 1, ...shop }),
  Orders: Orders({ orders: [order], older: 1, isAdmin: true, olderAddress: '/admin/orders', ...shop }),
  OrderCard: OrderCard({ order, isAdmin: true, ...shop }),
  AdminPage: AdminPage({ frame: adminFrame, tab: 'Items' }),
  Notice: Notice({ said: hostile, refused: hostile }),
  ItemsPage: ItemsPage({ frame: adminFrame, items: [item], typed: typedItem, errors: itemErrors, ...shop }),
  ItemsPanel: ItemsPanel({ items: [item], said: hostile, ...shop }),
  ItemRow: ItemRow({ item, ...shop }),
  EditRow: EditRow({ item, typed: typedItem, errors: itemErrors }),
  CategoriesPage: CategoriesPage({
    frame: adminFrame,
    categories: [category],
    renaming: { id: 1, typed: hostile, errors: { name: hostile } },
  }),
  CategoriesPanel: CategoriesPanel({
    categories: [category],
    said: hostile,
    typed: hostile,
    errors: itemErrors,
  }),
  MembersPage: MembersPage({ frame: adminFrame, members: [account], older: 1, q: hostile }),
  MemberRow: MemberRow({ member: account, isSelf: false }),
  AdminOrdersPage: AdminOrdersPage({
    frame: adminFrame,
    isClosed: false,
    orders: [order],
    older: 1,
    ...shop,
  }),
  AdminPostsPage: AdminPostsPage({ frame: adminFrame, posts: [post], older: 1, removals: [removal] }),
  RemovePage: RemovePage({ frame: adminFrame, post, reason: hostile, errors: { reason: hostile } }),
  RemoveForm: RemoveForm({ post, reason: hostile, errors: { reason: hostile } }),
  ImportPage: ImportPage({ frame: adminFrame, report, errors: { file: hostile } }),
  ImportForm: ImportForm({ report, errors: { file: hostile } }),
  AuditPage: AuditPage({
    frame,
    audit: {
      ...{ answered: 1, waiting: 1, applied: 1, batches: 1, drift: 0, lastBatch: batch, batchers: [stats] },
      ...{ silent: 1, recount },
    },
  }),
  HistoryPage: HistoryPage({ frame, post, history: [{ ...batch, added: 1 }] }),
})
const drawn = { en: draw(), ar: speaking('ar', draw) }

/** These show numbers, times and what we wrote ourselves. */
const withoutText = [
  'Avatar',
  'Columns',
  'CommentsTitle',
  'Edited',
  'LikeButton',
  'LikeForm',
  'LinkTo',
  'Moment',
  'Money',
  'Phrase',
  'SortTabs',
  'TextHelp',
  'Stock',
  'When',
]

test('the check itself finds what it looks for', () => {
  expect(runnable(`<p>${hostile}</p>`)).toEqual(['script', 'img onerror'])
})

test('no view is left out', () => {
  const views = projectFiles()
    .filter(({ path }) => path.startsWith('views/'))
    .flatMap(({ text }) =>
      [...text.matchAll(/^export (?:const|function) ([A-Z]\w*)/gm)].map(([, name]) => name),
    )

  expect(views.sort()).toEqual([...Object.keys(drawn.en), ...withoutText].sort())
})

test.each(Object.keys(drawn.en))('%s shows what people typed as text, in every language', (view) => {
  for (const markup of [drawn.en[view], drawn.ar[view]].map(String)) {
    // In an attribute only its quotes have to be something else.
    expect(markup).toMatch(/&lt;script&gt;alert\(1\)|&#34;><script>/)
    expect(runnable(markup)).toEqual([])
  }
})
