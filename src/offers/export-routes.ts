import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { priceIn } from '../market/money.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { nothingHidden } from '../removal/queries.ts'
import { currencyOf } from '../settings/look.ts'
import { csvFile } from '../text/csv.ts'
import { type ListedOffer, listedOffers } from './queries.ts'

/** What members offer as a file, the newest first. */
export const offersExport = (context: Context) =>
  new Elysia({ name: 'offers-export' }).use(adminsOnly(context)).get('/admin/offers.csv', () => {
    const currency = currencyOf(context)
    return csvFile('offers.csv', columns, pages(context), (offer) => [
      ...[offer.id, offer.kind, offer.state, offer.title],
      ...[offer.price === null ? '' : priceIn(offer.price, currency), currency],
      ...[offer.place, offer.author ?? '', offer.createdAt],
    ])
  })

const columns = ['offer', 'kind', 'state', 'title', 'price', 'currency', 'place', 'member', 'offered at']
const offersAtOnce = 500

async function* pages({ db }: Context): AsyncGenerator<ListedOffer[]> {
  let before: number | undefined
  while (true) {
    const offers = await listedOffers(db, { before, limit: offersAtOnce, hidden: nothingHidden })
    const last = offers.at(-1)
    if (!last) return
    yield offers
    before = last.id
  }
}
