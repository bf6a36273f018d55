import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { EditRow, ItemRow, ItemsPage, ItemsPanel } from '../../views/admin-items.tsx'
import type { Context } from '../context.ts'
import { isFragmentRequest, seeOther } from '../frame.ts'
import { items, type ReadItem, readItem, wholeItem } from '../market/items.ts'
import { choiceIn, listing } from '../market/listing.ts'
import { type Item, itemById } from '../market/queries.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId } from '../platform/fields.ts'
import { type AdminFrame, adminsOnly } from './guard.ts'
import { type Added, addItem, changeItem, removeItem } from './items.ts'

/** The market's stock: what is there, adding, changing in place, removing. */
export const itemRoutes = (context: Context) => {
  const { currency } = context.config
  /** The page of the stock that the address names, or that an item is on. */
  const panel = async (request: Request, more: Panel = {}) => {
    const { value } = await items(context)
    const at = more.edited ? value.findIndex(({ id }) => id === more.edited?.item.id) : -1
    const asked = choiceIn(new URL(request.url)).page
    const page = at < 0 ? asked : 1 + Math.floor(at / itemsOnPage)
    return { listing: listing(value, { ...everything, page }, itemsOnPage), currency, ...more }
  }
  const answer = async (request: Request, frame: AdminFrame, more: Panel = {}) =>
    isFragmentRequest(request)
      ? ItemsPanel(await panel(request, more))
      : ItemsPage({ frame, ...(await panel(request, more)) })

  return new Elysia({ name: 'item-routes' })
    .use(adminsOnly(context))
    .get('/admin', async ({ frame, request }) => ItemsPage({ frame, ...(await panel(request)) }))

    .post('/admin/items', async ({ body, frame, request, set }) => {
      const read = readItem(body, currency)
      const item = wholeItem(read)
      if (item) return answer(request, frame, { said: saidOf(await addItem(context, item)) })

      set.status = 422
      return answer(request, frame, { typed: read.typed, errors: read.errors })
    })

    .get('/admin/items/:id', async ({ params: { id }, request }) => {
      const item = await itemOr404(context, id)
      return isFragmentRequest(request) ? ItemRow({ item, currency }) : seeOther(`/admin#item-${item.id}`)
    })

    .get('/admin/items/:id/edit', async ({ params: { id }, frame, request }) => {
      const item = await itemOr404(context, id)
      if (isFragmentRequest(request)) return EditRow({ item, currency })
      return ItemsPage({ frame, ...(await panel(request, { edited: { item } })) })
    })

    .post('/admin/items/:id', async ({ params: { id }, body, frame, request, set }) => {
      const item = await itemOr404(context, id)
      const read = readItem(body, currency)
      const { changed, errors } = await tryChange(context, item.id, read, asFields(body).was)
      if (changed) {
        return isFragmentRequest(request)
          ? ItemRow({ item: changed, currency, isChanged: true })
          : seeOther(`/admin#item-${item.id}`)
      }
      set.status = 422
      const edited = { item: await itemOr404(context, id), typed: read.typed, errors }
      return isFragmentRequest(request)
        ? EditRow({ ...edited, currency })
        : ItemsPage({ frame, ...(await panel(request, { edited })) })
    })

    .post('/admin/items/:id/remove', async ({ params: { id }, frame, request }) => {
      const item = await itemOr404(context, id)
      await removeItem(context, item.id)
      return answer(request, frame, { said: say('{item} is no longer sold.', { item: item.name }) })
    })
}

const itemsOnPage = 100
const everything = { q: '', sort: 'name', inStock: false } as const

type Panel = Omit<Parameters<typeof ItemsPanel>[0], 'listing' | 'currency'>

async function itemOr404({ db }: Context, id: string): Promise<Item> {
  const item = isId(id) ? await itemById(db, id) : undefined
  if (!item) throw new Refusal(404, 'There is no such item.')
  return item
}

/**
 * The changed item, or what is wrong beside the fields. The form tells how many there `were` when it was drawn: who
 * changes the price alone must not put back pieces that were sold meanwhile.
 */
async function tryChange(
  context: Context,
  id: number,
  read: ReadItem,
  were: unknown,
): Promise<{ changed?: Item; errors: FieldErrors }> {
  const item = wholeItem(read)
  if (!item) return { errors: read.errors }
  const was = typeof were === 'string' && /^\d{1,7}$/.test(were) ? Number(were) : undefined
  const change = item.quantity === was ? { name: item.name, price: item.price } : { ...item, was }
  try {
    return { changed: await changeItem(context, id, change), errors: {} }
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return { errors: error.fields }
    throw error
  }
}

const saidOf = ({ item, isNew }: Added) =>
  isNew
    ? say('{item} is new in the market.', { item: item.name })
    : say('{item} was there already: its quantity is {n} now, its price stays.', {
        item: item.name,
        n: item.quantity,
      })
