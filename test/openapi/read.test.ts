import { describe, expect, test } from 'bun:test'
import { Type as t } from '@sinclair/typebox'
import { readBody, readQuery } from '../../src/openapi/read.ts'
import { changeOf, nullOr, object, oneOf } from '../../src/openapi/schema.ts'
import { Refusal } from '../../src/platform/errors.ts'

const line = object({ item: t.Integer(), price: t.Optional(t.Union([t.String(), t.Number()])) })
const order = {
  takes: {
    body: object({
      title: t.String({ judged: { maxLength: 3 } }),
      parent: t.Optional(nullOr(t.Integer())),
      state: t.Optional(oneOf(['open', 'closed'])),
      lines: t.Optional(t.Array(line)),
    }),
  },
}
const change = { takes: { body: changeOf({ title: t.String() }) } }
const list = {
  takes: {
    query: object({
      after: t.Optional(t.String({ pattern: '^\\d+$' })),
      sort: oneOf(['new', 'top'], { default: 'new' }),
      limit: t.Integer({ minimum: 1, maximum: 100, default: 20 }),
    }),
  },
}

const sent = (body: string) => new Request('http://localhost/', { method: 'POST', body })
const question = (query: string) => new Request(`http://localhost/${query}`)

/** What a reader refuses, with its message and what is wrong with each field. */
async function refused(read: () => unknown) {
  try {
    await read()
  } catch (error) {
    if (error instanceof Refusal) return { ...error.fields, _: `${error.status} ${error.message}` }
    throw error
  }
  return undefined
}

describe('a body', () => {
  test('that fits is given as it is; what a field may say is not looked at', async () => {
    const body = {
      title: 'longer than the feature allows',
      parent: null,
      lines: [{ item: 1, price: '2.50' }],
    }

    expect(await readBody(sent(JSON.stringify(body)), order)).toEqual(body)
  })

  test.each([
    ['{}', { title: 'This is missing.' }],
    ['{"title":"a","x":1}', { x: 'There is no such field.' }],
    ['{"title":"a","__proto__":1}', JSON.parse('{"__proto__":"There is no such field."}')],
    ['{"title":"a","constructor":1}', { constructor: 'There is no such field.' }],
    ['{"title":5}', { title: 'This must be text.' }],
    ['{"title":"a","parent":"5"}', { parent: 'This must be a whole number or null.' }],
    ['{"title":"a","state":"shut"}', { state: 'This must be open or closed.' }],
    ['{"title":"a","lines":{}}', { lines: 'This must be a list.' }],
    ['{"title":"a","lines":[{"item":1},{"item":1.5}]}', { 'lines[1].item': 'This must be a whole number.' }],
    ['{"title":"a","lines":[{"item":"1"}]}', { 'lines[0].item': 'This must be a whole number.' }],
    ['{"title":"a","lines":[{"item":1,"price":[]}]}', { 'lines[0].price': 'This must be text or a number.' }],
    ['{"title":"a","a/b~c":1}', { 'a/b~c': 'There is no such field.' }],
  ])('%s is refused', async (body, errors) => {
    expect(await refused(() => readBody(sent(body), order))).toEqual({
      ...errors,
      _: '422 Something in this request cannot be taken as it is.',
    })
  })

  test('with a thousand wrong fields gets ten, by the start of their names', async () => {
    const body = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`${n}${'x'.repeat(100)}`, n]))

    const errors = await refused(() => readBody(sent(JSON.stringify(body)), change))

    expect(Object.keys(errors!)).toHaveLength(11)
    expect(Object.keys(errors!)[0]).toHaveLength(60)
  })

  test('that changes nothing is refused', async () => {
    expect(await refused(() => readBody(sent('{}'), change))).toEqual({
      _: '422 This changes nothing: name a field.',
    })
  })

  test.each(['', '{', '"text"', '[]', 'null'])('of %p is refused', async (body) => {
    expect((await refused(() => readBody(sent(body), order)))?._).toMatch(/^4(00|22) The body must be/)
  })
})

describe('a query', () => {
  test('has what is usual where nothing is asked for, and numbers as numbers', () => {
    expect(readQuery(question('?limit=5&after=7&other=1'), list)).toEqual({
      limit: 5,
      after: '7',
      sort: 'new',
    })
    expect(readQuery(question('?limit=&sort=&after='), list)).toEqual({ limit: 20, sort: 'new' })
  })

  test.each([
    ['?limit=0', { limit: 'limit is a whole number from 1 to 100.' }],
    ['?limit=5e1', { limit: 'limit is a whole number from 1 to 100.' }],
    ['?limit=%205', { limit: 'limit is a whole number from 1 to 100.' }],
    ['?sort=old', { sort: 'sort is new or top.' }],
    ['?after=x', { after: 'after is what the Link header of a page gave.' }],
  ])('of %s is refused', async (query, errors) => {
    expect(await refused(() => readQuery(question(query), list))).toEqual({
      ...errors,
      _: '422 The list cannot be made as it was asked for.',
    })
  })
})
