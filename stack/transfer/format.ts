import { FormatRegistry, type Static, type TObject, type TSchema, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'

/**
 * What `./agora export` writes and `./agora import agora` reads; docs/export.md has it in prose, and
 * docs/export.schema.json is made of this file. What an older program would misread raises `version`.
 */
export const version = 1
export const aboutName = 'agora.json'

FormatRegistry.Set('date-time', isTime)

/** UTC, as in 2026-11-29T20:15:00.000Z. */
function isTime(text: string): boolean {
  const isShaped = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)
  return isShaped && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text
}

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const time = Type.String({ format: 'date-time' })
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
const hex = (bytes: number) => Type.String({ pattern: `^(?:[0-9a-f]{2}){1,${bytes}}$` })
const name = Type.String({ minLength: 1 })
const text = (longest: number) => Type.String({ maxLength: longest })
const price = Type.String({ pattern: '^\\d{1,7}(?:\\.\\d{1,4})?$' })
const quantity = Type.Integer({ minimum: 0, maximum: 1_000_000 })
const uuid = '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
const maybe = Type.Optional
/** Where it stood on the board that it came from, where that had more than its number in the address. */
const path = maybe(text(300))
const strictly = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })
const shownPicture = strictly({
  hash,
  alt: text(300),
  width: Type.Integer({ minimum: 1, maximum: 100_000 }),
  height: Type.Integer({ minimum: 1, maximum: 100_000 }),
})

/** What can be reported, and noted of. */
export const ofSubject: Record<string, 'posts' | 'comments' | 'items' | 'members'> = {
  post: 'posts',
  comment: 'comments',
  item: 'items',
  member: 'members',
}

const programs = ['phpbb', 'flarum', 'discourse', 'nodebb'].map((each) => Type.Literal(each))

/** What may have stood on a board of another program, by the kind of line that it is here. */
export const ofPlace: Record<string, 'members' | 'categories' | 'posts' | 'comments'> = {
  ...{ members: 'members', categories: 'categories', posts: 'posts', comments: 'comments' },
  /** The text of a post, where those had numbers among the answers. */
  openers: 'posts',
}

const aboutSchema = strictly({
  format: Type.Literal('agora-board'),
  version: Type.Literal(version),
  /** The board's own id: what came from it is known when it comes again. */
  board: Type.String({ pattern: uuid }),
  /** The program of the board, where that is another one: its numbers are those of that board. */
  from: maybe(Type.Union(programs)),
  /** The release that wrote the file. */
  agora: Type.String(),
  madeAt: time,
})

/** Lines of each kind, in the order in which they stand in the file: none names one that comes later. */
export const lineSchemas = {
  members: strictly({
    id,
    name,
    passwordHash: maybe(text(255)),
    role: Type.Union([Type.Literal('member'), Type.Literal('admin')]),
    createdAt: time,
    disabledAt: maybe(time),
    /** The one that they chose. */
    language: maybe(text(10)),
    /** Until when they may not write, or do nothing at all. */
    sanctions: maybe(
      Type.Array(
        strictly({ kind: Type.Union([Type.Literal('silence'), Type.Literal('suspend')]), until: time }),
      ),
    ),
    /** A file in `avatars/`. */
    avatar: maybe(hash),
    address: maybe(strictly({ address: text(254), language: text(10), refusedAt: maybe(time) })),
    secondFactor: maybe(
      strictly({ secret: Type.String({ pattern: '^[A-Z2-7]{32}$' }), lastStep: count, createdAt: time }),
    ),
    recoveryCodes: maybe(Type.Array(hash)),
    passkeys: maybe(
      Type.Array(
        strictly({
          name: text(60),
          credentialId: hex(1_023),
          publicKey: hex(4_000),
          counter: count,
          createdAt: time,
          usedAt: maybe(time),
        }),
      ),
    ),
    singleSignOn: maybe(strictly({ identity: hash, madeAdmin: Type.Boolean(), createdAt: time })),
    /** How often notices come by mail, and where it is how late. */
    mails: maybe(
      strictly({
        pace: Type.Union(['soon', 'daily', 'weekly', 'never'].map((each) => Type.Literal(each))),
        timeZone: text(64),
      }),
    ),
    /** Writing in a thread does not make them follow it. */
    followsByHand: maybe(Type.Boolean()),
    /** Whether they are told of order windows. */
    market: maybe(Type.Union([Type.Literal('all'), Type.Literal('mute')])),
    path,
  }),
  categories: strictly({
    id,
    name,
    description: maybe(text(300)),
    /** In menus. */
    place: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
    /** The number of its colour. */
    hue: maybe(Type.Integer({ minimum: 0, maximum: 255 })),
    /** Not everybody might read it: it comes closed to all but admins and moderators. */
    isClosed: maybe(Type.Boolean()),
    path,
  }),
  posts: strictly({
    id,
    category: id,
    author: maybe(id),
    title: text(200),
    body: Type.String(),
    /** Files in `pictures/`. */
    picture: maybe(shownPicture),
    /** What it offers. */
    offer: maybe(
      strictly({
        kind: Type.Union(['sale', 'gift', 'loan', 'wanted'].map((each) => Type.Literal(each))),
        price: maybe(price),
        place: text(80),
        state: Type.Union(['open', 'reserved', 'gone'].map((each) => Type.Literal(each))),
      }),
    ),
    /** All pictures of an offer, in their order, of which `picture` is the first. */
    offerPictures: maybe(Type.Array(shownPicture)),
    likes: count,
    createdAt: time,
    editedAt: maybe(time),
    /** The number of its text among the answers, of boards where it is the first of them. */
    opener: maybe(id),
    /** It takes no more comments. */
    isLocked: maybe(Type.Boolean()),
    tags: maybe(Type.Array(Type.String({ minLength: 1, maxLength: 160 }))),
    /** It is hidden, and why. */
    removed: maybe(
      strictly({
        title: text(200),
        author: maybe(id),
        by: maybe(id),
        isOpen: Type.Boolean(),
        reason: text(500),
        at: time,
      }),
    ),
    /** It came through /api/v1. */
    act: maybe(
      strictly({
        id: name,
        username: Type.String(),
        timestamp: text(19),
        moment: count,
        image: Type.String(),
        bytes: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
      }),
    ),
  }),
  comments: strictly({
    id,
    post: id,
    /** The comment on the post itself that it goes back to, and the one that it answers. */
    root: maybe(id),
    parent: maybe(id),
    author: maybe(id),
    body: Type.String(),
    createdAt: time,
    editedAt: maybe(time),
    removedAt: maybe(time),
    reason: maybe(text(500)),
    /** What it said, where a moderator hid it. */
    hidden: maybe(strictly({ author: maybe(id), body: Type.String(), at: time })),
    path,
  }),
  likes: strictly({ post: id, member: id, at: time }),
  items: strictly({
    id,
    name: Type.String({ minLength: 1, maxLength: 60 }),
    quantity,
    price,
    description: maybe(text(5_000)),
    category: maybe(text(40)),
    unit: maybe(text(20)),
    /** How many each member may have in open orders. */
    mostEach: maybe(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    /** Admins are told when so few are left. */
    lowAt: maybe(quantity),
    /** Where it is talked about. */
    post: maybe(id),
    /** In their order. */
    pictures: maybe(Type.Array(shownPicture, { maxItems: 255 })),
  }),
  /** Which item is a variant of which. */
  variants: strictly({ item: id, of: id }),
  /** When members order, in the time zone that its times are shown in. */
  windows: strictly({
    id,
    name: Type.String({ minLength: 1, maxLength: 60 }),
    opens: time,
    closes: time,
    timeZone: text(64),
    /** What of it all have been told. */
    told: maybe(Type.Array(Type.Union(['opens', 'closes', 'ready'].map((each) => Type.Literal(each))))),
  }),
  /** Where and when the orders of a window are picked up. */
  pickups: strictly({
    id,
    window: id,
    place: Type.String({ minLength: 1, maxLength: 120 }),
    starts: time,
    ends: time,
  }),
  orders: strictly({
    id,
    member: maybe(id),
    state: Type.Union([Type.Literal('open'), Type.Literal('completed'), Type.Literal('cancelled')]),
    createdAt: time,
    closedAt: maybe(time),
    /** When an admin noted that it is paid. */
    paidAt: maybe(time),
    /** Of a window: it was ordered in that one. */
    pickup: maybe(id),
    /** What admins noted of that, the oldest first. */
    payments: maybe(
      Type.Array(strictly({ isPaid: Type.Boolean(), reason: text(200), by: maybe(id), at: time })),
    ),
    /** Its invoice, with `content` as JSON, and what cancels that. */
    invoices: maybe(
      Type.Array(
        strictly({
          year: Type.Integer({ minimum: 1970, maximum: 65_535 }),
          number: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }),
          kind: Type.Union([Type.Literal('invoice'), Type.Literal('credit')]),
          issuedAt: time,
          content: maybe(text(200_000)),
        }),
        { maxItems: 2 },
      ),
    ),
    lines: Type.Array(
      strictly({
        item: maybe(id),
        name: text(60),
        quantity: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }),
        price,
      }),
    ),
  }),
  follows: strictly({
    kind: Type.Union(['post', 'category', 'member', 'tag'].map((each) => Type.Literal(each))),
    /** Of a tag: its name. */
    subject: Type.Union([id, name]),
    member: id,
    level: Type.Union([Type.Literal('all'), Type.Literal('posts'), Type.Literal('mute')]),
  }),
  /** `category` 0 is the whole board. */
  moderators: strictly({
    member: id,
    category: count,
    madeBy: maybe(id),
    byGroup: Type.Boolean(),
    madeAt: time,
  }),
  /** What stands where a post was whose text is gone. */
  goneposts: strictly({
    post: id,
    title: text(200),
    author: maybe(id),
    by: maybe(id),
    isOpen: Type.Boolean(),
    reason: text(500),
    at: time,
  }),
  moderation: strictly({
    id,
    what: text(20),
    subject: text(101),
    by: maybe(id),
    isOpen: Type.Boolean(),
    at: time,
  }),
  adminnotes: strictly({
    id,
    what: text(20),
    subject: text(200),
    detail: text(101),
    by: maybe(id),
    at: time,
  }),
  /** What the board asks of those who write, in the order of `place`. */
  rules: strictly({
    id,
    place: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
    title: text(100),
    body: text(2_000),
  }),
  /** The moderation log, a chain: src/action-log/chain.ts has the formula. */
  actions: strictly({
    number: id,
    act: text(10),
    kind: text(10),
    subject: id,
    reason: text(500),
    by: id,
    doneAt: time,
    hash,
    rule: maybe(text(100)),
    detail: maybe(text(101)),
    until: maybe(time),
    refersTo: maybe(id),
    /** Whose it was that it was done to; not hashed. */
    concerns: maybe(id),
    /** What they said against it; not hashed. */
    appeal: maybe(
      strictly({
        member: id,
        body: text(1_000),
        createdAt: time,
        decidedAt: maybe(time),
        decidedBy: maybe(id),
        isGranted: Type.Boolean(),
        answer: text(380),
      }),
    ),
  }),
  reports: strictly({
    id,
    kind: Type.Union(Object.keys(ofSubject).map((each) => Type.Literal(each))),
    subject: id,
    /** Not there: somebody without an account. */
    reporter: maybe(id),
    reason: Type.Union(['rule', 'illegal', 'spam', 'other'].map((each) => Type.Literal(each))),
    body: text(1_000),
    /** Where the answer goes, until it was given. */
    address: maybe(text(254)),
    language: text(10),
    createdAt: time,
    closedAt: maybe(time),
    closedBy: maybe(id),
    /** The entry of `actions` that it led to. */
    action: maybe(id),
  }),
  /** For moderators alone. */
  modnotes: strictly({
    id,
    kind: Type.Union(Object.keys(ofSubject).map((each) => Type.Literal(each))),
    subject: id,
    by: maybe(id),
    body: text(1_000),
    at: time,
  }),
  /**
   * Where what came from a board of another program stood there, so that its addresses go on: by its number,
   * or by the SHA-256 of its path, as in u/ana.
   */
  places: strictly({
    /** The id of that board. */
    board: Type.String({ pattern: uuid }),
    program: Type.Union(programs),
    kind: Type.Union(Object.keys(ofPlace).map((each) => Type.Literal(each))),
    /** Its id in this file. */
    subject: id,
    source: maybe(id),
    path: maybe(hash),
  }),
}

export type Kind = keyof typeof lineSchemas
export type Line<K extends Kind = Kind> = Static<(typeof lineSchemas)[K]>
export type About = Static<typeof aboutSchema>

export const kinds = Object.keys(lineSchemas) as Kind[]

const checkers = Object.fromEntries(
  Object.entries(lineSchemas).map(([kind, schema]) => [kind, TypeCompiler.Compile(schema as TObject)]),
)
const aboutChecker = TypeCompiler.Compile(aboutSchema)

/** Returns what is wrong with a line, as in `/likes: Expected integer`, or undefined. */
export const lineFault = (kind: Kind, line: unknown) => faultIn(checkers[kind], line)
export const aboutFault = (about: unknown) => faultIn(aboutChecker, about)

function faultIn(
  checker:
    | {
        Errors(value: unknown): { First(): { path: string; message: string } | undefined }
        Check(value: unknown): boolean
      }
    | undefined,
  value: unknown,
): string | undefined {
  if (!checker || checker.Check(value)) return undefined
  const first = checker.Errors(value).First()
  return first ? `${first.path || 'it'}: ${first.message}` : 'it is of another shape'
}

/** The document that other programs read the format from. */
export const jsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A board of Agora',
  description: 'Each line of a file KIND/000001.jsonl is one of $defs/KIND; agora.json is $defs/about.',
  $defs: { about: aboutSchema, ...lineSchemas },
}
