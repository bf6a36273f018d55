import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { projectFiles } from './support/rules/project.ts'
import { rules } from './support/rules/rules.ts'

// Some rules read every file by patterns that a busy machine takes seconds for.
setDefaultTimeout(60_000)

type Sample = [path: string, text: string]

/** They quote what is forbidden. */
const quoting = ['test/architecture.test.ts', 'test/support/rules/rules.ts']

const rowsOf = (row: string, select: string) => `
  import type { Sql } from '../platform/db.ts'
  const text = ${JSON.stringify(select)}
  export const found = (sql: Sql) => sql.rows<${row}>('found', text)`

/** For each rule some files that break it and some that come close and don't. */
const samples: Record<string, { bad: Sample[]; good: Sample[] }> = {
  'only config.ts reads the environment': {
    bad: [
      ['src/app.ts', 'const port = process.env.PORT'],
      ['batcher/main.ts', 'const port = Bun.env.PORT'],
      ['stack/cli/main.ts', 'const port = import.meta.env.PORT'],
      ['test/some.test.ts', "const port = process['env'].PORT"],
      ['src/app.ts', 'const { env } = process'],
      ['src/app.ts', "import { env } from 'node:process'"],
    ],
    good: [
      ['src/platform/config.ts', 'export const environment = process.env'],
      ['stack/cli/main.ts', 'Bun.spawn(command, { env: { PATH } })'],
    ],
  },
  'what an admin may set is asked of the look, not of the environment': {
    bad: [
      ['src/market/routes.ts', 'const { currency } = context.config'],
      ['src/market/routes.ts', 'priceIn(price, context.config.currency)'],
      ['src/feeds/routes.ts', 'const { read, siteName } = config'],
    ],
    good: [
      ['src/settings/look.ts', 'settings.CURRENCY ?? config.currency'],
      ['src/market/routes.ts', 'const { currency } = pageContext.look'],
      ['src/doors/routes.ts', 'const { read } = context.config'],
    ],
  },
  'a folder that a test makes goes with its run': {
    bad: [['test/some.test.ts', "const folder = await mkdtemp(join(tmpdir(), 'agora-push-'))"]],
    good: [
      ['test/some.test.ts', 'const folder = temporaryFolder()'],
      ['test/support/helm/find-helm.ts', "mkdtempSync(join(folder, 'draft-'))"],
    ],
  },
  'no column is called by a word that MySQL keeps for itself, which MariaDB lets pass': {
    bad: [
      ['src/orders/queries.ts', "db.rows('orders', 'SELECT window_id AS window FROM orders')"],
      ['test/orders.test.ts', 'rows(`SELECT id AS rank FROM orders`)'],
    ],
    good: [
      ['src/orders/queries.ts', "db.rows('orders', 'SELECT window_id AS `window` FROM orders')"],
      ['src/orders/service.ts', 'const windows = rows as { rank: number }[] // AS window'],
    ],
  },
  'SQL text stands only in queries.ts': {
    bad: [
      ['src/posts/service.ts', "db.rows('posts', 'SELECT id FROM posts')"],
      ['batcher/flush/flusher.ts', 'sql.write(`\n  UPDATE posts SET likes = 0`)'],
      ['stack/database/prepare.ts', 'const text = "insert into posts (id) values (1)"'],
    ],
    good: [
      ['src/posts/queries.ts', "db.rows('posts', 'SELECT id FROM posts')"],
      ['src/posts/service.ts', "const verb = 'SELECT'"],
      ['views/board.tsx', '<p>Update your browser, then select a category from the list</p>'],
    ],
  },
  'a row type has the columns of its SELECT': {
    bad: [
      [
        'src/some/queries.ts',
        rowsOf('{ id: number; admin: string }', 'SELECT id, users.name AS `by` FROM users'),
      ],
      ['src/some/queries.ts', rowsOf('{ id: number }', 'SELECT id, name FROM users')],
      ['src/some/queries.ts', rowsOf('{ id: number; name: string }', 'SELECT id FROM users')],
      ['src/some/queries.ts', rowsOf('{ id: number }', 'SELECT * FROM users')],
      [
        'batcher/flush/queries.ts',
        `import type { Database } from 'bun:sqlite'
         export const all = (database: Database) =>
           database.prepare<{ post: number }, []>('SELECT post, total FROM posts')`,
      ],
    ],
    good: [
      ['src/some/queries.ts', rowsOf('{ id: number; n: number }', 'SELECT id, COUNT(a, b) AS n FROM users')],
      ['src/some/queries.ts', rowsOf('{ id: number; liked?: boolean }', 'SELECT users.id FROM users')],
      ['src/some/queries.ts', rowsOf('Omit<{ id: number; name: string }, "name">', 'SELECT id FROM users')],
    ],
  },
  'who reads posts leaves hidden ones out, or is known to need them': {
    bad: [
      ['src/some/queries.ts', rowsOf('{ title: string }', 'SELECT title FROM posts WHERE id = ?')],
      ['src/some/queries.ts', rowsOf('{ id: number }', 'SELECT post_id AS id FROM post_tags')],
    ],
    good: [
      [
        'src/some/queries.ts',
        `import type { Sql } from '../platform/db.ts'
         import { isOnBoard } from '../removal/queries.ts'
         export const found = (sql: Sql) =>
           sql.rows<{ title: string }>('found', \`SELECT title FROM posts WHERE \${isOnBoard('posts.id')}\`)`,
      ],
      ['src/some/queries.ts', rowsOf('{ id: number }', 'SELECT id FROM categories')],
    ],
  },
  'who reads posts or categories asks who reads, or is known to need all': {
    bad: [
      [
        'src/some/queries.ts',
        `import type { Sql } from '../platform/db.ts'
         import { isOnBoard } from '../removal/queries.ts'
         export const found = (sql: Sql) =>
           sql.rows<{ title: string }>('found', \`SELECT title FROM posts WHERE \${isOnBoard('posts.id')}\`)`,
      ],
      ['src/some/queries.ts', rowsOf('{ name: string }', 'SELECT name FROM categories WHERE id = ?')],
    ],
    good: [
      [
        'src/some/queries.ts',
        `import { isReadable } from '../doors/queries.ts'
         import type { Sql } from '../platform/db.ts'
         export const found = (sql: Sql) =>
           sql.rows<{ name: string }>('found', \`SELECT name FROM categories WHERE \${isReadable('id')}\`)`,
      ],
    ],
  },
  'views import types, never values, and do no I/O': {
    bad: [
      ['views/board.tsx', "import { rankedPosts } from '../src/posts/queries.ts'"],
      ['views/board.tsx', "import { readFileSync } from 'node:fs'"],
      ['views/board.tsx', "import { Html } from '@elysiajs/html'"],
      ['views/board.tsx', "export const Board = async () => <p>{await fetch('/')}</p>"],
    ],
    good: [
      [
        'views/board.tsx',
        "import { Html } from './html.ts'\nimport type { Post } from '../src/posts/queries.ts'",
      ],
      [
        'views/board.tsx',
        "import { type Post } from '../src/posts/queries.ts'\nimport { Page } from './page.tsx'",
      ],
    ],
  },
  'views take what they say from texts/': {
    bad: [
      ['views/board.tsx', 'export const Board = () => <p>Newest posts</p>'],
      ['views/board.tsx', 'export const Board = () => <nav aria-label="Pages"></nav>'],
      ['views/board.tsx', 'export const Board = ({ n }: { n: number }) => <p>{n} posts</p>'],
      ['views/board.tsx', "export const Board = () => <p safe>{isGone ? 'Sold out' : say('Next')}</p>"],
      ['views/board.tsx', "export const Board = () => <p safe>{name ?? 'a deleted account'}</p>"],
      ['views/board.tsx', `export const Board = () => <a aria-label={\`Remove \${name}\`} href="/" />`],
      ['views/board.tsx', "export const Board = () => <Layout title={name ?? 'Newest posts'} />"],
    ],
    good: [
      ['views/board.tsx', "export const Board = () => <p safe>{say('Newest posts')}</p>"],
      ['views/board.tsx', 'export const Board = () => <nav class="pages">Agora · {say(\'Next\')}</nav>'],
      ['views/board.tsx', "export const Board = () => <p class={isGone ? 'sold out' : 'there'} />"],
      ['views/board.tsx', "export const Board = () => <i safe>{kind === 'sold' ? say('Sold out') : ''}</i>"],
      ['views/board.tsx', 'export const Board = () => <code>name</code>'],
      ['views/api.tsx', 'export const DocsPage = () => <h1>What is sent</h1>'],
    ],
  },
  'what is put into a sentence unescaped is an element': {
    bad: [
      ['views/board.tsx', 'const a = <Phrase of="Liked by {name}" parts={{ name: post.author }} />'],
      ['views/board.tsx', 'const a = <Phrase of="Liked by {name}" parts={{ name }} />'],
      ['views/board.tsx', 'const a = <Phrase of="Liked by {name}" parts={parts} />'],
      ['views/board.tsx', 'const a = <Phrase of="Liked by {name}" parts={{ ...names }} />'],
    ],
    good: [
      ['views/board.tsx', 'const a = <Phrase of="Liked by {name}" parts={{ name: <b safe>{name}</b> }} />'],
    ],
  },
  'what people read of src/ has a text in every language': {
    bad: [
      ['src/posts/service.ts', "throw new Refusal(404, 'Nobody ever translated this one.')"],
      ['src/comments/service.ts', `throw new Refusal(410, \`This comment was removed: \${reason}\`)`],
      ['src/posts/draft.ts', `const errors = { title: \`A title has at most \${longest} characters.\` }`],
    ],
    good: [
      ['src/posts/service.ts', "throw new Refusal(404, 'There is no such post.')"],
      ['src/likes/routes.ts', "documented({ summary: 'Nobody ever translated this one.' })"],
      ['src/health/logs.ts', "log.error('a request failed', { path })"],
    ],
  },
  'styles name sides by the direction of reading': {
    bad: [
      ['public/site.css', 'p { margin-left: 1rem }'],
      ['public/site.css', 'td { text-align:right }'],
      ['public/site.css', '.skip {\n  left: 0;\n}'],
      ['public/site.css', 'p { border-top-left-radius: 1rem }'],
      ['public/site.css', 'img { float: left }'],
    ],
    good: [
      ['public/site.css', 'p { margin-inline-start: 1rem; text-align: start; inset-inline-start: 0 }'],
      ['public/site.css', '.left { --left: 1rem; background-position: left }'],
      ['test/posts.test.ts', "const style = 'left: 0'"],
    ],
  },
  'the batcher imports only itself, the platform and the protocol of likes': {
    bad: [
      ['batcher/main.ts', "import { openLikes } from '../src/likes/client.ts'"],
      ['batcher/main.ts', "const { supervise } = await import('../stack/native/supervisor.ts')"],
    ],
    good: [
      [
        'batcher/main.ts',
        "import { openDb } from '../src/platform/db.ts'\nimport { Database } from 'bun:sqlite'",
      ],
      [
        'batcher/main.ts',
        "import type { Like } from '../src/likes/protocol.ts'\nimport { flush } from './flush.ts'",
      ],
    ],
  },
  'the courier imports only itself, the platform, what mail is, who reads, is told and orders, and what it draws':
    {
      bad: [
        ['courier/main.ts', "import { postById } from '../src/posts/queries.ts'"],
        ['courier/main.ts', "import { run } from '../batcher/main.ts'"],
      ],
      good: [
        [
          'courier/letters.ts',
          "import type { MailContent } from '../src/mail/queries.ts'\nimport { say } from '../texts/say.ts'",
        ],
      ],
    },
  'what searches imports only itself, the platform, the folding of texts and its protocol': {
    bad: [
      ['search/main.ts', "import { postById } from '../src/posts/queries.ts'"],
      ['search/main.ts', "import { run } from '../batcher/main.ts'"],
    ],
    good: [
      [
        'search/server.ts',
        "import { folded } from '../src/text/fold.ts'\nimport { kinds } from '../src/finding/protocol.ts'",
      ],
    ],
  },
  'src and views import neither the batcher nor the stack nor tests': {
    bad: [
      ['src/main.ts', "import type { Journal } from '../batcher/ledger/journal.ts'"],
      ['src/health/routes.ts', "export { freePort } from '../../stack/process/ports.ts'"],
    ],
    good: [['src/main.ts', "import { Elysia } from 'elysia'\nimport { Board } from '../views/board.tsx'"]],
  },
  'only the two kinds of stack, and the place that chooses one, know which it is': {
    bad: [
      ['stack/cli/main.ts', "if (modeOf(data) === 'docker') await dockerScale(data)"],
      ['stack/cli/main.ts', "switch (mode) { case 'native': return nativeUp() }"],
      ['stack/cli/main.ts', "const isDocker = 'docker' == mode"],
      ['stack/choose-stack.ts', "if (mode !== 'docker') return undefined"],
      ['stack/backup/restore.ts', "import { nativeStatus } from '../native/status.ts'"],
    ],
    good: [
      ['stack/choose-stack.ts', "const found = { native: () => import('./native/index.ts') }[mode]"],
      ['stack/docker/start.ts', "if (mode === 'docker') return"],
      ['stack/stack.ts', "import type { Site } from './native/site.ts'"],
      ['stack/scaler/settings.ts', 'const most = { native: 64, docker: 19 }[mode]'],
    ],
  },
  'the two kinds of stack do not use one another': {
    bad: [
      ['stack/docker/logs.ts', "import { askReport } from '../native/control.ts'"],
      ['stack/native/deploy.ts', "import type { Compose } from '../docker/engine.ts'"],
    ],
    good: [
      ['stack/docker/logs.ts', "import { freePort } from '../process/ports.ts'\nimport { x } from './y.ts'"],
    ],
  },
  'exports have names': {
    bad: [['src/app.ts', 'export default function createApp() {}']],
    good: [['src/app.ts', 'export function createApp() {}']],
  },
  'no file only hands on what others export': {
    bad: [['src/posts/all.ts', "export * from './routes.ts'\nexport { addPost } from './service.ts'"]],
    good: [['src/posts/all.ts', "export { addPost } from './service.ts'\nexport const name = 'board'"]],
  },
  'folders are named for features, not for layers': {
    bad: [
      ['src/utils/text.ts', ''],
      ['src/posts/models/post.ts', ''],
    ],
    good: [['src/posts/types.ts', '']],
  },
  'the type checker is never silenced': {
    bad: [
      ['src/app.ts', 'const app = context as any'],
      ['src/app.ts', '// @ts-ignore'],
    ],
    good: [['src/app.ts', 'const company: Company = as(anyone)']],
  },
  'nothing is left to be done': {
    bad: [['README.md', 'TODO: describe it']],
    good: [['README.md', 'A list of things to do']],
  },
  'no test is skipped or alone': {
    bad: [
      ['test/posts.test.ts', "test.skip('a like', () => {})"],
      ['test/posts.test.ts', "describe.only('likes', () => {})"],
    ],
    good: [['test/posts.test.ts', "test('a like is never skipped', () => {})"]],
  },
  'tests on real servers allow for their slow start': {
    bad: [['test/likes.test.ts', "test('a like', async () => { await openReplica() })"]],
    good: [
      ['test/likes.test.ts', 'setDefaultTimeout(60_000)\nconst replica = await openReplica()'],
      ['test/ids.test.ts', "import { openIds } from '../batcher/ledger/dedupe.ts'\ntest('an id', () => {})"],
    ],
  },
  'nothing names a registry, a proxy or a folder of one machine': {
    bad: [
      ['bun.lock', `"https://${['registry', 'npmjs', 'org'].join('.')}/elysia"`],
      ['bunfig.toml', 'registry = "http://10.0.0.1/npm"'],
      ['README.md', `see ${['', 'work', 'main', 'agora'].join('/')}`],
    ],
    good: [['README.md', 'The container registry of your cloud; ./agora up --data ~/boards/agora']],
  },
}

describe('the project', () => {
  const files = projectFiles().filter(({ path }) => !quoting.includes(path))

  test.each(rules)('keeps its rule: $says', ({ violations }) => {
    const broken = files.flatMap((file) => violations(file).map((violation) => `${file.path}: ${violation}`))

    expect(broken).toEqual([])
  })
})

describe('each rule bites and does not bark', () => {
  test('every rule has its samples', () => {
    expect(Object.keys(samples).sort()).toEqual(rules.map(({ says }) => says).sort())
  })

  test.each(rules)('$says', ({ says, violations }) => {
    const check = ([path, text]: Sample) => ({
      path,
      text,
      isBroken: violations({ path, text }).length > 0,
    })
    const { bad, good } = samples[says]!

    expect(bad.map(check).filter(({ isBroken }) => !isBroken)).toEqual([])
    expect(good.map(check).filter(({ isBroken }) => isBroken)).toEqual([])
  })
})
