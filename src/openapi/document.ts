import type { InternalRoute } from 'elysia'
import { type Description, type Operation, operationOf } from './operation.ts'
import type { Schema } from './schema.ts'

export type Document = {
  openapi: string
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    responses: Record<string, unknown>
    securitySchemes: Record<string, unknown>
  }
}

/**
 * OpenAPI 3.1 of all routes that describe themselves. `tokenRules` say of each, as `METHOD /path`, which
 * scope a token needs for it, or that none is let in.
 */
export function openApiDocument(routes: InternalRoute[], tokenRules: ReadonlyMap<string, string>): Document {
  const paths: Document['paths'] = {}
  const named: Record<string, Schema> = { Problem: problem }
  for (const { method, path, hooks } of routes) {
    const described: Description | undefined = hooks?.detail
    if (!described?.summary) continue
    const at = path.replaceAll(/:(\w+)/g, '{$1}')
    paths[at] ??= {}
    const scope = tokenRules.get(`${method} ${path}`)
    paths[at][method.toLowerCase()] = operationOf(described, path, scope, (name, schema) => {
      named[name] = schema
    })
  }
  return { ...base, paths, components: { ...components, schemas: named } }
}

const description = `Everything the board does, for programs. Bodies are JSON in UTF-8. Errors are problem
details (RFC 9457) with a sentence in \`detail\` and, for a field, in \`errors\`. Lists go on at the \`Link\`
header with \`rel="next"\`. Single things have an \`ETag\`; a change with it in \`If-Match\` is done only
while nobody else changed them, and what has no \`ETag\` takes none but \`*\`. A POST with an
\`Idempotency-Key\` is done once. Bodies and parameters are only what is named here: other fields are refused
with 422.

Sign in with a token, \`Authorization: Bearer agora_...\`, which a member makes on their page, or with the
cookie of \`POST /api/session\`. A token has scopes, \`read\`, \`write\`, \`moderate\` and
\`market\`, and an end; each route says which scope it needs, and answers 403 with \`insufficient_scope\`
(RFC 6750) without it. What others wrote an admin changes with \`write\` and \`moderate\`. What changes who
somebody is, such as the end of an account or a new token, takes the cookie and the password once more, and
no token.`

const base: Omit<Document, 'paths' | 'components'> = {
  openapi: '3.1.0',
  info: { title: 'Agora', version: '1', description },
  servers: [{ url: '/' }],
  tags: [
    { name: 'posts', description: 'What people write.' },
    { name: 'comments', description: 'What people say to posts, in threads.' },
    { name: 'likes', description: 'Answered when they are on a disk, counted exactly once.' },
    { name: 'categories', description: 'Where posts stand.' },
    { name: 'users', description: 'Members of the board.' },
    { name: 'session', description: 'Signing in and out.' },
    { name: 'tokens', description: 'What programs sign in with.' },
    { name: 'notices', description: 'What a member is told of.' },
    { name: 'moderation', description: 'Who keeps order where.' },
    { name: 'market', description: 'What is for sale.' },
    { name: 'orders', description: 'What members ordered.' },
    { name: 'ops', description: 'What the site says of itself.' },
    {
      name: 'acts',
      description: 'A published contract of its own: an act is a post. Every refusal is `{}`.',
    },
  ],
}

const problem = {
  type: 'object',
  description:
    'RFC 9457. `errors` says of each field what is wrong with it; `see` is the page where one goes on, such as the comment that a post was merged into.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    errors: { type: 'object', additionalProperties: { type: 'string' } },
    see: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail'],
}

const components = {
  responses: {
    Problem: {
      description: 'What was wrong',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
    Refused: {
      description: 'Refused',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Nothing' } } },
    },
  },
  securitySchemes: {
    token: { type: 'http', scheme: 'bearer' },
    cookie: {
      type: 'apiKey',
      in: 'cookie',
      name: 'session',
      description: 'Where the address names a port, such as 8080, its name is session-8080.',
    },
  },
}
