import type { Context } from '../context.ts'
import { noteEvent } from '../events/note.ts'
import type { Proven } from './queries.ts'
import { agentOf, startSession } from './sessions.ts'

/** Starts a session as `startSession` does, and notes that somebody signed in. */
export async function signedIn(
  context: Context,
  request: Request,
  proven: Proven,
  as: 'signed-in' | 'signed-on' = 'signed-in',
): Promise<string[] | undefined> {
  const cookies = await startSession(context, proven, request)
  if (cookies) await noteEvent(context.db, proven.id, as, agentOf(request))
  return cookies
}
