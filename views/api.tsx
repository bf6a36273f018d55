import type { PageContext } from '../src/http/page-context.ts'
import type { Document } from '../src/openapi/document.ts'
import type { Operation } from '../src/openapi/operation.ts'
import type { Schema } from '../src/openapi/schema.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'

type At = { method: string; path: string; operation: Operation }

/** The API's documentation, drawn from its own description. */
export const DocsPage = ({ pageContext, document }: { pageContext: PageContext; document: Document }) => (
  <Layout pageContext={pageContext} title={say('API')} isTool description="What programs can ask this board.">
    <div class="docs" lang="en" dir="ltr">
      <header>
        <h1>API</h1>
        {document.info.description.split('\n\n').map((paragraph) => (
          <p safe>{paragraph.replaceAll('`', '')}</p>
        ))}
        <p>
          <a href="/api/openapi.json">OpenAPI {document.openapi as 'safe'}</a>
        </p>
        <nav aria-label="Parts of the API">
          {document.tags.map(({ name }) => (
            <a class="button" href={`#${name}`} safe>
              {name}
            </a>
          ))}
        </nav>
      </header>
      {document.tags.map((tag) => (
        <section id={tag.name} aria-labelledby={`${tag.name}-title`}>
          <h2 id={`${tag.name}-title`} safe>
            {tag.name}
          </h2>
          <p class="hint" safe>
            {tag.description.replaceAll('`', '')}
          </p>
          {operationsOf(document, tag.name).map((at) => (
            <OperationCard at={at} />
          ))}
        </section>
      ))}
      <section id="schemas" aria-labelledby="schemas-title">
        <h2 id="schemas-title">What is sent</h2>
        {Object.entries(document.components.schemas).map(([name, schema]) => (
          <article class="card" id={`schema-${name}`}>
            <h3 safe>{name}</h3>
            <Fields schema={schema} />
          </article>
        ))}
      </section>
    </div>
  </Layout>
)

function operationsOf({ paths }: Document, tag: string): At[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
}

const OperationCard = ({ at: { method, path, operation } }: { at: At }) => (
  <details class="card operation" id={`${method}-${path}`}>
    <summary>
      <strong class={`method ${method.toLowerCase()}`} safe>
        {method}
      </strong>
      <code safe>{path}</code>
      <span safe>{operation.summary}</span>
    </summary>
    {operation.description ? <p safe>{operation.description}</p> : ''}
    {operation.security ? (
      <p class="hint" safe>
        {neededBy(operation.security)}
      </p>
    ) : (
      ''
    )}
    <Parameters parameters={operation.parameters as Parameter[]} />
    <Body of={operation.requestBody as Content | undefined} />
    <h4>Answers</h4>
    <dl class="facts">
      {Object.entries(operation.responses).map(([status, response]) => (
        <>
          <dt safe>{status === 'default' ? 'else' : status}</dt>
          <dd>
            <Answer of={response as Content} />
          </dd>
        </>
      ))}
    </dl>
    <h4>Try it</h4>
    <pre tabindex="0">
      <code safe>{curlOf(method, path, operation)}</code>
    </pre>
  </details>
)

function neededBy(security: Record<string, string[]>[]): string {
  const token = security.find((way) => way.token)?.token
  return token ? `Needs a session, or a token with the scope ${token.join(' ')}.` : 'Needs a session.'
}

type Parameter = { name: string; in: string; description?: string }
type Content = { $ref?: string; description?: string; content?: Record<string, { schema: Schema }> }

const Parameters = ({ parameters }: { parameters: Parameter[] }) =>
  parameters.length === 0 ? (
    ''
  ) : (
    <>
      <h4>Parameters</h4>
      <dl class="facts">
        {parameters.map((each) => (
          <>
            <dt>
              <code safe>{each.name}</code>
            </dt>
            <dd safe>{`in the ${each.in}. ${each.description ?? ''}`}</dd>
          </>
        ))}
      </dl>
    </>
  )

const Body = ({ of }: { of: Content | undefined }) =>
  of ? (
    <>
      <h4>Body</h4>
      <Fields schema={schemaOf(of) ?? {}} />
    </>
  ) : (
    ''
  )

const Answer = ({ of }: { of: Content }) => {
  if (of.$ref) return <SchemaName schema={{ $ref: of.$ref.replace('responses', 'schemas') }} />
  const schema = schemaOf(of)
  return schema ? <SchemaName schema={schema} /> : <span safe>{of.description ?? ''}</span>
}

const schemaOf = ({ content }: Content) => Object.values(content ?? {})[0]?.schema

const SchemaName = ({ schema }: { schema: Schema }) => {
  const name = nameOf(schema)
  if (name && name !== 'Refused')
    return (
      <a href={`#schema-${name}`} safe>
        {name}
      </a>
    )
  return <span safe>{name ?? typeOf(schema)}</span>
}

const nameOf = ({ $ref }: Schema) => (typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined)

function typeOf(schema: Schema): string {
  const name = nameOf(schema)
  if (name) return name
  if (Array.isArray(schema.enum)) return schema.enum.join(' or ')
  if (schema.type === 'array' && schema.items) return `list of ${typeOf(schema.items as Schema)}`
  return [schema.type ?? 'anything'].flat().join(' or ')
}

const Fields = ({ schema }: { schema: Schema }) => (
  <>
    {schema.description ? <p safe>{String(schema.description)}</p> : ''}
    {schema.properties ? (
      <dl class="facts">
        {Object.entries(schema.properties as Record<string, Schema>).map(([name, field]) => (
          <>
            <dt>
              <code safe>{name}</code>
            </dt>
            <dd safe>{[typeOf(field), field.description].filter(Boolean).join('. ')}</dd>
          </>
        ))}
      </dl>
    ) : (
      <p safe>{typeOf(schema)}</p>
    )}
  </>
)

function curlOf(method: string, path: string, { security, requestBody }: Operation): string {
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$AGORA${path}"`,
    ...(security ? [`-H "Authorization: Bearer $TOKEN"`] : []),
    ...(requestBody ? [`-H "Content-Type: application/json" -d '{...}'`] : []),
  ].join(' \\\n  ')
}
