import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { EditRow, ItemRow, ItemsPage, ItemsPanel } from '../../views/admin-items.tsx'
import type { Context } from '../context.ts'
import { refuseOvertaken } from '../http/form-version.ts'
import { seeOther } from '../http/page-context.ts'
import { type Exchange, respond } from '../http/respond.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId } from '../platform/fields.ts'
import { currencyOf } from '../settings/look.ts'
import { items, type ReadItem, readItem, versionOfItem, wholeItem } from './items.ts'
import { listing, queryIn } from './listing.ts'
import { type Item, itemById } from './queries.ts'
import { type Added, addItem, changeItem, removeItem } from './stock.ts'

/** The market's stock: what is there, adding, changing in place, removing. */
export const stockPages = (context: Context) => {
  /** The page of the stock that the address names, or that an item is on. */
  const panel = async (request: Request, more: Panel = {}) => {
    const { value } = await items(context)
    const { q, page: requested } = queryIn(new URL(request.url))
    const query = { ...everything, q, page: requested }
    const all = more.edited ? listing(value, { ...query, page: 1 }, value.length).items : []
    const at = all.findIndex(({ id }) => id === more.edited?.item.id)
    const page = at < 0 ? requested : 1 + Math.floor(at / itemsOnPage)
    return {
      listing: listing(value, { ...query, page }, itemsOnPage),
      currency: currencyOf(context),
      ...more,
    }
  }
  const answer = async (exchange: Exchange, pageContext: AdminPageContext, more: Panel, status = 200) => {
    const props = await panel(exchange.request, more)
    return respond(exchange, {
      page: () => ItemsPage({ pageContext, ...props }),
      fragment: () => ItemsPanel(props),
      status,
    })
  }

  return new Elysia({ name: 'stock' })
    .use(adminsOnly(context))
    .get('/admin', async ({ pageContext, request }) => ItemsPage({ pageContext, ...(await panel(request)) }))

    .post('/admin/items', async ({ body, pageContext, request, set }) => {
      const read = readItem(body, currencyOf(context))
      const item = wholeItem(read)
      return item
        ? answer({ request, set }, pageContext, { said: saidOf(await addItem(context, item)) })
        : answer({ request, set }, pageContext, { typed: read.typed, errors: read.errors }, 422)
    })

    .get('/admin/items/:id', ({ params: { id }, request, set }) =>
      respond(
        { request, set },
        {
          page: async () => {
            // Here leads the page that says that the item was removed.
            if (isId(id) && !(await itemById(context.db, id))) return seeOther('/admin')
            return seeOther(`/admin#item-${(await itemOr404(context, id)).id}`)
          },
          fragment: async () =>
            ItemRow({ item: await itemOr404(context, id), currency: currencyOf(context) }),
        },
      ),
    )

    .get('/admin/items/:id/edit', async ({ params: { id }, pageContext, request, set }) => {
      const edited = asSeen(await itemOr404(context, id))
      return respond(
        { request, set },
        {
          page: async () => ItemsPage({ pageContext, ...(await panel(request, { edited })) }),
          fragment: () => EditRow({ ...edited, currency: currencyOf(context) }),
        },
      )
    })

    .post('/admin/items/:id', async ({ params: { id }, body, pageContext, request, set }) => {
      const item = await itemOr404(context, id)
      const read = readItem(body, currencyOf(context))
      const { changed, errors, isOvertaken } = await tryChange(context, item.id, read, body)
      if (changed) {
        return respond(
          { request, set },
          {
            page: () => seeOther(`/admin#item-${item.id}`),
            fragment: () => ItemRow({ item: changed, currency: currencyOf(context), isChanged: true }),
          },
        )
      }
      const now = asSeen(await itemOr404(context, id))
      // Only who was answered with what is there now has seen it.
      const edited = { ...now, ...(isOvertaken ? {} : seenIn(body)), typed: read.typed, errors }
      return respond(
        { request, set },
        {
          page: async () => ItemsPage({ pageContext, ...(await panel(request, { edited })) }),
          fragment: () => EditRow({ ...edited, currency: currencyOf(context) }),
          status: 422,
        },
      )
    })

    .post('/admin/items/:id/remove', async ({ params: { id }, pageContext, request, set }) => {
      const item = await itemOr404(context, id)
      await removeItem(context, item.id)
      return answer({ request, set }, pageContext, {
        said: say('{item} is no longer sold.', { item: item.name }),
      })
    })
}

const itemsOnPage = 100
const everything = { category: '', sort: 'name', inStock: false } as const

type Panel = Omit<Parameters<typeof ItemsPanel>[0], 'listing' | 'currency'>

async function itemOr404({ db }: Context, id: string): Promise<Item> {
  const item = isId(id) ? await itemById(db, id) : undefined
  if (!item) throw new Refusal(404, 'There is no such item.')
  return item
}

/**
 * The changed item, or what is wrong beside the fields. The form tells what there was when it was drawn:
 * another tab's name and price are not put back, nor pieces that were sold meanwhile by who changes the price
 * alone.
 */
async function tryChange(
  context: Context,
  id: number,
  read: ReadItem,
  form: unknown,
): Promise<{ changed?: Item; errors: FieldErrors; isOvertaken?: boolean }> {
  const item = wholeItem(read)
  if (!item) return { errors: read.errors }
  const { was: were = '' } = seenIn(form)
  const was = /^\d{1,7}$/.test(were) ? Number(were) : undefined
  const change = item.quantity === was ? { name: item.name, price: item.price } : { ...item, was }
  try {
    const expected = (now: Item) => refuseOvertaken(form, versionOfItem(now))
    return { changed: await changeItem(context, id, change, expected), errors: {} }
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 409) throw error
    return { errors: error.fields, isOvertaken: !error.fields.name }
  }
}

const asSeen = (item: Item) => ({ item, version: versionOfItem(item), was: `${item.quantity}` })

/** Returns the version of the item that the form was filled with. */
function seenIn(form: unknown): { was?: string; version?: string } {
  const { was, version } = asFields(form)
  return {
    ...(typeof was === 'string' ? { was } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  }
}

const saidOf = ({ item, isNew }: Added) =>
  isNew
    ? say('{item} is new in the market.', { item: item.name })
    : say('{item} was there already: its quantity is {n} now, its price stays.', {
        item: item.name,
        n: item.quantity,
      })
