import { Refusal } from '../platform/errors.ts'
import { signInPath } from './local-path.ts'
import { isPageRequest, isRead } from './page-context.ts'

/** A browser goes to the form; who sends something, and a program, is told. */
export const signInFirst = (request: Request) =>
  isRead(request) && isPageRequest(request)
    ? new Refusal(303, 'Please sign in first.', {}, { location: signInPath(request) })
    : new Refusal(401, 'Please sign in first.')
