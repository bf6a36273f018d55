import { largestLimit, usualLimit } from '../http/paging.ts'
import { bodyOf, documented, listOf, ref } from '../openapi/operation.ts'

const username = { type: 'string' }
const password = { type: 'string', minLength: 10, maxLength: 200 }
const credentials = bodyOf({ username, password }, ['username', 'password'])

/** What changes who somebody is asks for the password once more. */
const confirmation = { password: { type: 'string', description: 'Your own, once more.' } }

/** How the accounts' routes stand in the document. */
export const documentedAccounts = {
  listUsers: documented({
    tag: 'users',
    summary: 'A page of members',
    query: {
      after: {
        type: 'string',
        pattern: '^(0|[1-9]\\d{0,15})$',
        description: 'From the Link header of the page before.',
      },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: largestLimit,
        default: usualLimit,
        description: 'Members.',
      },
    },
    gives: { 200: listOf(ref('User')) },
    headers: { Link: 'The next page, rel="next".' },
    refuses: [422],
  }),
  addUser: documented({
    tag: 'users',
    summary: 'Makes an account',
    takes: credentials,
    gives: { 201: ref('User') },
    headers: { Location: 'Where it is.' },
    refuses: [409],
    isOnce: true,
  }),
  user: documented({
    tag: 'users',
    summary: 'One member',
    gives: { 200: ref('User'), 304: null },
    headers: { ETag: 'For If-None-Match.' },
    refuses: [404],
  }),
  removeUser: documented({
    tag: 'users',
    summary: 'Removes one’s own account, or an admin another one; its posts stay',
    needs: 'session',
    takes: bodyOf(confirmation, ['password']),
    gives: { 204: null },
    refuses: [404, 409],
    isConditional: true,
  }),
  session: documented({
    tag: 'session',
    summary: 'Who is signed in',
    needs: 'member',
    gives: { 200: ref('Viewer') },
  }),
  startSession: documented({
    tag: 'session',
    summary: 'Signs in: gives a cookie',
    takes: credentials,
    gives: { 201: ref('Viewer') },
    headers: { 'Set-Cookie': 'The session.' },
    refuses: [401],
  }),
  endSession: documented({ tag: 'session', summary: 'Signs out', gives: { 204: null } }),
  listTokens: documented({
    tag: 'tokens',
    summary: 'One’s tokens',
    needs: 'member',
    gives: { 200: listOf(ref('Token')) },
  }),
  addToken: documented({
    tag: 'tokens',
    summary: 'Makes a token',
    description: 'Repeated with its Idempotency-Key it gives a new secret.',
    needs: 'session',
    takes: bodyOf({ name: { type: 'string', maxLength: 60 }, ...confirmation }, ['name', 'password']),
    gives: { 201: ref('NewToken') },
    headers: { Location: 'What to DELETE to revoke it.' },
    isOnce: true,
  }),
  removeToken: documented({
    tag: 'tokens',
    summary: 'Revokes a token',
    needs: 'session',
    takes: bodyOf(confirmation, ['password']),
    gives: { 204: null },
    refuses: [404],
  }),
}
