import { Elysia } from 'elysia'
import { MentionList } from '../../views/mentions.tsx'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { likeOf } from '../text/like.ts'
import { mentionOf } from '../text/mentions.ts'
import { membersToMention } from './queries.ts'

const suggestedAtOnce = 8
/** Of a name, characters that the index has. */
const indexed = 40

/** Whom a member may mean who has typed `@` and the start of a name. */
export const mentions = (context: Context) =>
  new Elysia({ name: 'mentions' }).get('/mentions', async ({ request }) => {
    const writer = await memberOf(context, request)
    const typed = (new URL(request.url).searchParams.get('of') ?? '').normalize('NFC')
    const start = [...typed.slice(0, 2 * indexed)].slice(0, indexed).join('')
    const found =
      start.trim() === '' ? [] : await membersToMention(context.db, writer.id, likeOf(start), suggestedAtOnce)
    return MentionList({
      members: found.flatMap((member) => {
        const mention = mentionOf(member.name)
        return mention === undefined ? [] : [{ ...member, mention }]
      }),
    })
  })
