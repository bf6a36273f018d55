import { Type as t } from '@sinclair/typebox'
import { type Description, operation } from '../openapi/operation.ts'
import { object } from '../openapi/schema.ts'
import type { Answer, Answering } from './calls.ts'

type Described = Omit<Description, 'tag' | 'refusal' | 'needs'>

/**
 * A call and how it stands in the document. The schemas only describe: by its contract this API judges in an
 * order and by rules of its own, and takes numbers of any size, so each call reads what it is sent itself.
 */
export const described = (answer: Answer, { problems = [], ...of }: Described): Answering => ({
  answer,
  hook: operation({ ...of, tag: 'acts', refusal: 'Refused', problems: [...problems, 405, 500] }),
})

/** A list of exactly one. */
export const onlyOf = (item: typeof text | typeof actId) => t.Array(item, { minItems: 1, maxItems: 1 })

export const text = t.String({ minLength: 1 })
export const actId = t.Integer({ minimum: 0 })
export const credentials = object({
  username: text,
  password: t.String({ pattern: '^[0-9A-Fa-f]{40}$' }),
})

const nothing = t.Unsafe({ $id: 'Nothing', type: 'object', maxProperties: 0 })
export const done = { 200: nothing }
export const made = { 201: nothing }

export const number = {
  200: t.Unsafe<[number]>({
    $id: 'Number',
    type: 'array',
    prefixItems: [{ type: 'integer', minimum: 0 }],
    items: false,
    minItems: 1,
  }),
}

export const acts = {
  200: t.Array(
    object(
      {
        actId: t.Integer({ minimum: 0, description: 'Of any size.' }),
        username: t.String(),
        timestamp: t.String({ pattern: '^\\d\\d-\\d\\d-\\d{4}:\\d\\d-\\d\\d-\\d\\d$' }),
        caption: t.String(),
        upvotes: t.Integer({ minimum: 0 }),
        categoryName: t.String(),
        imgB64: t.String({ contentEncoding: 'base64' }),
      },
      { $id: 'Act' },
    ),
  ),
  204: null,
}
