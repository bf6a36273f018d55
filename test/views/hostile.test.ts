import { expect, test } from 'bun:test'
import { Window } from 'happy-dom'
import type { Held } from '../../src/held/queries.ts'
import type { Payment } from '../../src/payments/service.ts'
import type { Deed } from '../../src/queue/queries.ts'
import { mostOf } from '../../src/settings/newcomers.ts'
import { htmlOf } from '../../src/text/markdown.ts'
import { speaking } from '../../texts/say.ts'
import { AccountPage, DeleteForm, PasswordForm } from '../../views/account.tsx'
import { AccountFields, LoginForm, LoginPage } from '../../views/accounts.tsx'
import { AddressForm, AddressLinkPage } from '../../views/address.tsx'
import { AdminPage, NameSearch, Notice } from '../../views/admin.tsx'
import { RemoveCommentForm, RemoveCommentPage } from '../../views/admin-comments.tsx'
import { DoorPage } from '../../views/admin-door.tsx'
import { GroupPage, GroupsPage } from '../../views/admin-groups.tsx'
import { FileForm, ImportForm, ImportPage } from '../../views/admin-import.tsx'
import { AdminItemPage } from '../../views/admin-item.tsx'
import { EditRow, ItemFields, ItemRow, ItemsPage, ItemsPanel } from '../../views/admin-items.tsx'
import { ApplicationsPage, InviteMadePage, JoiningPage } from '../../views/admin-joining.tsx'
import { LookPage, LookPanel } from '../../views/admin-look.tsx'
import { MailPage } from '../../views/admin-mail.tsx'
import { MemberRow, MembersPage, PasswordLinkPage } from '../../views/admin-members.tsx'
import { ModeratorsPage } from '../../views/admin-moderators.tsx'
import { NewcomersPage } from '../../views/admin-newcomers.tsx'
import { AdminOrdersPage } from '../../views/admin-orders.tsx'
import {
  AdminPostsPage,
  GroundsFields,
  ReasonFields,
  RemoveForm,
  RemovePage,
} from '../../views/admin-posts.tsx'
import { AdminRulesPage } from '../../views/admin-rules.tsx'
import { AnnouncementPage } from '../../views/announcements.tsx'
import { DocsPage } from '../../views/api.tsx'
import {
  ArchiveIndex,
  ArchiveList,
  ArchiveMarket,
  ArchivePost,
  ArchiveRules,
  ArchiveSearch,
} from '../../views/archive.tsx'
import { AuditPage, HistoryPage, PartedLine } from '../../views/audit.tsx'
import { BoardPage, TagPage } from '../../views/board.tsx'
import { AddUserForm, AddUserPage, UserByIdPage } from '../../views/by-id.tsx'
import { Author, Byline, CategoryLink } from '../../views/byline.tsx'
import {
  AllCategoriesPage,
  CategoriesPage,
  CategoriesPanel,
  CategoryList,
  Description,
} from '../../views/categories.tsx'
import { DescribeForm } from '../../views/category-look.tsx'
import { CommentForm, TextField } from '../../views/comment-form.tsx'
import {
  CommentAdded,
  EditCommentForm,
  EditCommentPage,
  RepliesPage,
  ReplyPage,
} from '../../views/comment-forms.tsx'
import { CommentBody, Comments, CommentThread, Replies, Writer } from '../../views/comments.tsx'
import { ErrorNote, ErrorPage } from '../../views/errors.tsx'
import { FeedsPage } from '../../views/feeds.tsx'
import { FollowPage, FollowsPage } from '../../views/follows.tsx'
import { ForgotPage } from '../../views/forgot.tsx'
import {
  AddressField,
  CodeField,
  FieldError,
  FieldHint,
  Proof,
  Removal,
  WhatItSaysNow,
} from '../../views/form.tsx'
import { HeldForModerators, HeldPage } from '../../views/held.tsx'
import { ImprintPage } from '../../views/imprint.tsx'
import { ItemPage } from '../../views/item.tsx'
import { Layout } from '../../views/layout.tsx'
import { LetterPage } from '../../views/letters.tsx'
import { LikedBy } from '../../views/likes.tsx'
import { Empty } from '../../views/list.tsx'
import { LogRows, LogsPage } from '../../views/logs.tsx'
import { ItemCard, MarketPage } from '../../views/market.tsx'
import { MentionList } from '../../views/mentions.tsx'
import { ModerationPage } from '../../views/moderation.tsx'
import { NewPasswordForm, NewPasswordPage } from '../../views/new-password.tsx'
import { NoticeMailPage, UnsubscribePage } from '../../views/notice-mail.tsx'
import { NoticesPage } from '../../views/notices.tsx'
import { OfferPage } from '../../views/offer.tsx'
import { EditOfferPage, NewOfferPage } from '../../views/offer-form.tsx'
import { Choice, OffersPage } from '../../views/offers.tsx'
import { OfflinePage } from '../../views/offline.tsx'
import { WindowPage, WindowsPage } from '../../views/order-windows.tsx'
import { OrderCard, Orders, OrdersPage } from '../../views/orders.tsx'
import { OverviewPage } from '../../views/overview.tsx'
import { OwnDataPage } from '../../views/own-data.tsx'
import { HandOverPage, PackingPage, ParcelCard, SupplierPage } from '../../views/packing.tsx'
import { Pages } from '../../views/pages.tsx'
import { PasskeySignIn, PasskeysPage } from '../../views/passkeys.tsx'
import { AdminOrderPage, OrderPage } from '../../views/payment.tsx'
import { SellerPage } from '../../views/payment-settings.tsx'
import { PickupChoice, PickupOptions, PickupSpan, WhenToOrder } from '../../views/pickups.tsx'
import { PostPage } from '../../views/post.tsx'
import { EditPostPage, NewPostForm, PictureFields, PostAdded, PostFields } from '../../views/post-form.tsx'
import { Picture, PostCard, PostList, UpdatesLink } from '../../views/posts.tsx'
import { PushPage } from '../../views/push.tsx'
import { Looking, QueuePage, ThingPage } from '../../views/queue.tsx'
import { ReportedPage, ReportPage } from '../../views/reports.tsx'
import { RuleField, RulesPage } from '../../views/rules.tsx'
import { SearchPage } from '../../views/search.tsx'
import { RecoveryCodesPage, SecondFactorPage } from '../../views/second-factor.tsx'
import { CodeForm, CodePage } from '../../views/sign-in-code.tsx'
import { NoSignupPage, SignupForm, SignupPage } from '../../views/sign-up.tsx'
import { ChoicePage, SignedOutPage, SignOnLink, SignOnPage } from '../../views/single-sign-on.tsx'
import { StatementsPage } from '../../views/statements.tsx'
import { StatusPage, StatusPanel } from '../../views/status.tsx'
import { TimeZones } from '../../views/time-zones.tsx'
import { TokensPage } from '../../views/tokens.tsx'
import { UserPage } from '../../views/user.tsx'
import { WindowsImportForm, WindowsImportPage } from '../../views/windows-import.tsx'
import { projectFiles } from '../support/rules/project.ts'
import { runnable } from '../support/site/runnable.ts'
import {
  account,
  adminPageContext,
  batch,
  category,
  comment,
  document,
  errors,
  found,
  hostile,
  item,
  itemErrors,
  itemInFull,
  list,
  logs,
  member,
  notice,
  order,
  orderWindow,
  pageContext,
  post,
  query,
  recount,
  refusal,
  removal,
  report,
  session,
  shop,
  siteStatus,
  stats,
  thread,
  threads,
  token,
  typed,
  typedItem,
  typedWindow,
} from './typed.ts'

const measured = [{ at: '2026-11-30T12:00:00.000Z', value: 1 }]
const hour = { requests: measured, responseMs: measured, replicas: measured, waiting: measured }
const listing = { items: [item], found: 1, pages: 2, query, categories: [hostile] }

/** Every view that shows what people typed, by its name. */
const rules = { username: hostile, password: hostile }

const rule = { id: 1, title: hostile, body: hostile }
const reported = { kind: 'member', id: 1, name: hostile, place: '/', hasPicture: true } as const
const deed: Deed = {
  ...{ number: 1, act: 'silence', kind: 'member', subject: 1, rule: hostile, reason: hostile },
  ...{ until: post.createdAt, by: hostile, doneAt: post.createdAt },
}
const heldText: Held = {
  ...{ id: 1, authorId: 1, author: hostile, categoryId: 1, category: hostile, postId: null, parentId: null },
  ...{ title: hostile, body: hostile, cause: 'first', createdAt: post.createdAt, refusedAt: null },
  ...{ rule: hostile, reason: hostile, offer: 'sale', price: '5', place: hostile },
}
const shownWindow = { ...orderWindow, timeZone: 'UTC', state: 'open' as const }
const ordering = { window: { ...shownWindow, pickups: [...shownWindow.pickups, ...shownWindow.pickups] } }
const packedItem = { name: hostile, quantity: 2 }
const packedOrder = {
  ...{ id: 1, userId: 1, buyer: hostile, state: 'open' as const, closedAt: null, paidAt: null, pickupId: 1 },
  ...{ lines: order.lines.map((each) => ({ ...each, id: 1 })), total: item.price },
}
const seller = {
  ...{ name: hostile, iban: hostile, bic: hostile, address: hostile, taxNote: hostile, taxRate: hostile },
}
const payment: Payment = {
  asked: {
    ...{ name: hostile, iban: hostile, bic: hostile, amount: '5', currency: 'EUR', remittance: hostile },
    epc: undefined,
  },
  papers: [
    {
      ...{ seller, buyer: hostile, order: 1, orderedAt: post.createdAt, timeZone: 'UTC', currency: 'EUR' },
      ...{ lines: [], total: '5', kind: 'invoice', number: hostile, issuedAt: post.createdAt },
    },
  ],
  hasSeller: true,
}
const parcel = { buyer: hostile, userId: 1, orders: [packedOrder], total: item.price }
const packed = {
  ...{ window: shownWindow, currency: 'EUR', next: 2 },
  places: shownWindow.pickups.map((pickup) => ({ pickup, parcels: [parcel] })),
}
const changeable = new Map([[1, { version: hostile, pickups: shownWindow.pickups }]])
const listedOffer = {
  ...{ id: 1, kind: 'sale' as const, price: '5' as const, place: hostile, state: 'reserved' as const },
  ...{ title: hostile, authorId: 7, author: hostile, createdAt: post.createdAt },
  ...{ imageHash: hostile, imageAlt: hostile, imageWidth: 1, imageHeight: 1 },
}
const typedOffer = { ...typed, kind: hostile, price: hostile, place: hostile }
const refusedGrounds = {
  rules: [rule],
  typed: { rule: '1', reason: hostile },
  errors: { rule: hostile, reason: hostile },
}
const ownAddress = { address: hostile, pending: hostile, refusedAt: post.createdAt }

const invite = {
  ...{ id: 1, note: hostile, uses: 3, used: 1, by: hostile, madeAt: post.createdAt },
  ...{ endsAt: post.createdAt, hasEnded: 0 as const, revokedAt: null },
}

const archived = {
  ...{ name: hostile, madeAt: '2026-01-01T00:00:00.000Z', welcome: htmlOf(hostile) },
  ...{ hasRules: true, hasMarket: true },
}
const archivedHead = {
  ...{ id: 1, title: hostile, likes: 1, comments: 1, createdAt: '2026-01-01T00:00:00.000Z' },
  category: { id: 1, name: hostile, hue: null, description: hostile },
  author: { id: 1, name: hostile, avatar: null },
}

const draw = (): Record<string, unknown> => ({
  BoardPage: BoardPage({
    pageContext,
    categories: [category],
    writable: [category],
    category,
    ...list,
    likes: 'open',
    once: hostile,
    typed,
    errors,
  }),
  Description: Description({ of: category }),
  LookPage: LookPage({ pageContext, look: pageContext.look, version: hostile, said: hostile, errors }),
  LookPanel: LookPanel({ look: pageContext.look, version: hostile, said: hostile, errors }),
  ImprintPage: ImprintPage({ pageContext, html: htmlOf(hostile), contact: hostile }),
  DescribeForm: DescribeForm({
    category: { ...category, lookVersion: hostile },
    describing: { id: 1, typed: [hostile, hostile, hostile], errors: { description: hostile } },
  }),
  AllCategoriesPage: AllCategoriesPage({
    pageContext,
    at: hostile,
    categories: [category],
    nextCursor: 2,
    newPosts: new Map([[1, 2]]),
  }),
  ArchiveIndex: ArchiveIndex({
    board: archived,
    categories: [{ ...archivedHead.category, posts: 1 }],
    newest: [archivedHead],
  }),
  ArchiveList: ArchiveList({
    ...{ board: archived, title: hostile, heads: [archivedHead], back: undefined, more: undefined },
  }),
  ArchivePost: ArchivePost({
    board: archived,
    post: {
      ...{ ...archivedHead, editedAt: post.createdAt, body: htmlOf(hostile), currency: hostile },
      pictures: [{ hash: 'a', alt: hostile, width: 1, height: 1 }],
      offer: { kind: 'sale', price: '1', place: hostile, state: 'open' },
    },
    comments: [
      {
        ...{ id: 1, author: archivedHead.author, createdAt: post.createdAt, editedAt: null },
        ...{ body: htmlOf(hostile), answers: [] },
      },
    ],
    ...{ back: undefined, more: undefined },
  }),
  ArchiveMarket: ArchiveMarket({
    ...{ board: archived, currency: hostile },
    items: [{ name: hostile, price: '1', description: htmlOf(hostile), pictures: [] }],
  }),
  ArchiveRules: ArchiveRules({ board: archived, rules: [{ title: hostile, body: htmlOf(hostile) }] }),
  ArchiveSearch: ArchiveSearch({ board: archived, indexFiles: 1 }),
  Pages: Pages({ at: listing, addressOf: () => hostile }),
  AnnouncementPage: AnnouncementPage({
    ...{ pageContext, post, asks: true, asked: 2, confirmed: 1, missing: [{ id: 1, name: hostile }] },
    ...{ next: 2, isFirstPage: true },
  }),
  TagPage: TagPage({ pageContext, tag: hostile, id: 1, ...list }),
  PostPage: PostPage({
    ...{
      ...{ asks: true, isAsked: true },
      pageContext,
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
  Author: Author({ name: hostile, id: 7 }),
  EditPostPage: EditPostPage({
    ...{ pageContext, post, categories: [category], typed, errors },
    version: hostile,
    now: post,
    goesOn: true,
  }),
  Comments: Comments({
    post,
    viewer: pageContext.viewer,
    threads,
    once: hostile,
    typed: { body: hostile, errors },
  }),
  CommentThread: CommentThread({ thread, viewer: pageContext.viewer, category: 1 }),
  CommentBody: CommentBody({ comment, viewer: pageContext.viewer, category: 1 }),
  Writer: Writer({ comment }),
  Replies: Replies({ root: 5, threads, viewer: pageContext.viewer, category: 1 }),
  RepliesPage: RepliesPage({ pageContext, post, root: comment, threads }),
  CommentForm: CommentForm({ post: 42, parent: 7, once: hostile, body: hostile, errors }),
  CommentAdded: CommentAdded({
    thread,
    post,
    viewer: adminPageContext.viewer,
    parent: 7,
    once: hostile,
  }),
  ReplyPage: ReplyPage({ pageContext, comment, once: hostile, body: hostile, errors }),
  EditCommentForm: EditCommentForm({ comment, version: hostile, body: hostile, errors, now: hostile }),
  EditCommentPage: EditCommentPage({ pageContext, comment, version: hostile, errors }),
  RemoveCommentForm: RemoveCommentForm({ comment, ...refusedGrounds }),
  RemoveCommentPage: RemoveCommentPage({ pageContext: adminPageContext, comment, ...refusedGrounds }),
  ReasonFields: ReasonFields({ ...refusedGrounds, back: '/admin/posts' }),
  SearchPage: SearchPage({ pageContext, found: { ...found, isFirstPage: true } }),
  PostCard: PostCard({ post }),
  UserPage: UserPage({ pageContext, member, avatar: null, source: 'redis', notYet: undefined, ...list }),
  HeldPage: HeldPage({
    ...{ pageContext, own: [{ ...heldText, refusedAt: post.createdAt }], waiting: [heldText], rules: [] },
    currency: 'EUR',
    refused: { id: 1, typed: { rule: '', reason: hostile }, errors: { reason: hostile } },
  }),
  HeldForModerators: HeldForModerators({ waiting: [heldText], rules: [], currency: 'EUR' }),
  NewcomersPage: NewcomersPage({
    ...{ pageContext, mostOf, said: hostile, errors: { hold: hostile, held: hostile } },
    typed: { hold: hostile, links: '', pace: '', until: '', seconds: '', held: hostile, refused: hostile },
    version: hostile,
  }),
  NewPostForm: NewPostForm({ categories: [category], once: hostile, typed, errors }),
  PostAdded: PostAdded({ categories: [category], post, once: hostile }),
  Picture: Picture({ of: post, size: 'small' }),
  LikedBy: LikedBy({ names: [hostile], likes: 2 }),
  UpdatesLink: UpdatesLink({ href: hostile, counted: 'newPosts' }),
  SignupPage: SignupPage({
    ...{ pageContext, username: hostile, rules, next: hostile, errors, invite: hostile },
    ...{ question: hostile, answer: hostile, address: hostile },
  }),
  SignupForm: SignupForm({ username: hostile, rules, next: hostile, errors, invite: hostile }),
  NoSignupPage: NoSignupPage({
    ...{ pageContext, says: 'This board takes no new members.' },
    signOn: { service: hostile, next: hostile },
  }),
  LoginPage: LoginPage({
    ...{ pageContext, username: hostile, next: hostile, errors },
    signOn: { name: hostile, isOnly: false },
  }),
  LoginForm: LoginForm({ username: hostile, next: hostile, errors }),
  AccountFields: AccountFields({ username: hostile, autocomplete: 'new-password', rules, errors }),
  AccountPage: AccountPage({
    pageContext,
    viewer: pageContext.viewer!,
    sessions: [session],
    changed: { passkeys: 1 },
    asks: { password: true, code: true, signOn: hostile },
    keys: { since: post.createdAt, codesLeft: 3, passkeys: 1, tokens: 0 },
    signOn: hostile,
    events: [true, false].map((isOfBrowser) => ({
      ...{ what: 'passkey-added' as const, detail: hostile, isOfBrowser, happenedAt: post.createdAt },
    })),
    language: undefined,
    address: ownAddress,
  }),
  AddressForm: AddressForm({
    own: ownAddress,
    asks: { password: true, code: true, signOn: hostile },
    typed: hostile,
    errors: { address: hostile, confirm: hostile },
  }),
  AddressLinkPage: AddressLinkPage({ pageContext, token: hostile, name: hostile, address: hostile }),
  PasswordForm: PasswordForm({
    viewer: pageContext.viewer!,
    asks: { password: true, code: true, signOn: hostile },
    errors: { current: hostile, password: hostile, code: hostile },
  }),
  NewPasswordPage: NewPasswordPage({ pageContext, token: hostile, name: hostile, rule: hostile, errors }),
  NewPasswordForm: NewPasswordForm({ token: hostile, name: hostile, rule: hostile, errors }),
  ForgotPage: ForgotPage({ pageContext, isMailOn: true, typed: hostile, errors: { address: hostile } }),
  DeleteForm: DeleteForm({
    posts: hostile,
    asks: { password: true, code: true, signOn: hostile },
    errors: { posts: hostile, confirm: hostile },
  }),
  Proof: Proof({
    label: hostile,
    asks: { password: true, code: true, signOn: hostile },
    errors: { confirm: hostile, code: hostile },
  }),
  CodeField: CodeField({ error: hostile }),
  CodePage: CodePage({ pageContext, half: hostile, next: hostile, error: hostile }),
  CodeForm: CodeForm({ half: hostile, next: hostile, error: hostile }),
  SecondFactorPage: SecondFactorPage({
    pageContext,
    viewer: pageContext.viewer!,
    state: undefined,
    isNeeded: true,
    asks: { password: true, code: true, signOn: hostile },
    app: { secret: hostile, address: hostile, qr: '<svg></svg>' },
    setUpErrors: { first: hostile, confirm: hostile, code: hostile },
  }),
  OwnDataPage: OwnDataPage({
    pageContext,
    asks: { password: true, code: true, signOn: hostile },
    errors: { confirm: hostile, code: hostile },
  }),
  PasskeysPage: PasskeysPage({
    pageContext,
    passkeys: [{ id: 1, name: hostile, createdAt: post.createdAt, usedAt: null }],
    site: { origin: 'https://board.example', name: 'board.example' },
    device: hostile,
    asks: { password: true, code: true, signOn: hostile },
    removal: { id: '1', errors: { confirm: hostile, code: hostile } },
  }),
  PasskeySignIn: PasskeySignIn({ pageContext, next: hostile }),
  SignOnLink: SignOnLink({ service: hostile, next: hostile }),
  ChoicePage: [
    ChoicePage({
      ...{ pageContext, service: hostile, half: hostile, knownAs: hostile, next: hostile, username: hostile },
      why: undefined,
      newErrors: errors,
      joinErrors: { password: hostile, code: hostile },
    }),
    ChoicePage({
      ...{ pageContext, service: hostile, half: hostile, knownAs: hostile, next: hostile, why: hostile },
      viewer: pageContext.viewer!,
      asks: { password: true, code: true, signOn: hostile },
    }),
  ].join(''),
  SignedOutPage: [
    SignedOutPage({ pageContext, service: hostile, address: hostile }),
    SignedOutPage({ pageContext, service: hostile, fault: hostile }),
  ].join(''),
  SignOnPage: [undefined, hostile]
    .map((why) =>
      SignOnPage({
        ...{ pageContext, service: hostile, why },
        signOn: { since: post.createdAt, madeAdmin: 0, madeModerator: 0 },
        asks: { password: true, code: true, signOn: hostile },
        errors: { confirm: hostile },
      }),
    )
    .join(''),
  Removal: Removal({
    ...{ to: hostile, says: hostile, saysWhat: hostile, errors: { confirm: hostile } },
    asks: { password: true, code: true, signOn: hostile },
  }),
  RecoveryCodesPage: RecoveryCodesPage({ pageContext, codes: [hostile] }),

  AddUserPage: AddUserPage({ pageContext, username: hostile, errors }),
  AddUserForm: AddUserForm({ username: hostile, errors }),
  UserByIdPage: UserByIdPage({ pageContext, member, source: 'redis' }),
  TokensPage: TokensPage({
    pageContext,
    tokens: [token],
    asks: { password: true, code: true, signOn: hostile },
    secret: hostile,
    typed: { name: hostile, scopes: ['read'], days: 90 },
    errors: { name: hostile, scopes: hostile, days: hostile },
  }),
  LogsPage: LogsPage({ pageContext, logs, filter: hostile }),
  LogRows: LogRows({ logs }),
  StatusPage: StatusPage({ pageContext, status: siteStatus, hour }),
  StatusPanel: StatusPanel({ status: siteStatus }),
  DocsPage: DocsPage({ pageContext, document }),
  ErrorPage: ErrorPage({ pageContext, refusal }),
  ErrorNote: ErrorNote({ refusal }),
  FieldError: FieldError({ of: 'title', error: hostile }),
  AddressField: AddressField({ label: hostile, address: hostile, hint: hostile, error: undefined }),
  FieldHint: FieldHint({ of: 'title', hint: hostile }),
  WhatItSaysNow: WhatItSaysNow({ text: hostile }),
  Layout: Layout({
    ...{ pageContext, title: hostile, description: hostile, feed: hostile, q: hostile },
    share: { url: hostile, image: hostile, imageAlt: hostile },
  }),
  MarketPage: MarketPage({
    ...{ pageContext, orderKey: hostile, refused: hostile, ordering, ...shop },
    listing,
  }),
  ItemCard: ItemCard({ item, orderKey: hostile, said: { refused: hostile }, ordering, ...shop }),
  OffersPage: OffersPage({
    ...{ pageContext, currency: 'EUR', offers: [listedOffer], next: 1, problem: hostile },
    query: { q: hostile, kind: 'sale', state: 'open', place: hostile, before: 7 },
  }),
  OfferPage: OfferPage({
    ...{ pageContext, currency: 'EUR', post, html: htmlOf(hostile) },
    offer: { ...listedOffer, reservedForId: 7, reservedFor: hostile },
    pictures: [{ hash: hostile, alt: hostile, width: 1, height: 1 }],
    refused: { alt: hostile, errors: { image: hostile, alt: hostile } },
    interests: [{ userId: 7, name: hostile, message: hostile, createdAt: post.createdAt }],
    ...{ said: hostile, typed: { message: hostile, error: hostile } },
  }),
  NewOfferPage: NewOfferPage({
    ...{ pageContext, categories: [category], currency: 'EUR', once: hostile, typed: typedOffer },
    errors: { ...errors, kind: hostile, price: hostile, place: hostile },
  }),
  EditOfferPage: EditOfferPage({
    ...{ pageContext, categories: [category], currency: 'EUR', typed: typedOffer, errors },
    ...{ id: 1, version: hostile, now: hostile },
  }),
  Choice: Choice({ value: hostile, says: 'For sale', chosen: hostile }),
  PictureFields: PictureFields({ alt: hostile, errors: { image: hostile, alt: hostile } }),
  PostFields: PostFields({ categories: [category], chosen: hostile, typed, errors }),
  ItemPage: ItemPage({
    ...{ pageContext, item: itemInFull, html: htmlOf(hostile), summary: hostile, orderKey: hostile },
    choices: [item, { ...item, id: 2, quantity: 0 }],
    waits: new Set<number>(),
    thread: post,
    ...{ ordering, ...shop },
  }),
  AdminItemPage: AdminItemPage({
    ...{ pageContext: adminPageContext, item: itemInFull, categories: [hostile], ...shop },
    typed: { ...itemInFull, mostEach: hostile, lowAt: hostile, post: hostile },
    variants: [item],
    variant: { typed: typedItem, errors: itemErrors },
    version: hostile,
    errors: { ...itemErrors, category: hostile, unit: hostile, description: hostile, body: hostile },
    wrong: { hash: 'a'.repeat(64), alt: hostile },
  }),
  OrdersPage: OrdersPage({
    ...{ pageContext, orders: [order], nextCursor: 1, isFirstPage: true, changeable, refused: hostile },
    ...shop,
  }),
  FollowPage: FollowPage({ pageContext, kind: 'category', subject: category, level: 'all' }),
  FollowsPage: FollowsPage({
    pageContext,
    followed: [{ kind: 'tag', subjects: [{ id: 1, name: hostile, level: 'mute' }] }],
    isRefusing: true,
  }),
  NoticeMailPage: NoticeMailPage({
    pageContext,
    chosen: { pace: 'daily', timeZone: hostile },
    isReached: false,
  }),
  UnsubscribePage: UnsubscribePage({ pageContext, token: hostile }),
  MentionList: MentionList({ members: [{ id: 1, name: hostile, avatar: null, mention: hostile }] }),
  OfflinePage: OfflinePage({ pageContext }),
  PushPage: PushPage({ pageContext, key: hostile, browsers: 2, isThis: false }),
  NoticesPage: NoticesPage({ pageContext, notices: [notice], next: 1, isFirstPage: false, isMailed: true }),
  Orders: Orders({
    orders: [order],
    nextCursor: 1,
    isAdmin: true,
    isFirstPage: false,
    firstPage: hostile,
    ...shop,
  }),
  OrderPage: OrderPage({ pageContext, order: { ...order, paidAt: null }, payment, qr: undefined, ...shop }),
  AdminOrderPage: AdminOrderPage({
    ...{ pageContext: adminPageContext, order, payment, refused: { says: hostile, reason: hostile } },
    notes: [{ isPaid: 0, reason: hostile, by: hostile, at: post.createdAt }],
    ...shop,
  }),
  SellerPage: SellerPage({
    ...{ pageContext: adminPageContext, seller, version: hostile, said: hostile },
    errors: { name: hostile, iban: hostile, address: hostile },
  }),
  OrderCard: OrderCard({ order, isAdmin: true, changeable, ...shop }),
  WhenToOrder: WhenToOrder({ ordering }),
  PickupChoice: PickupChoice({ ordering }),
  PickupOptions: PickupOptions({ pickups: shownWindow.pickups, zone: 'UTC', chosen: 1 }),
  PickupSpan: PickupSpan({ pickup: shownWindow.pickups[0]!, zone: 'UTC' }),
  TimeZones: TimeZones({ chosen: hostile }),
  PackingPage: PackingPage({ pageContext: adminPageContext, items: [packedItem], ready: 'yes', ...packed }),
  HandOverPage: HandOverPage({ pageContext: adminPageContext, ...packed }),
  ParcelCard: ParcelCard({ order: packedOrder, window: 1, currency: 'EUR' }),
  SupplierPage: SupplierPage({
    ...{ pageContext: adminPageContext, window: shownWindow, items: [packedItem], isMailOn: true },
    ...{ isPut: true, address: hostile, errors: { address: hostile } },
  }),
  WindowsPage: WindowsPage({
    ...{ pageContext: adminPageContext, windows: [shownWindow], next: hostile, isFirstPage: false },
    ...{ typed: typedWindow, errors: { name: hostile, pickups: hostile } },
  }),
  WindowPage: WindowPage({
    ...{ pageContext: adminPageContext, window: shownWindow, version: hostile },
    ...{ typed: typedWindow, errors: { 'place-0': hostile } },
  }),
  AdminPage: AdminPage({ pageContext: adminPageContext, tab: 'Items' }),
  NameSearch: NameSearch({ at: hostile, q: hostile }),
  Notice: Notice({ said: hostile, refused: hostile }),
  ItemsPage: ItemsPage({
    pageContext: adminPageContext,
    listing,
    typed: typedItem,
    errors: itemErrors,
    ...shop,
  }),
  ItemsPanel: ItemsPanel({ listing, said: hostile, ...shop }),
  ItemRow: ItemRow({ item, ...shop }),
  ItemFields: ItemFields({ of: 'new', values: typedItem, errors: itemErrors }),
  EditRow: EditRow({
    item,
    typed: typedItem,
    errors: { ...itemErrors, body: hostile },
    version: hostile,
    was: hostile,
    ...shop,
  }),
  CategoriesPage: CategoriesPage({
    pageContext: adminPageContext,
    categories: [{ ...category, version: hostile, lookVersion: hostile }],
    ...{ q: hostile, next: hostile, isFirstPage: true },
    renaming: { id: 1, typed: hostile, errors: { name: hostile } },
  }),
  CategoryLink: CategoryLink({ category }),
  CategoryList: CategoryList({ categories: [category] }),
  CategoriesPanel: CategoriesPanel({
    categories: [{ ...category, version: hostile, lookVersion: hostile }],
    ...{ q: hostile, next: hostile, isFirstPage: true },
    said: hostile,
    typed: hostile,
    errors: itemErrors,
  }),
  TextField: TextField({ of: 'body', label: 'Text', body: hostile, errors }),
  PasswordLinkPage: PasswordLinkPage({ pageContext: adminPageContext, name: hostile, link: hostile }),
  MembersPage: MembersPage({
    pageContext: adminPageContext,
    members: [account],
    nextCursor: 1,
    isFirstPage: false,
    asks: { password: true, code: true, signOn: hostile },
    q: hostile,
  }),
  OverviewPage: OverviewPage({
    pageContext: adminPageContext,
    period: { from: hostile, until: hostile, by: 'day' },
    typed: { from: hostile, until: hostile, by: hostile },
    errors: { from: hostile, until: hostile, by: hostile },
    present: { reports: 1, applications: 1, orders: 1, bytes: 1, mails: 1, failedMails: 1 },
    backups: { last: { at: '2026-11-30', bytes: 1 }, failedAt: '2026-11-30', provenAt: null },
    series: [{ kind: 'posts', points: [{ day: '2026-11-30', count: 1 }], total: 1 }],
  }),
  MailPage: MailPage({
    pageContext: adminPageContext,
    isOn: true,
    isPut: true,
    counts: { waiting: 1, sent: 1, failed: 1 },
    failed: [{ id: 1, kind: hostile, member: hostile, failedAt: post.createdAt, tries: 1, answer: hostile }],
    next: 1,
    address: hostile,
    errors: { address: hostile },
  }),
  LetterPage: LetterPage({
    letter: {
      subject: hostile,
      says: [hostile, { link: hostile, says: hostile }],
      why: hostile,
      unsubscribe: hostile,
    },
  }),
  MemberRow: MemberRow({ member: account, isSelf: false }),
  AdminOrdersPage: AdminOrdersPage({
    pageContext: adminPageContext,
    query: { q: hostile, state: 'any', paid: 'no' },
    isTooWide: true,
    isFirstPage: true,
    orders: [order],
    nextCursor: 1,
    ...shop,
  }),
  AdminPostsPage: AdminPostsPage({
    pageContext: adminPageContext,
    posts: [post],
    nextCursor: '1',
    moderated: [removal, { ...removal, what: 'moved' }, { ...removal, what: 'disable' }],
  }),
  RemovePage: RemovePage({
    pageContext: adminPageContext,
    post,
    ...refusedGrounds,
  }),
  RemoveForm: RemoveForm({ post, ...refusedGrounds }),
  GroundsFields: GroundsFields(refusedGrounds),
  RuleField: RuleField({ rules: [rule], chosen: '1', error: hostile }),
  RulesPage: RulesPage({ pageContext, rules: [rule] }),
  ReportPage: ReportPage({
    pageContext: { ...pageContext, viewer: undefined },
    ...{ reported, once: hostile, hasMail: true },
    typed: { reason: hostile, text: hostile, address: hostile, of: hostile },
    errors: { reason: hostile, text: hostile, address: hostile },
  }),
  ReportedPage: ReportedPage({ pageContext, reported }),
  QueuePage: QueuePage({
    pageContext: adminPageContext,
    applications: 1,
    waiting: [
      {
        ...{ kind: 'post', subject: 1, name: hostile, category: hostile },
        ...{ reports: 2, since: post.createdAt, first: 1 },
      },
    ],
    next: 1,
    isFirstPage: true,
    appeals: [
      { ...deed, body: hostile, appealedAt: post.createdAt, appellant: hostile, isOwn: 0 },
      { ...deed, number: 2, body: hostile, appealedAt: post.createdAt, appellant: hostile, isOwn: 1 },
    ],
    refused: { number: 1, answer: hostile, errors: { answer: hostile } },
    ...{ held: [heldText], rules: [], currency: 'EUR' },
  }),
  ThingPage: ThingPage({
    pageContext: adminPageContext,
    kind: 'post',
    thing: {
      ...{ id: 1, name: hostile, body: hostile, categoryId: 1, authorId: 1, author: hostile, isHidden: 1 },
    },
    reports: [
      {
        ...{ id: 1, kind: 'post', subject: 1, reason: 'spam', text: hostile, reporter: hostile },
        createdAt: post.createdAt,
      },
    ],
    deeds: [deed],
    notes: [{ author: hostile, body: hostile, createdAt: post.createdAt }],
    others: [hostile],
    history: [deed],
    sanctions: [{ kind: 'silence', until: post.createdAt }],
    acts: ['hide', 'move', 'silence'],
    rules: [rule],
    categories: [category],
    wanted: {
      ...{
        act: 'move',
        into: '',
        isOnFront: false,
        asks: true,
        kind: 'post',
        id: 1,
        typed: { rule: '1', reason: hostile },
      },
      ...{ until: hostile, category: hostile, seen: 1 },
    },
    errors: { rule: hostile, reason: hostile, until: hostile, category: hostile },
    says: hostile,
  }),
  Looking: Looking({ kind: 'post', id: 1, others: [hostile] }),
  AdminRulesPage: AdminRulesPage({
    pageContext: adminPageContext,
    rules: [{ ...rule, version: 'v' }],
    adding: { typed: rule, errors: { title: hostile, body: hostile } },
    changing: { id: 1, typed: rule, errors: { title: hostile, body: hostile } },
  }),
  ImportPage: ImportPage({ pageContext: adminPageContext, report, errors: { file: hostile } }),
  ImportForm: ImportForm({ report, errors: { file: hostile } }),
  FileForm: FileForm({ to: '/admin/import', title: hostile, report, errors: { file: hostile } }),
  WindowsImportPage: WindowsImportPage({ pageContext: adminPageContext, report, errors: { file: hostile } }),
  WindowsImportForm: WindowsImportForm({ report, errors: { file: hostile } }),
  PartedLine: PartedLine({ batcher: hostile }),
  Empty: Empty({ says: hostile, firstPage: hostile }),
  ModerationPage: ModerationPage({
    pageContext,
    entries: [
      {
        ...{ number: 1, act: 'hide', kind: 'post', subject: 1, reason: hostile, by: hostile },
        ...{ doneAt: post.createdAt, hash: 'a'.repeat(64) },
        ...{ rule: hostile, detail: null, until: null, refersTo: null },
      },
    ],
    nextCursor: 1,
    isFirstPage: true,
    years: [2026],
  }),
  StatementsPage: StatementsPage({
    pageContext,
    statements: [
      {
        ...{ number: 1, act: 'hide', kind: 'post', subject: 1, title: hostile, body: hostile },
        ...{ rule: hostile, reason: hostile, doneAt: post.createdAt, isUndone: 0 },
        ...{ until: post.createdAt, isAppealed: 1, answer: hostile },
        ...{ until: post.createdAt, isAppealed: 1, answer: hostile },
      },
    ],
  }),
  JoiningPage: JoiningPage({
    ...{
      pageContext: adminPageContext,
      laws: ['open', 'apply'],
      law: 'apply',
      question: hostile,
      version: 'v',
      waiting: 2,
    },
    ...{ invites: [invite], next: 1, joined: [{ invite: 1, id: 1, name: hostile }], errors },
    typed: { note: hostile, uses: hostile, days: hostile },
  }),
  GroupsPage: GroupsPage({
    ...{ pageContext: adminPageContext, hasSignOn: true, errors },
    groups: [{ id: 1, name: hostile, claim: hostile, members: 1 }],
    typed: { name: hostile, claim: hostile },
  }),
  GroupPage: GroupPage({
    ...{ pageContext: adminPageContext, hasSignOn: true, errors, next: undefined, member: hostile },
    version: hostile,
    group: { id: 1, name: hostile, claim: hostile, members: 1 },
    members: [{ id: 1, name: hostile, byHand: 1, byClaim: 1, since: post.createdAt }],
    typed: { name: hostile, claim: hostile },
  }),
  DoorPage: DoorPage({
    ...{ pageContext: adminPageContext, category, errors },
    version: hostile,
    rights: { readBy: 'groups', writeBy: 'groups', readers: [1], writers: [1] },
    groups: [{ id: 1, name: hostile, claim: hostile, members: 1 }],
  }),
  FeedsPage: FeedsPage({ pageContext, madeAt: post.createdAt, address: hostile }),
  InviteMadePage: InviteMadePage({ pageContext: adminPageContext, invite, link: hostile }),
  ApplicationsPage: ApplicationsPage({
    pageContext: adminPageContext,
    applications: [
      {
        ...{ id: 1, name: hostile, question: hostile, answer: hostile, hasAddress: 1 as const },
        appliedAt: post.createdAt,
      },
    ],
    refused: { id: 1, reason: hostile },
  }),
  ModeratorsPage: ModeratorsPage({
    pageContext: adminPageContext,
    moderators: [{ id: 1, name: hostile, categoryId: 1, category: hostile, madeAt: post.createdAt }],
    ...{ next: hostile, query: { q: hostile, after: hostile } },
    categories: [category],
    typed: { name: hostile, category: '1' },
    asks: { password: true, code: true, signOn: hostile },
    errors: { user: hostile, category: hostile, confirm: hostile, code: hostile },
  }),
  AuditPage: AuditPage({
    pageContext,
    audit: {
      ...{ answered: 1, waiting: 1, applied: 1, batches: 1, drift: 0, lastBatch: batch, batchers: [stats] },
      ...{ silent: 1, recount },
    },
  }),
  HistoryPage: HistoryPage({
    pageContext,
    post,
    history: { additions: [{ ...batch, added: 1 }], folded: [{ ...batch, added: 1 }] },
  }),
})
const drawn = { en: draw(), ar: speaking('ar', draw) }

/** These show numbers, times and what we wrote ourselves. */
const withoutText = [
  'SignInToOrder',
  'LastHour',
  'BackupFacts',
  'ApplicationsWaiting',
  'Clock',
  'Buttons',
  'Avatar',
  'Columns',
  'CommentsTitle',
  'ConfirmForm',
  'Drawing',
  'Edited',
  'FollowLink',
  'Grid',
  'LikeButton',
  'LikeForm',
  'LinkTo',
  'LinkToItself',
  'Moment',
  'MomentIn',
  'Money',
  'Paid',
  'PaidOrNot',
  'NoDefault',
  'Pager',
  'Password',
  'Phrase',
  'Plot',
  'ReportLink',
  'RestoreForm',
  'SortTabs',
  'Tabs',
  'TextHelp',
  'When',
  ...['Marks', 'Price'],
  'OwnLanguage',
  'WindowLinks',
]

test('the check itself finds what it looks for', () => {
  expect(runnable(`<p>${hostile}</p>`)).toEqual(['script', 'img onerror'])
})

test('no view is left out', () => {
  const views = projectFiles()
    .filter(({ path }) => /^views\/.*\.tsx$/.test(path))
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

const browser = new Window()
const attributesOf = (markup: string) =>
  [...new browser.DOMParser().parseFromString(markup, 'text/html').querySelectorAll('*')].flatMap((element) =>
    [...element.attributes].map(({ name, value }) => ({
      of: `${element.tagName} ${name}`,
      value: `${value}`,
    })),
  )

/** In an address it is written in another way, which a browser undoes. */
const isWhole = (value: string) =>
  [value, decodeURIComponent(value.replaceAll('+', ' '))].some((each) => each.includes(hostile))

test.each(Object.keys(drawn.en))('%s gives a browser in attributes exactly what people typed', (view) => {
  const said = [drawn.en[view], drawn.ar[view]]
    .flatMap((markup) => attributesOf(String(markup)))
    .filter(({ value }) => value.includes('alert(1)'))

  expect(said.filter(({ value }) => !isWhole(value))).toEqual([])
})

test('most views say in attributes what people typed, so that the check above has something to find', () => {
  const saying = Object.values(drawn.en).filter((markup) =>
    attributesOf(String(markup)).some(({ value }) => isWhole(value)),
  )

  expect(saying.length).toBeGreaterThan(40)
})
