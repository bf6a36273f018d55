import type { AnyElysia } from 'elysia'
import { accountPages } from './accounts/account-routes.ts'
import { addressLinks } from './accounts/address-routes.ts'
import { accountsApi } from './accounts/api.ts'
import { passwordLinks } from './accounts/password-link-routes.ts'
import { recovery } from './accounts/recovery-routes.ts'
import { accounts } from './accounts/routes.ts'
import type { TokenRule } from './accounts/scopes.ts'
import { signUps } from './accounts/sign-up-routes.ts'
import { tokenPages } from './accounts/token-routes.ts'
import { acts, actsUsers } from './acts/routes.ts'
import { announcements } from './announcements/routes.ts'
import { audit } from './audit/routes.ts'
import { categoriesApi } from './categories/api.ts'
import { categoriesAdmin, categoryPages } from './categories/routes.ts'
import { commentsAdmin } from './comments/admin-routes.ts'
import { commentsApi } from './comments/api.ts'
import { comments } from './comments/routes.ts'
import type { Context } from './context.ts'
import { feeds } from './feeds/routes.ts'
import { secretFeeds } from './feeds/secret-routes.ts'
import { follows } from './follows/routes.ts'
import { groups } from './groups/routes.ts'
import { logs } from './health/logs.ts'
import { health } from './health/routes.ts'
import { status } from './health/status.ts'
import { held } from './held/routes.ts'
import { robots } from './http/robots.ts'
import { installed } from './installed/routes.ts'
import { applicationsAdmin } from './joining/application-routes.ts'
import { joining } from './joining/routes.ts'
import { languageForm } from './language/routes.ts'
import { likes } from './likes/routes.ts'
import { live } from './live/routes.ts'
import { itemAdmin } from './market/details-routes.ts'
import { stockImport } from './market/import-routes.ts'
import { shop } from './market/routes.ts'
import { stockApi } from './market/stock-api.ts'
import { stockPages } from './market/stock-routes.ts'
import { stockWaits } from './market/wait-routes.ts'
import { addUserForm, userById } from './members/by-id.ts'
import { memberPages } from './members/routes.ts'
import { mentions } from './mentions/routes.ts'
import { lookAdmin } from './moderation/look-routes.ts'
import { mailAdmin } from './moderation/mail-routes.ts'
import { membersAdmin } from './moderation/member-routes.ts'
import { newcomersAdmin } from './moderation/newcomer-routes.ts'
import { moderationLog } from './moderation-log/routes.ts'
import { moderators } from './moderators/routes.ts'
import { noticeMails } from './notice-mails/routes.ts'
import { notices } from './notices/routes.ts'
import { offersApi } from './offers/api.ts'
import { offerEditing } from './offers/edit-routes.ts'
import { offersExport } from './offers/export-routes.ts'
import { offers } from './offers/routes.ts'
import { oldAddresses } from './old-addresses/routes.ts'
import { openapi } from './openapi/routes.ts'
import { windowsAdmin } from './order-windows/admin-routes.ts'
import { windowsAdminApi } from './order-windows/api.ts'
import { windowsFile } from './order-windows/file-routes.ts'
import { marketFollows, windowsApi } from './order-windows/routes.ts'
import { ordersAdmin } from './orders/admin-routes.ts'
import { ordersExport } from './orders/export-routes.ts'
import { readOrders, writeOrders } from './orders/routes.ts'
import { overview } from './overview/routes.ts'
import { ownDataPages } from './own-data/routes.ts'
import { pickupCalendar } from './packing/calendar-routes.ts'
import { packing } from './packing/routes.ts'
import { passkeys } from './passkeys/routes.ts'
import { paymentsAdmin } from './payments/admin-routes.ts'
import { payments } from './payments/routes.ts'
import { sellerAdmin } from './payments/seller-routes.ts'
import { pictures } from './pictures/routes.ts'
import type { Role } from './platform/config.ts'
import { postHiding, postsAdmin } from './posts/admin-routes.ts'
import { postsApi } from './posts/api.ts'
import { postEditing } from './posts/edit-routes.ts'
import { posts } from './posts/routes.ts'
import { push } from './push/routes.ts'
import { queue } from './queue/routes.ts'
import { reports } from './reports/routes.ts'
import { rulePages, rulesAdmin } from './rules/routes.ts'
import { searchPage } from './search/routes.ts'
import { secondFactor } from './second-factor/routes.ts'
import { look } from './settings/routes.ts'
import { singleSignOn } from './single-sign-on/routes.ts'
import { sitemap } from './sitemap/routes.ts'
import { statements } from './statements/routes.ts'
import { unread } from './unread/routes.ts'

/**
 * Who may call a route. `owner`: the member whose thing it is, and for some things who keeps order there.
 * `keeper`: moderators of any category, who are shown theirs, and admins.
 * `moderator`: a moderator of the thing's category or of the whole board, and admins. `token`: whoever
 * sends a member's token while ACTS_API is closed. LIKES, LOGS and CATEGORIES may narrow or widen what stands
 * here.
 */
export type Who = 'everyone' | 'member' | 'owner' | 'keeper' | 'moderator' | 'admin' | 'token'

/**
 * A feature, the replicas that serve it, and its routes by who may call them: `METHOD /path` with commas
 * between.
 */
export type Part = {
  pool: Role | 'all'
  feature: (context: Context) => AnyElysia
  /**
   * What its routes ask of a token where that is not `read` for reading, `write` for writing and `moderate`
   * for what admins or moderators alone write: another scope for writing, or that no token writes
   * (`session`), or that none even reads (`session alone`).
   */
  tokens?: 'market' | 'session' | 'session alone'
  /** Those of its routes that strangers may call on a closed board, too (READ=members): else none. */
  atTheDoor?: 'all' | string
} & Partial<Record<Who, string>>

/** The whole site but for the API's own document, in the order of the menu. */
const features: Part[] = [
  {
    pool: 'all',
    feature: health,
    atTheDoor: 'all',
    everyone: 'GET /up, GET /ready, GET /metrics, GET /static/:name, GET /favicon.ico',
  },
  { pool: 'all', feature: logs, admin: 'GET /logs' },
  // Whatever is read, and what members write.
  {
    pool: 'web',
    feature: posts,
    everyone: 'GET /, GET /c/:category, GET /categories/:id, GET /tags/:tag',
    member: 'POST /posts',
    owner: 'POST /posts/:id/remove',
  },
  { pool: 'web', feature: categoryPages, everyone: 'GET /categories' },
  {
    pool: 'web',
    feature: categoriesApi,
    everyone: 'GET /api/categories, GET /api/categories/:name',
    member: 'POST /api/categories',
    admin: 'DELETE /api/categories/:name',
  },
  { pool: 'web', feature: postEditing, owner: 'GET /posts/:id/edit, POST /posts/:id/edit' },
  {
    pool: 'web',
    feature: postsApi,
    everyone: 'GET /api/posts, GET /api/posts/:id, GET /api/posts/:id/body',
    member: 'POST /api/posts',
    owner: 'PATCH /api/posts/:id, DELETE /api/posts/:id',
  },
  {
    pool: 'web',
    feature: comments,
    everyone: 'GET /posts/:id, GET /comments/:id, GET /comments/:id/replies',
    member: 'POST /posts/:id/comments, GET /comments/:id/reply',
    owner: 'GET /comments/:id/edit, POST /comments/:id/edit, POST /comments/:id/remove',
  },
  {
    pool: 'web',
    feature: commentsApi,
    everyone: 'GET /api/posts/:id/comments, GET /api/comments/:id',
    member: 'POST /api/posts/:id/comments',
    owner: 'PATCH /api/comments/:id, DELETE /api/comments/:id',
  },
  {
    pool: 'web',
    feature: memberPages,
    everyone: 'GET /users/:name, GET /avatars/:name',
    member: 'POST /avatar, POST /avatar/remove',
  },
  { pool: 'web', feature: mentions, member: 'GET /mentions' },
  {
    pool: 'web',
    feature: notices,
    member: 'GET /notices, POST /notices/read, GET /api/notices, POST /api/notices/read',
  },
  {
    pool: 'web',
    feature: noticeMails,
    atTheDoor: 'GET /unsubscribe/:token, POST /unsubscribe/:token',
    everyone: 'GET /unsubscribe/:token, POST /unsubscribe/:token',
    member: 'GET /notices/mail, POST /notices/mail, GET /api/notices/mail, PUT /api/notices/mail',
  },
  {
    pool: 'web',
    feature: push,
    tokens: 'session alone',
    member: 'GET /notices/push, POST /notices/push, POST /notices/push/remove',
  },
  {
    pool: 'web',
    feature: installed,
    atTheDoor: 'all',
    everyone: 'GET /manifest.webmanifest, GET /worker.js, GET /offline',
  },
  {
    pool: 'web',
    feature: unread,
    member: 'POST /unread/read, GET /api/unread, POST /api/unread/read',
  },
  {
    pool: 'web',
    feature: follows,
    member: [
      'GET /follows, POST /follows/threads, GET /follows/:kind/:id, POST /follows/:kind/:id',
      'GET /api/follows, PUT /api/follows/:kind/:id, DELETE /api/follows/:kind/:id',
    ].join(', '),
  },
  {
    pool: 'web',
    feature: announcements,
    owner: 'GET /announcements/:id, GET /api/announcements/:id, GET /api/announcements/:id/missing',
    member: 'POST /announcements/:id/confirm, POST /api/announcements/:id/confirm',
  },
  { pool: 'web', feature: userById, everyone: 'GET /user/:id' },
  {
    pool: 'web',
    feature: oldAddresses,
    everyone: [
      'GET /viewtopic.php, GET /viewforum.php, GET /memberlist.php, GET /d/:id, GET /d/:id/:number',
      'GET /u/:name, GET /t/:first, GET /t/:first/:second, GET /t/:first/:second/:third, GET /p/:id',
      'GET /tag/:slug, GET /topic/:id, GET /topic/:id/:slug, GET /topic/:id/:slug/:place, GET /post/:id',
      'GET /category/:id, GET /category/:id/:slug, GET /uid/:id, GET /c/:category/:second',
      'GET /c/:category/:second/:third, GET /:folder/viewtopic.php, GET /:folder/viewforum.php',
      'GET /:folder/memberlist.php, GET /:folder/d/:id, GET /:folder/d/:id/:number',
      'GET /:folder/u/:name, GET /:folder/t/:first, GET /:folder/t/:first/:second',
      'GET /:folder/t/:first/:second/:third, GET /:folder/p/:id, GET /:folder/tag/:slug',
      'GET /:folder/topic/:id, GET /:folder/topic/:id/:slug, GET /:folder/topic/:id/:slug/:place',
      'GET /:folder/post/:id, GET /:folder/category/:id, GET /:folder/category/:id/:slug',
      'GET /:folder/uid/:id, GET /:folder/c/:category/:second, GET /:folder/c/:category/:second/:third',
      'GET /:folder/user/:name',
    ].join(', '),
  },
  { pool: 'web', feature: searchPage, everyone: 'GET /search' },
  {
    pool: 'web',
    feature: feeds,
    everyone: [
      'GET /feed, GET /c/:category/feed, GET /users/:name/feed, GET /tags/:tag/feed, GET /posts/:id/feed',
    ].join(', '),
  },
  {
    pool: 'web',
    feature: secretFeeds,
    atTheDoor: 'GET /feeds/:token, GET /feeds/:token/:category',
    tokens: 'session',
    everyone: 'GET /feeds/:token, GET /feeds/:token/:category',
    member: 'GET /feeds, POST /feeds',
  },
  { pool: 'web', feature: pictures, everyone: 'GET /images/:name' },
  {
    pool: 'web',
    feature: likes,
    everyone: [
      'POST /posts/:id/likes, POST /api/posts/:id/likes, PUT /api/posts/:id/likes/mine',
      'DELETE /api/posts/:id/likes/mine',
    ].join(', '),
  },
  { pool: 'web', feature: live, everyone: 'GET /live' },
  {
    pool: 'web',
    feature: shop,
    everyone: 'GET /market, GET /market/:id, GET /api/items, GET /api/items/:id',
  },
  {
    pool: 'web',
    feature: pickupCalendar,
    owner: 'GET /market/orders/:id/pickup.ics',
  },
  // Before the orders, which their address is like.
  {
    pool: 'web',
    feature: windowsApi,
    member: 'GET /api/orders/windows, GET /api/orders/windows/:id, GET /api/orders/windows/follow',
  },
  {
    pool: 'web',
    feature: offers,
    everyone: 'GET /offers, GET /offers/:id',
    member: 'GET /offers/new, POST /offers, POST /offers/:id/interest, POST /offers/:id/interest/remove',
    owner: 'POST /offers/:id/state, POST /offers/:id/pictures, POST /offers/:id/pictures/:hash',
  },
  {
    pool: 'web',
    feature: offersApi,
    everyone: 'GET /api/offers, GET /api/offers/:id',
    member: 'POST /api/offers, PUT /api/offers/:id/interest, DELETE /api/offers/:id/interest',
    owner: [
      'PATCH /api/offers/:id, DELETE /api/offers/:id, POST /api/offers/:id/pictures',
      'GET /api/offers/:id/interests',
    ].join(', '),
  },
  { pool: 'web', feature: offerEditing, owner: 'GET /offers/:id/edit, POST /offers/:id/edit' },
  {
    pool: 'web',
    feature: readOrders,
    member: 'GET /market/orders, GET /api/orders',
    owner: 'GET /api/orders/:id',
  },
  {
    pool: 'web',
    feature: payments,
    owner: [
      'GET /market/orders/:id, GET /market/orders/:id/invoice.pdf, GET /market/orders/:id/credit-note.pdf',
      'GET /market/orders/:id/receipt.pdf, GET /api/orders/:id/invoice',
    ].join(', '),
  },
  { pool: 'web', feature: rulePages, atTheDoor: 'all', everyone: 'GET /rules, GET /api/rules' },
  {
    pool: 'web',
    feature: reports,
    everyone: 'GET /reports/:kind/:id, POST /reports/:kind/:id, POST /api/reports',
  },
  {
    pool: 'web',
    feature: statements,
    member: 'GET /statements, GET /api/statements, POST /statements/:number/appeal',
  },
  {
    pool: 'web',
    feature: held,
    member: 'GET /held, GET /api/held, POST /held/:id/remove',
    keeper: 'POST /held/:id, POST /api/held/:id',
  },
  // Before the years of the log, which its address is like.
  {
    pool: 'admin',
    feature: queue,
    keeper: [
      'GET /moderation/queue, POST /moderation/queue/appeals/:number, GET /api/moderation/reports',
      'POST /api/moderation/actions',
    ].join(', '),
    moderator: [
      'GET /moderation/queue/:kind/:id, GET /moderation/queue/:kind/:id/looks',
      'POST /moderation/queue/:kind/:id, POST /moderation/queue/:kind/:id/notes',
    ].join(', '),
  },
  {
    pool: 'web',
    feature: moderationLog,
    everyone: 'GET /moderation, GET /moderation/feed, GET /moderation/:year',
  },
  {
    pool: 'web',
    feature: audit,
    everyone: 'GET /api/audit, GET /audit, POST /audit/recount, GET /audit/posts/:id',
  },
  {
    pool: 'web',
    feature: status,
    atTheDoor: 'GET /inner/pulses, PUT /inner/status',
    admin: 'GET /status, GET /api/status',
    everyone: 'GET /inner/pulses, PUT /inner/status',
  },
  {
    pool: 'web',
    feature: look,
    atTheDoor: 'all',
    everyone: 'GET /imprint, GET /theme/:name, GET /logos/:name',
  },
  { pool: 'web', feature: robots, atTheDoor: 'all', everyone: 'GET /robots.txt' },
  {
    pool: 'web',
    feature: sitemap,
    everyone: 'GET /sitemap.xml, GET /sitemap/lists.xml, GET /sitemap/:name',
  },
  { pool: 'web', feature: languageForm, atTheDoor: 'all', everyone: 'POST /language' },
  {
    pool: 'web',
    feature: acts,
    everyone: [
      'GET /api/v1/categories, GET /api/v1/categories/:name/acts, GET /api/v1/categories/:name/acts/size',
      'GET /api/v1/acts/count, GET /api/v1/list_act_user/:username, GET /api/v1/_count',
      'GET /api/v1/_health',
    ].join(', '),
    token: [
      'POST /api/v1/categories, DELETE /api/v1/categories/:name, POST /api/v1/acts',
      'DELETE /api/v1/acts/:actId, POST /api/v1/acts/upvote, DELETE /api/v1/_count',
    ].join(', '),
  },
  // Whatever hashes passwords, in a pool of its own, so that it delays nobody.
  {
    pool: 'accounts',
    feature: actsUsers,
    everyone: 'GET /api/v1/users, POST /api/v1/validate_user, GET /api/v1/_count, GET /api/v1/_health',
    token: 'POST /api/v1/users, DELETE /api/v1/users/:username, DELETE /api/v1/_count',
  },
  {
    pool: 'accounts',
    feature: accounts,
    atTheDoor: 'all',
    everyone: 'GET /login, POST /login, POST /login/code, POST /session/end',
  },
  {
    pool: 'accounts',
    feature: signUps,
    atTheDoor: 'all',
    everyone: 'GET /signup, POST /signup, GET /invites/:token',
  },
  {
    pool: 'accounts',
    feature: applicationsAdmin,
    tokens: 'session',
    admin: 'GET /applications, POST /applications/:id/accept, POST /applications/:id/refuse',
  },
  {
    pool: 'accounts',
    feature: accountPages,
    tokens: 'session alone',
    member: [
      'GET /account, POST /account/confirm, POST /account/password, POST /account/sessions/end',
      'POST /account/sessions/:token/end, POST /account/delete',
      'POST /account/address, POST /account/address/remove',
    ].join(', '),
  },
  {
    pool: 'accounts',
    feature: ownDataPages,
    tokens: 'session alone',
    member: 'GET /account/data, POST /account/data',
  },
  {
    pool: 'accounts',
    feature: secondFactor,
    tokens: 'session alone',
    member: [
      'GET /account/second-factor, GET /account/second-factor/app, POST /account/second-factor',
      'POST /account/second-factor/codes, POST /account/second-factor/off',
    ].join(', '),
  },
  {
    pool: 'accounts',
    feature: passkeys,
    atTheDoor: 'POST /login/passkey, POST /login/passkey/options',
    tokens: 'session alone',
    everyone: 'POST /login/passkey, POST /login/passkey/options',
    member: [
      'GET /account/passkeys, POST /account/passkeys, POST /account/passkeys/options',
      'POST /account/passkeys/:id/remove',
    ].join(', '),
  },
  {
    pool: 'accounts',
    feature: singleSignOn,
    atTheDoor: [
      'GET /login/single-sign-on, GET /login/single-sign-on/back, GET /login/single-sign-on/out',
      'POST /login/single-sign-on/new, POST /login/single-sign-on/join',
    ].join(', '),
    tokens: 'session alone',
    everyone: [
      'GET /login/single-sign-on, GET /login/single-sign-on/back, GET /login/single-sign-on/out',
      'POST /login/single-sign-on/new, POST /login/single-sign-on/join',
    ].join(', '),
    member: 'GET /account/single-sign-on, POST /account/single-sign-on, POST /account/single-sign-on/remove',
  },
  { pool: 'accounts', feature: recovery, atTheDoor: 'all', everyone: 'GET /forgot, POST /forgot' },
  {
    pool: 'accounts',
    feature: addressLinks,
    atTheDoor: 'all',
    everyone: 'GET /address/:token, POST /address/:token',
  },
  {
    pool: 'accounts',
    feature: passwordLinks,
    atTheDoor: 'all',
    everyone: 'GET /password/:token, POST /password/:token',
  },
  {
    pool: 'accounts',
    feature: tokenPages,
    tokens: 'session alone',
    member: 'GET /tokens, POST /tokens',
    owner: 'POST /tokens/:id/revoke',
  },
  { pool: 'accounts', feature: addUserForm, everyone: 'GET /add_user, POST /add_user' },
  {
    pool: 'accounts',
    feature: accountsApi,
    atTheDoor: 'POST /api/users, POST /api/session, DELETE /api/session',
    tokens: 'session',
    everyone: 'GET /api/users, POST /api/users, GET /api/users/:name, POST /api/session, DELETE /api/session',
    member: 'GET /api/session, GET /api/tokens, POST /api/tokens',
    owner: 'DELETE /api/users/:name, DELETE /api/tokens/:id',
  },
  // The one pool whose database account may write the market.
  {
    pool: 'admin',
    feature: stockPages,
    tokens: 'market',
    admin: [
      'GET /admin, POST /admin/items, GET /admin/items/:id, GET /admin/items/:id/edit',
      'POST /admin/items/:id, POST /admin/items/:id/remove',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: stockApi,
    tokens: 'market',
    admin: [
      'POST /api/items, PATCH /api/items/:id, DELETE /api/items/:id',
      'POST /api/items/:id/pictures, PUT /api/items/:id/pictures',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: itemAdmin,
    tokens: 'market',
    admin: [
      'GET /admin/items/:id/details, POST /admin/items/:id/details, POST /admin/items/:id/pictures',
      'POST /admin/items/:id/pictures/:hash, POST /admin/items/:id/variants',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: stockImport,
    tokens: 'market',
    admin: 'GET /admin/items.csv, GET /admin/import, POST /admin/import',
  },
  {
    pool: 'admin',
    feature: stockWaits,
    tokens: 'market',
    member: 'POST /market/:id/wait, PUT /api/items/:id/wait, DELETE /api/items/:id/wait',
  },
  {
    pool: 'admin',
    feature: marketFollows,
    tokens: 'market',
    member: 'POST /market/windows, PUT /api/orders/windows/follow',
  },
  {
    pool: 'admin',
    feature: writeOrders,
    tokens: 'market',
    member: 'POST /market/orders, POST /api/orders',
    owner: 'POST /market/orders/:id, POST /market/orders/:id/cancel, PATCH /api/orders/:id',
  },
  {
    pool: 'admin',
    feature: ordersAdmin,
    tokens: 'market',
    admin: 'GET /admin/orders, POST /admin/orders/:id/complete, POST /admin/orders/:id/cancel',
  },
  {
    pool: 'admin',
    feature: windowsAdminApi,
    tokens: 'market',
    admin: ['POST /api/orders/windows, PATCH /api/orders/windows/:id', 'DELETE /api/orders/windows/:id'].join(
      ', ',
    ),
  },
  { pool: 'admin', feature: ordersExport, tokens: 'market', admin: 'GET /admin/orders.csv' },
  { pool: 'admin', feature: offersExport, tokens: 'market', admin: 'GET /admin/offers.csv' },
  {
    pool: 'admin',
    feature: paymentsAdmin,
    tokens: 'market',
    admin: [
      'GET /admin/orders/:id, POST /admin/orders/:id/paid, POST /admin/orders/:id/unpaid',
      'POST /admin/orders/:id/invoice, PUT /api/orders/:id/payment, POST /api/orders/:id/invoice',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: sellerAdmin,
    tokens: 'session',
    admin: 'GET /admin/payment, POST /admin/payment',
  },
  {
    pool: 'admin',
    feature: windowsAdmin,
    tokens: 'market',
    admin: [
      'GET /admin/windows, POST /admin/windows, GET /admin/windows/:id, POST /admin/windows/:id',
      'POST /admin/windows/:id/close, POST /admin/windows/:id/remove',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: windowsFile,
    tokens: 'market',
    admin: 'GET /admin/windows.csv, GET /admin/windows/import, POST /admin/windows/import',
  },
  {
    pool: 'admin',
    feature: packing,
    tokens: 'market',
    admin: [
      'GET /admin/windows/:id/packing, GET /admin/windows/:id/hand-over',
      'POST /admin/windows/:id/ready',
      'POST /admin/windows/:id/hand-over/:order, GET /admin/windows/:id/supplier',
      'GET /admin/windows/:id/supplier.csv, POST /admin/windows/:id/supplier',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: categoriesAdmin,
    admin: [
      'GET /admin/categories, POST /admin/categories, POST /admin/categories/:id/rename',
      'POST /admin/categories/:id/describe, POST /admin/categories/:id/remove',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: membersAdmin,
    tokens: 'session',
    admin: 'GET /admin/members, POST /admin/members/:id, POST /admin/members/:id/password-link',
  },
  {
    pool: 'admin',
    feature: moderators,
    tokens: 'session',
    admin: [
      'GET /admin/moderators, POST /admin/moderators, POST /admin/moderators/:id/remove',
      'GET /api/moderators, PUT /api/moderators/:id, DELETE /api/moderators/:id',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: groups,
    tokens: 'session',
    admin: [
      'GET /admin/groups, POST /admin/groups, GET /admin/groups/:id, POST /admin/groups/:id',
      'POST /admin/groups/:id/remove, POST /admin/groups/:id/members',
      'POST /admin/groups/:id/members/:user/remove',
      'GET /admin/categories/:id/door, POST /admin/categories/:id/door',
      'GET /api/groups, POST /api/groups, DELETE /api/groups/:id, GET /api/groups/:id/members',
      'PUT /api/groups/:id/members/:user, DELETE /api/groups/:id/members/:user',
      'GET /api/doors, PUT /api/doors/:category',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: joining,
    tokens: 'session',
    admin: [
      'GET /admin/joining, POST /admin/joining, POST /admin/invites, POST /admin/invites/:id/withdraw',
      'GET /api/invites, POST /api/invites, DELETE /api/invites/:id',
    ].join(', '),
  },
  {
    pool: 'admin',
    feature: rulesAdmin,
    admin: [
      'GET /admin/rules, POST /admin/rules, POST /admin/rules/:id, POST /admin/rules/:id/move',
      'POST /admin/rules/:id/remove, PUT /api/moderation/rules',
    ].join(', '),
  },
  { pool: 'admin', feature: postsAdmin, admin: 'GET /admin/posts' },
  {
    pool: 'admin',
    feature: postHiding,
    moderator: [
      'GET /admin/posts/:id/remove, POST /admin/posts/:id/remove, POST /admin/posts/:id/restore',
    ].join(', '),
  },
  { pool: 'admin', feature: overview, admin: 'GET /admin/overview' },
  {
    pool: 'admin',
    feature: newcomersAdmin,
    admin: [
      'GET /admin/newcomers, POST /admin/newcomers, GET /api/moderation/newcomers',
      'PUT /api/moderation/newcomers',
    ].join(', '),
  },
  { pool: 'admin', feature: lookAdmin, tokens: 'session', admin: 'GET /admin/site, POST /admin/site' },
  {
    pool: 'admin',
    feature: mailAdmin,
    admin: 'GET /admin/mail, POST /admin/mail/test, POST /admin/mail/send, POST /admin/mail/:id/send',
  },
  {
    pool: 'admin',
    feature: commentsAdmin,
    moderator: [
      'GET /admin/comments/:id/remove, POST /admin/comments/:id/remove',
      'POST /admin/comments/:id/restore',
    ].join(', '),
  },
]

export const site: Part[] = [
  ...features,
  {
    pool: 'web',
    feature: (context) =>
      openapi(
        context,
        features.map(({ feature }) => feature),
        rulesOf(features),
      ),
    everyone: 'GET /api/openapi.json, GET /api/docs',
  },
]

export type Route = { pool: Part['pool']; method: string; path: string; who: Who; token: TokenRule }

const routesOf = ({ pool, feature: _, tokens, atTheDoor: __, ...byWho }: Part): Route[] =>
  Object.entries(byWho).flatMap(([who, text]) =>
    text.split(', ').map((route) => {
      const [method = '', path = ''] = route.split(' ')
      return { pool, method, path, who: who as Who, token: ruleOf(tokens, method, who as Who) }
    }),
  )

function ruleOf(tokens: Part['tokens'], method: string, who: Who): TokenRule {
  if (tokens === 'session alone') return 'session'
  if (method === 'GET') return who === 'everyone' ? 'nothing' : 'read'
  return tokens ?? (['admin', 'moderator', 'keeper'].includes(who) ? 'moderate' : 'write')
}

const rulesOf = (parts: Part[]) =>
  new Map(parts.flatMap(routesOf).map(({ method, path, token }) => [`${method} ${path}`, token]))

/** Every route of the site. */
export const routes: Route[] = site.flatMap(routesOf)

const rules = rulesOf(site)

/** What a route asks of a token. */
export const tokenRuleOf = (method: string, path: string): TokenRule =>
  rules.get(`${method === 'HEAD' ? 'GET' : method} ${path}`) ?? 'session'

/** Routes that strangers may call on a closed board, too. */
export const routesAtTheDoor: Pick<Route, 'method' | 'path'>[] = site.flatMap((part) => {
  if (part.atTheDoor === undefined || part.atTheDoor === 'all') return part.atTheDoor ? routesOf(part) : []
  return part.atTheDoor.split(', ').map((route) => {
    const [method = '', path = ''] = route.split(' ')
    return { method, path }
  })
})
