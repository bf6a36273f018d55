import { dirname, join } from 'node:path'
import ts from 'typescript'
import { arabic } from '../../../texts/arabic.ts'
import type { ProjectFile } from './project.ts'
import { rowsUnlikeTheirTypes, statementsOf } from './row-types.ts'
import { nodesOf, parse } from './syntax.ts'
import { barePart, physical, unknownSentence, unspoken } from './texts.ts'

/** One of the project's rules: what its sentence forbids, found in a file. */
export type Rule = { says: string; violations: (file: ProjectFile) => string[] }

const isCode = (path: string) => /\.tsx?$/.test(path)
const isIn =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`))

/** Reads of posts that hidden ones are part of: they show nobody what a post says. */
const readHiddenPosts = new Set([
  // They lock it, and the next statement asks; or bring it back.
  ...['lockPost', 'placeOfComment'],
  // Counts and places, to be counted, ranked or forgotten.
  ...['likesInMysql', 'likesAfter', 'rankingChecked', 'rankingPosts', 'newestPlacesOf', 'placesIn'],
  ...['newestOfAll', 'highestPost'],
  // They ask who may read it, or be told of it, and show nothing.
  ...['readablePosts', 'readableComments', 'whoListens', 'confirmationsOf', 'membersMissing'],
  // What goes takes hidden ones along.
  ...['postsBy', 'lockPostsBy', 'postsCommentedBy', 'isLargeCategory'],
  ...['sweepingOldest', 'sweepingPosts', 'sweepingCommentsBy'],
  // They keep their pictures and the ids of their acts, and search keeps the comments on them.
  ...['unusedPictures', 'actPlace', 'searchComments', 'searchCommentsBelow'],
  // Who has muted a tag of a post that is being told of.
  'whoListens',
  // For moderators, who decide of them.
  ...['waitingForModerators', 'openReports', 'openAppeals'],
])

/** Reads of posts and categories, whoever may read these: they show nobody what stands there. */
const readsWhatIsShut = new Set([
  // What a member wrote, for themselves.
  ...['ownPosts', 'ownHeldTexts'],
  // Lists leave out what is shut by their ids; of whom these ids are, was asked.
  ...['rankedPosts', 'shortCategoryNames', 'listedOffers'],
  // They lock it, and the next statement asks; or bring it back.
  ...['lockPost', 'placeOfComment', 'lockCategory', 'placedCategories'],
  // Counts and places, to be counted, ranked or forgotten; and likes, which everybody may count.
  ...['likesInMysql', 'likesAfter', 'rankingChecked', 'rankingPosts', 'newestPlacesOf', 'placesIn'],
  ...['newestOfAll', 'highestPost', 'removedCategoryIds'],
  // What goes takes everything along.
  ...['postsBy', 'lockPostsBy', 'postsCommentedBy', 'isLargeCategory', 'unusedPictures'],
  ...['sweepingOldest', 'sweepingPosts', 'sweepingCommentsBy', 'sweepingTurn', 'sweepingPostsBy'],
  // For moderators, who decide of them, for admins, and for members, of what is their own.
  ...['heldFor', 'heldById', 'heldOf', 'textsOfMember', 'newestTexts'],
  ...[
    'waitingForModerators',
    'openReports',
    'openAppeals',
    'newestModerated',
    'moderatorsAfter',
    'moderatorOf',
  ],
  ...['statementsFor'],
])

export const rules: Rule[] = [
  {
    says: 'only config.ts reads the environment',
    violations: code(
      (path) => path !== 'src/platform/config.ts',
      ({ text }) =>
        found(text, /\b(process|Bun|import\.meta)\s*\??\.?\s*(\.env\b|\[\s*['"`]env['"`]|env\b)/g).concat(
          found(
            text,
            /\{[^{}]*\benv\b[^{}]*\}\s*(=\s*(process|Bun)\b(?!\.)|from\s*['"](node:)?process['"])/g,
          ),
        ),
    ),
  },
  {
    says: 'what an admin may set is asked of the look, not of the environment',
    violations: code(
      (path) =>
        isIn('src', 'views')(path) && path !== 'src/settings/look.ts' && path !== 'src/platform/config.ts',
      ({ text }) =>
        found(text, /\bconfig\??\.(currency|timeZone|siteName|siteFront|siteFont)\b/g).concat(
          found(
            text,
            /\{[^{}]*\b(currency|timeZone|siteName|siteFront|siteFont)\b[^{}]*\}\s*=\s*(\w+\.)?config\b/g,
          ),
        ),
    ),
  },
  {
    says: 'a folder that a test makes goes with its run',
    violations: code(
      (path) => isIn('test')(path) && path !== 'test/support/servers/reaper.ts',
      ({ text }) => found(text, /\bmkdtemp(Sync)?\([^;]*\btmpdir\(/g),
    ),
  },
  {
    says: 'SQL text stands only in queries.ts',
    violations: code(
      (path) =>
        isIn('src', 'views', 'batcher', 'courier', 'search', 'stack')(path) && !path.endsWith('/queries.ts'),
      (file) => stringsOf(file).filter(isSql),
    ),
  },
  {
    says: 'no column is called by a word that MySQL keeps for itself, which MariaDB lets pass',
    violations: code(
      () => true,
      (file) => found(textsOf(file), keptByMysql),
    ),
  },
  {
    says: 'a row type has the columns of its SELECT',
    violations: code(
      (path) => isIn('src', 'batcher', 'courier', 'search', 'stack')(path) && path.endsWith('/queries.ts'),
      rowsUnlikeTheirTypes,
    ),
  },
  {
    says: 'who reads posts leaves hidden ones out, or is known to need them',
    violations: code(
      (path) => isIn('src', 'search')(path) && path.endsWith('/queries.ts'),
      (file) =>
        statementsOf(file).flatMap(({ name, text }) =>
          /^[\s(]*SELECT\b[\s\S]*\b(?:FROM|JOIN)\s+(?:posts|acts|post_tags|post_ranks)\b/.test(text) &&
          !text.includes('removed_posts') &&
          !readHiddenPosts.has(name)
            ? [name]
            : [],
        ),
    ),
  },
  {
    says: 'who reads posts or categories asks who reads, or is known to need all',
    violations: code(
      (path) => isIn('src')(path) && path.endsWith('/queries.ts'),
      (file) =>
        statementsOf(file).flatMap(({ name, text }) =>
          /^[\s(]*SELECT\b[\s\S]*\b(?:FROM|JOIN)\s+(?:posts|acts|post_tags|categories)\b/.test(text) &&
          !/\/\* readable|FROM doors/.test(text) &&
          !readsWhatIsShut.has(name)
            ? [name]
            : [],
        ),
    ),
  },
  {
    says: 'views import types, never values, and do no I/O',
    violations: code(isIn('views'), (file) => [
      ...importsOf(file)
        .filter(
          ({ to, isType }) =>
            !isType &&
            !isIn('views', 'texts')(to) &&
            !(file.path === 'views/html.ts' && to === '@elysiajs/html') &&
            // Functions of numbers alone.
            !(file.path === 'views/plot.tsx' && to.startsWith('d3-')),
        )
        .map(({ to }) => `imports ${to}`),
      ...found(file.text, /\b(await(?!:)|fetch\(|Bun\.|process\.|import\()/g),
    ]),
  },
  {
    says: 'views take what they say from texts/',
    // The API's documentation is for programmers, in English like the API itself.
    violations: code(
      (path) => isIn('views')(path) && path !== 'views/api.tsx',
      (file) => nodesOf(parse(file)).flatMap(unspoken),
    ),
  },
  {
    says: 'what is put into a sentence unescaped is an element',
    violations: code(isIn('views'), (file) => nodesOf(parse(file)).flatMap(barePart)),
  },
  {
    says: 'what people read of src/ has a text in every language',
    violations: code(
      (path) =>
        isIn('src')(path) &&
        !isIn('src/openapi', 'src/http/idempotency', 'src/acts')(path) &&
        !/\/(queries|metrics|replica-metrics)\.ts$/.test(path) &&
        // The API speaks English.
        !/^src\/http\/(methods|respond)\.ts$/.test(path),
      (file) => nodesOf(parse(file)).flatMap(unknownSentence((text) => Object.hasOwn(arabic, text))),
    ),
  },
  {
    says: 'styles name sides by the direction of reading',
    violations: ({ path, text }) => (/^public\/.*\.css$/.test(path) ? physical(text) : []),
  },
  {
    says: 'the batcher imports only itself, the platform and the protocol of likes',
    violations: imports(isIn('batcher'), (to) => {
      return isPackage(to) || isIn('batcher', 'src/platform')(to) || to === 'src/likes/protocol.ts'
    }),
  },
  {
    says: 'the courier imports only itself, the platform, what mail is, who reads, is told and orders, and what it draws',
    violations: imports(isIn('courier'), (to) => {
      const ours = isIn('courier', 'src/platform', 'src/mail', 'src/doors', 'src/telling', 'views', 'texts')
      const known = (to: string) => ours(to) || isIn('src/order-windows', 'src/packing')(to)
      return isPackage(to) || known(to)
    }),
  },
  {
    says: 'what searches imports only itself, the platform, the folding of texts and its protocol',
    violations: imports(isIn('search'), (to) => {
      return (
        isPackage(to) || isIn('search', 'src/platform', 'src/text')(to) || to === 'src/finding/protocol.ts'
      )
    }),
  },
  {
    says: 'src and views import neither the batcher nor the stack nor tests',
    violations: imports(
      isIn('src', 'views'),
      (to) => isPackage(to) || isIn('src', 'views', 'public', 'texts')(to),
    ),
  },
  {
    says: 'only the two kinds of stack, and the place that chooses one, know which it is',
    violations: code(
      (path) => isIn('stack')(path) && !isIn('stack/native', 'stack/docker')(path),
      (file) => [
        ...found(
          file.text,
          /(?:[!=]==?\s*|\bcase\s+)['"`](?:native|docker)['"`]|['"`](?:native|docker)['"`]\s*[!=]==?/g,
        ),
        ...importsOf(file)
          .filter(
            ({ to, isType }) =>
              !isType && isIn('stack/native', 'stack/docker')(to) && !choosers.includes(file.path),
          )
          .map(({ to }) => `imports ${to}`),
      ],
    ),
  },
  {
    says: 'the two kinds of stack do not use one another',
    violations: code(isIn('stack/native', 'stack/docker'), (file) => {
      const other = file.path.startsWith('stack/native/') ? 'stack/docker' : 'stack/native'
      return importsOf(file).flatMap(({ to }) => (isIn(other)(to) ? [`imports ${to}`] : []))
    }),
  },
  {
    says: 'exports have names',
    violations: code(
      () => true,
      ({ text }) => found(text, /^export default\b|\bas default\b/gm),
    ),
  },
  {
    says: 'no file only hands on what others export',
    violations: code(
      () => true,
      (file) => {
        const statements = parse(file).statements
        const handsOn = statements.every(
          (each) => ts.isExportDeclaration(each) && each.moduleSpecifier !== undefined,
        )
        return statements.length > 0 && handsOn ? ['only exports of other files'] : []
      },
    ),
  },
  {
    says: 'folders are named for features, not for layers',
    violations: ({ path }) =>
      found(dirname(path), /(^|\/)(controllers|models|repositories|utils?|helpers?|common|types)(?=\/|$)/g),
  },
  {
    says: 'the type checker is never silenced',
    violations: code(
      () => true,
      ({ text }) => found(text, /\bas any\b|: any\b|<any>|@ts-(ignore|nocheck|expect-error)/g),
    ),
  },
  {
    says: 'nothing is left to be done',
    violations: ({ path, text }) => (isNotOurs(path) ? [] : found(text, /\b(TODO|FIXME|XXX|HACK)\b/g)),
  },
  {
    says: 'no test is skipped or alone',
    violations: code(isIn('test'), ({ text }) =>
      found(text, /\b(test|it|describe)\.(skip|only|todo|if|skipIf|todoIf|failing)\b/g),
    ),
  },
  {
    says: 'tests on real servers allow for their slow start',
    violations: code(
      (path) => /\.(test|compose)\.tsx?$/.test(path),
      ({ text }) =>
        startsServers.test(text) && !/^setDefaultTimeout\(/m.test(text) ? ['has no setDefaultTimeout'] : [],
    ),
  },
  {
    says: 'nothing names a registry, a proxy or a folder of one machine',
    violations: ({ path, text }) => [
      ...found(text, /\b(registry\.npmjs|npmjs\.org|jfrog|artifactory|nexus3?)\b|^\s*registry\s*=/gim),
      ...found(text, /(?<![\w.}~-])\/(work|root|Users)\/\w+/g),
      ...(path === '.ci/run' ? [] : found(text, /shared\/stand-ins/g)),
    ],
  },
]

/** The stack, and the driver of its scaler. */
const choosers = ['stack/choose-stack.ts', 'stack/scaler/main.ts']

/** `bun test` gives a test 5 s, and the setting is one file's own. */
const startsServers = /\b(startMysql|sharedMysql|freshDatabase|openReplica|startStack|sharedStack|openPage)\(/

/** Locks and licences are text of others. */
const isNotOurs = (path: string) => /(^|\/)(bun\.lock|LICENSE)$/.test(path)

function code(applies: (path: string) => boolean, violations: Rule['violations']): Rule['violations'] {
  return (file) => (isCode(file.path) && applies(file.path) ? violations(file) : [])
}

function imports(applies: (path: string) => boolean, isAllowed: (to: string) => boolean): Rule['violations'] {
  return code(applies, (file) =>
    importsOf(file).flatMap(({ to }) => (isAllowed(to) ? [] : [`imports ${to}`])),
  )
}

const isPackage = (to: string) =>
  !/^(src|views|texts|batcher|courier|search|stack|test|bench|public|sql|\.\.)(\/|$)/.test(to)

const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([match]) => match.trim())

/** Without quotes around. https://dev.mysql.com/doc/refman/9.4/en/keywords.html */
const keptByMysql =
  /\bAS (?:cube|empty|first_value|groups|grouping|lag|lead|manual|lateral|ntile|of|parallel|rank|system|window)\b/g

/** All SQL in a file, of strings and of templates with what stands between their values. */
const textsOf = (file: ProjectFile) =>
  nodesOf(parse(file))
    .flatMap((node) => {
      const isPart = ts.isTemplateMiddleOrTemplateTail(node)
      return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || isPart ? [node.text] : []
    })
    .join('\n')

/** Every string and template in a file; of a template what stands before its first value. */
function stringsOf(file: ProjectFile): string[] {
  return nodesOf(parse(file)).flatMap((node) => {
    if (ts.isStringLiteralLike(node)) return [node.text]
    return ts.isTemplateHead(node) ? [node.text] : []
  })
}

const isSql = (text: string) =>
  /^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|WITH|PRAGMA|SHOW|EXPLAIN)\s+[^\s/]/.test(
    text,
  ) ||
  /^\s*(select\s.*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(create|alter|drop)\s+(table|user|database|index)\s)/is.test(
    text,
  )

/** What a file imports, statically, by re-export or dynamically; files as paths in the project. */
export function importsOf(file: ProjectFile): { to: string; isType: boolean }[] {
  const resolve = (to: string) => (to.startsWith('.') ? join(dirname(file.path), to) : to)
  return nodesOf(parse(file)).flatMap((node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      return [{ to: resolve(node.moduleSpecifier.text), isType: onlyTypes(node.importClause) }]
    }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      return [{ to: resolve(node.moduleSpecifier.text), isType: node.isTypeOnly }]
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [to] = node.arguments
      return [
        { to: to && ts.isStringLiteralLike(to) ? resolve(to.text) : 'something computed', isType: false },
      ]
    }
    return []
  })
}

function onlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.isTypeOnly) return true
  const named = clause.namedBindings
  return (
    !clause.name &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((each) => each.isTypeOnly)
  )
}
