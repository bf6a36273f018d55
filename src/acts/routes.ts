import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
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
import { addUser, listUsers, removeUser, validateUser } from './users.ts'

/** The acts API's service of categories and acts. An act is a post with a few things more. */
export const acts = (context: Context) =>
  service('acts', context, {
    '/categories': {
      GET: () => listCategories(context),
      POST: (call) => addCategory(context, call),
    },
    '/categories/:name': { DELETE: (call) => removeNamedCategory(context, call) },
    '/categories/:name/acts': { GET: (call) => actsOfCategory(context, call) },
    '/categories/:name/acts/size': { GET: (call) => countActsIn(context, call) },
    '/acts': { POST: (call) => addAct(context, call) },
    '/acts/:actId': { DELETE: (call) => removeAct(context, call) },
    '/acts/upvote': { POST: (call) => upvote(context, call) },
    '/acts/count': { GET: () => countActs(context) },
    '/list_act_user/:username': { GET: (call) => actsOfUser(context, call) },
  })

/** Its service of users, in the pool where hashing passwords delays nobody. */
export const actsUsers = (context: Context) =>
  service('acts-users', context, {
    '/users': { GET: (call) => listUsers(context, call), POST: (call) => addUser(context, call) },
    '/users/:username': { DELETE: (call) => removeUser(context, call) },
    '/validate_user': { POST: (call) => validateUser(context, call) },
  })

const service = (name: string, context: Context, table: Record<string, Methods>) =>
  new Elysia({ name })
    .use(callsOf(`${name}-calls`, table, context.calls))
    .use(callsOf(`${name}-service`, serviceCalls(context, context.calls)))
