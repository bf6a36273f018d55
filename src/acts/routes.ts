import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { count, object } from '../openapi/schema.ts'
import { actsOfUser, addAct, countActs, removeAct, upvote } from './acts.ts'
import { callsOf, type Methods } from './calls.ts'
import {
  actsOfCategory,
  addCategory,
  countActsIn,
  listCategories,
  removeNamedCategory,
} from './categories.ts'
import { serviceCalls } from './health.ts'
import {
  actId,
  credentials,
  described,
  done,
  acts as listOfActs,
  made,
  number,
  onlyOf,
  text,
} from './operation.ts'
import { addUser, listUsers, removeUser, validateUser } from './users.ts'

/** The acts API's service of categories and acts. An act is a post with a few things more. */
export const acts = (context: Context) =>
  service('acts', context, {
    '/categories': {
      GET: described(() => listCategories(context), {
        summary: 'All categories and the number of their acts',
        answers: { 200: t.Unsafe({ type: 'object', additionalProperties: count }), 204: null },
      }),
      POST: described((call) => addCategory(context, call), {
        summary: 'Adds a category',
        body: onlyOf(text),
        answers: made,
        problems: [400],
      }),
    },
    '/categories/:name': {
      DELETE: described((call) => removeNamedCategory(context, call), {
        summary: 'Removes a category and its acts',
        answers: done,
        problems: [400],
      }),
    },
    '/categories/:name/acts': {
      GET: described((call) => actsOfCategory(context, call), {
        summary: 'Acts of a category, the newest first, a hundred at most',
        query: object({
          start: t.Integer({ minimum: 1, description: 'The first of a range; 1 is the newest.' }),
          end: t.Integer({ minimum: 1, description: 'The last of it.' }),
        }),
        answers: listOfActs,
        problems: [400, 413],
      }),
    },
    '/categories/:name/acts/size': {
      GET: described((call) => countActsIn(context, call), {
        summary: 'The number of its acts',
        answers: number,
        problems: [400],
      }),
    },
    '/acts': {
      POST: described((call) => addAct(context, call), {
        summary: 'Uploads an act',
        body: object({
          actId,
          username: text,
          timestamp: text,
          caption: text,
          categoryName: text,
          imgB64: text,
        }),
        answers: made,
        problems: [400],
      }),
    },
    '/acts/:actId': {
      DELETE: described((call) => removeAct(context, call), {
        summary: 'Removes an act',
        answers: done,
        problems: [400],
      }),
    },
    '/acts/upvote': {
      POST: described((call) => upvote(context, call), {
        summary: 'One upvote more',
        body: onlyOf(actId),
        answers: done,
        problems: [400],
      }),
    },
    '/acts/count': {
      GET: described(() => countActs(context), { summary: 'The number of all acts', answers: number }),
    },
    '/list_act_user/:username': {
      GET: described((call) => actsOfUser(context, call), {
        summary: 'Acts of a user, the newest first',
        answers: listOfActs,
      }),
    },
  })

/** Its service of users, in the pool where hashing passwords delays nobody. */
export const actsUsers = (context: Context) =>
  service('acts-users', context, {
    '/users': {
      GET: described((call) => listUsers(context, call), {
        summary: 'The names of all users',
        answers: { 200: t.Array(t.String()), 204: null },
      }),
      POST: described((call) => addUser(context, call), {
        summary: 'Adds a user',
        body: credentials,
        answers: made,
        problems: [400],
      }),
    },
    '/users/:username': {
      DELETE: described((call) => removeUser(context, call), {
        summary: 'Removes a user; their acts stay. With ACTS_API=open alone',
        answers: done,
        problems: [400, 403],
      }),
    },
    '/validate_user': {
      POST: described((call) => validateUser(context, call), {
        summary: 'Is this the password?',
        body: credentials,
        answers: { ...done, 204: null },
        problems: [400],
      }),
    },
  })

const service = (name: string, context: Context, table: Record<string, Methods>) =>
  new Elysia({ name })
    .use(callsOf(`${name}-calls`, table, context.calls))
    .use(callsOf(`${name}-service`, serviceCalls(context, context.calls)))
