import type { Audit } from '../../src/audit/service.ts'
import type { SiteStatus } from '../../src/health/site-status.ts'
import type { PageContext } from '../../src/http/page-context.ts'
import type { Decimal } from '../../src/market/money.ts'
import type { Notice } from '../../src/notices/queries.ts'
import { openApiDocument } from '../../src/openapi/document.ts'
import { Refusal } from '../../src/platform/errors.ts'
import type { Post } from '../../src/posts/queries.ts'
import { marked } from '../../src/search/highlight.ts'
import { htmlOf } from '../../src/text/markdown.ts'
import { piecesIn, wantedIn } from '../../src/text/question.ts'

/** What somebody types wherever people can type something, and things that hold it. */
export const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>& &lt; &amp;amp; &quot;`
export const pageContext: PageContext = {
  site: 'https://board.example',
  servedBy: hostile,
  look: {
    name: hostile,
    accent: '',
    font: 'usual',
    front: 'new',
    welcome: hostile,
    imprint: hostile,
    contact: hostile,
    timeZone: hostile,
    currency: hostile,
    ...{ logo: '', logoDark: '', logoAlt: hostile, icon: '' },
    theme: undefined,
    pins: [],
  },
  viewer: { id: 1, name: hostile, role: 'member' },
  assets: {
    script: '/static/d.js',
    style: '/static/a.css',
    htmx: '/static/b.js',
    icon: '/static/c.svg',
    passkeys: '/static/e.js',
    mentions: '/static/g.js',
    push: '/static/h.js',
    tools: '/static/f.css',
  },
}
export const category = { id: 1, name: hostile, posts: 1, description: hostile, place: 1, hue: null }
export const post: Post = {
  id: 42,
  title: hostile,
  body: hostile,
  categoryId: 1,
  category: hostile,
  hue: null,
  authorId: 1,
  author: hostile,
  avatar: null,
  likes: 3,
  comments: 2,
  isAct: 0,
  isCut: 0,
  isLocked: 0,
  createdAt: '2026-11-21T05:35:00.000Z',
  imageHash: 'a'.repeat(64),
  imageAlt: hostile,
  imageWidth: 640,
  imageHeight: 480,
  editedAt: null,
}
export const comment = {
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
export const thread = { comment, replies: [{ comment: removed, replies: [] }], more: 9 }
export const threads = { threads: [thread], next: 10 }
const wordsIn = (text: string) => piecesIn(wantedIn(text).wanted)
const hit = {
  ...{
    id: 1,
    address: '/posts/1',
    title: marked(hostile, wordsIn('script')),
    text: marked(hostile, wordsIn('img')),
  },
  ...{ author: hostile, authorId: 1, avatar: null, createdAt: post.createdAt },
}
export const found = {
  ...{ q: hostile, isComments: false, isSearchable: true, hits: [hit], nextCursor: '1' },
  ...{ order: 'best' as const, problems: [hostile], isAway: false, extent: { built: 0.5, asOf: null } },
  ...{
    items: [hostile],
    members: [{ id: 1, name: hostile, avatar: null }],
    tags: [{ id: 1, name: hostile }],
  },
}
export const typed = { category: hostile, title: hostile, body: hostile, alt: hostile }
export const errors = {
  category: hostile,
  title: hostile,
  body: hostile,
  username: hostile,
  password: hostile,
}
export const member = { id: 1, name: hostile, role: 'member' as const, createdAt: post.createdAt }
export const refusal = new Refusal(404, hostile)
export const token = {
  ...{ id: 1, name: hostile, createdAt: post.createdAt, usedAt: post.createdAt },
  ...{ scopes: ['read' as const], expiresAt: post.createdAt, hasEnded: true },
}
export const logs = {
  requests: [['GET', hostile]] as [string, string][],
  db_accesses: [['SELECT', hostile]] as [string, string][],
  db_access_count: 1,
}
export const document = openApiDocument([], new Map())
document.info.description = hostile
export const list = { posts: [post], nextCursor: '7' }

const at = post.createdAt
export const adminPageContext = { ...pageContext, viewer: { id: 2, name: hostile, role: 'admin' as const } }
export const item = {
  ...{ id: 1, name: hostile, quantity: 3, price: '2.50' as Decimal, category: hostile, unit: hostile },
  ...{ picture: 'a'.repeat(64), mostEach: 2, lowAt: 3, variantOf: null },
}
export const itemInFull = {
  ...item,
  description: hostile,
  postId: 42,
  pictures: [{ hash: 'a'.repeat(64), alt: hostile, width: 640, height: 480 }],
}
export const typedItem = { name: hostile, quantity: hostile, price: hostile }
export const itemErrors = { name: hostile, quantity: hostile, price: hostile }
const line = { item: 1, name: hostile, quantity: 1, price: item.price }
export const notice: Notice = {
  id: 1,
  kind: 'answer',
  postId: 1,
  title: hostile,
  commentId: 1,
  by: hostile,
  byId: 1,
  orderId: null,
  orderState: null,
  itemId: null,
  itemName: null,
  windowId: null,
  windowName: null,
  createdAt: post.createdAt,
  readAt: null,
  isGone: 0,
}

const later = '2026-05-05T05:05:05.005Z'
const pickup = { id: 1, place: hostile, startsAt: at, endsAt: later }
export const order = {
  ...{ id: 1, userId: 1, buyer: hostile, state: 'open' as const, createdAt: at, closedAt: null },
  ...{ paidAt: at, isInvoiced: true, lines: [{ ...line, line: 1 }], total: item.price },
  pickup: { ...pickup, window: { id: 1, name: hostile, closesAt: at, timeZone: 'UTC' } },
}
export const orderWindow = {
  ...{ id: 1, name: hostile, opensAt: at, closesAt: later, timeZone: hostile },
  pickups: [pickup],
}
export const typedWindow = {
  ...{ name: hostile, opens: hostile, closes: hostile, timeZone: hostile },
  pickups: [{ id: hostile, place: hostile, starts: hostile, ends: hostile }],
}
export const account = { ...member, disabledAt: null }
export const query = { q: hostile, category: hostile, sort: 'name' as const, inStock: false, page: 1 }
export const removal = {
  ...{ what: 'post' as const, subject: hostile, detail: hostile, isOpen: 0 as const },
  ...{ admin: hostile, doneAt: at, restorable: 1 },
}
export const report = {
  rows: [{ line: 1, name: hostile, outcome: 'wrong' as const, says: hostile }],
  isStored: false,
}
export const session = { token: 'a'.repeat(64), agent: hostile, createdAt: at, usedAt: at, isThis: false }
export const batch = { batcher: hostile, number: 1, hash: 'a'.repeat(64), appliedAt: at }
export const stats = {
  ...{ name: hostile, answered: 1, waiting: 1, applied: 1, batches: 1, oldestSeconds: 1, chain: null },
  parted: { how: hostile, journal: 1, mysql: 2 },
}
export const recount: Audit['recount'] = {
  ...{ at, tookMs: 1, batches: 1, posts: 1, applied: 1, imported: 0, drift: 0, drifted: [], flaws: [] },
  unaccounted: [{ batcher: hostile, likes: 1 }],
  chains: [batch],
  moderation: { entries: 1, broken: 1 },
}
export const shop = { currency: 'EUR' }
const unknown = {
  requestsPerSecond: 1,
  inFlight: 1,
  responseMs: 1,
  loopDelayMs: 1,
  busy: 1,
  memoryMb: 1,
}
export const siteStatus: SiteStatus = {
  servedBy: hostile,
  missing: [hostile],
  parted: [hostile],
  shortOfRoom: [{ batcher: hostile, megabytes: 1 }],
  database: {
    state: 'one away',
    servers: [{ host: hostile, role: 'away', group: { online: 1, members: 2 }, waiting: 1 }],
  },
  search: { built: 1, asOf: at, texts: { post: 1, comment: 2 } },
  site: {
    ...{ at, mode: 'native' },
    scaling: { policy: 'load', min: 1, max: 2, replicas: 1, load: 1, requestsInWindow: 1 },
    processes: [{ name: hostile, role: hostile, state: hostile, health: 'well', port: 1, ...unknown }],
    decisions: [{ at, kind: 'scaled', what: hostile, reason: hostile }],
  },
}
