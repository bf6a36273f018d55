import { ownPath } from '../http/local-path.ts'
import { backOf } from '../http/page-context.ts'

/** Where to go on after signing in: what the address says, else the page that one came from. */
export const nextOf = (request: Request) =>
  ownPath(new URL(request.url).searchParams.get('next') ?? backOf(request, '/'))
