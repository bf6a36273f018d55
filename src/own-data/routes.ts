import { Elysia } from 'elysia'
import { OwnDataPage } from '../../views/own-data.tsx'
import { asMember } from '../accounts/access.ts'
import { askedOf, proofIn, provenBy } from '../accounts/proof.ts'
import { lockUser } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { noteEvent } from '../events/note.ts'
import { namedSiteOf, pageContextFor, viewerIn } from '../http/page-context.ts'
import { openBulkhead } from '../platform/bulkhead.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { ownData } from './file.ts'
import { timesWithinHour } from './queries.ts'

const mostAnHour = 5

/** What the board keeps of a member: a page that says so, and a file with all of it. */
export const ownDataPages = (context: Context) => {
  /** Pieces of all files, one at a time: a file of many pieces holds up nobody else. */
  const inTurn = openBulkhead({ atOnce: 1 })

  const page = async (request: Request, errors: FieldErrors = {}) => {
    const pageContext = await pageContextFor(context, request)
    const viewer = asMember(viewerIn(pageContext), 'Please sign in to see your account.')
    return OwnDataPage({ pageContext, asks: await askedOf(context, request, viewer), errors })
  }

  return new Elysia({ name: 'own-data' })
    .get('/account/data', ({ request, set }) => {
      set.headers['cache-control'] = 'no-store'
      return page(request)
    })

    .post('/account/data', async ({ body, request, set }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = asMember(viewerIn(pageContext), 'Please sign in to see your account.')
      const { errors } = await provenBy(context, request, viewer, proofIn(body))
      if (errors) {
        set.status = 422
        return page(request, errors)
      }
      await noteDownload(context, viewer.id)
      const pieces = ownData(context.db, viewer.id, namedSiteOf(context, request))
      return new Response(streamOf(pieces, inTurn), {
        headers: {
          'content-type': 'application/x-tar',
          'content-disposition': 'attachment; filename="my-data.tar"',
          'cache-control': 'no-store',
        },
      })
    })
}

/** Throws a 429 for who had many of them. */
async function noteDownload({ db }: Context, user: number): Promise<void> {
  await db.transaction(async (sql) => {
    // Those who ask at the same moment are counted one after the other.
    await lockUser(sql, user)
    if ((await timesWithinHour(sql, user, 'data-downloaded')) >= mostAnHour)
      throw new Refusal(429, 'You have had this file many times. Please try again in an hour.')
    await noteEvent(sql, user, 'data-downloaded')
  })
}

/** A piece is made when the one before has gone. */
function streamOf(pieces: AsyncGenerator<Uint8Array>, inTurn: ReturnType<typeof openBulkhead>) {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await inTurn(() => pieces.next())
      if (done) controller.close()
      else if (value.length > 0) controller.enqueue(value)
      else controller.enqueue(new Uint8Array(0))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
