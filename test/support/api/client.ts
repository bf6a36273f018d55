import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import type { Document } from '../../../src/openapi/document.ts'

export type ApiAnswer = { status: number; body: unknown; headers: Headers }
export type ApiClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ApiAnswer>

/**
 * Asks the API at `url` and compares each answer with the document: its status must be in it, and its body
 * must fit the schema. An answer that doesn't fit is thrown.
 */
export function apiClient(url: string, document: Document, usual: Record<string, string> = {}): ApiClient {
  const fits = checkerOf(document)
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...usual, ...headers },
      ...(body === undefined ? {} : { body: asSent(body) }),
      redirect: 'manual',
    })
    const text = await response.text()
    const type = response.headers.get('content-type') ?? ''
    const answer = {
      status: response.status,
      body: /json/.test(type) && text !== '' ? JSON.parse(text) : text,
      headers: response.headers,
    }
    fits(method, path.split('?')[0]!, answer, type)
    return answer
  }
}

const asSent = (body: unknown) =>
  typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body)

/** Throws when an answer is not what the document says of its route. */
export function checkerOf(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema({ $id: 'document', ...document })
  const patterns = Object.keys(document.paths)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
    .sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')))

  return (method: string, path: string, { status, body }: ApiAnswer, type: string) => {
    const found = patterns.find(({ pattern }) => pattern.test(path))?.path
    const operation = found && document.paths[found]?.[method.toLowerCase()]
    if (!operation) return
    const where = `${method} ${path} ${status}`
    const documented =
      operation.responses[status] ?? (status >= 400 ? operation.responses.default : undefined)
    if (!documented) throw new Error(`${where} is not in the document`)
    const [, name] = /^#\/components\/responses\/(\w+)$/.exec(documented.$ref ?? '') ?? []
    const response = (name ? document.components.responses[name] : documented) as {
      content?: Record<string, { schema: object }>
    }
    const [expected] = Object.entries(response.content ?? {})
    if (!expected) {
      if (body !== '') throw new Error(`${where} has a body: ${JSON.stringify(body)}`)
      return
    }
    if (!type.startsWith(expected[0])) throw new Error(`${where} is ${type}, not ${expected[0]}`)
    const schema = JSON.parse(JSON.stringify(expected[1].schema).replaceAll('"#/', '"document#/'))
    if (!ajv.validate(schema, body))
      throw new Error(`${where} does not fit: ${ajv.errorsText()}\n${JSON.stringify(body)}`)
  }
}
