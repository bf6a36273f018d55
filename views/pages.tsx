import type { Listing } from '../src/market/listing.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'

type Props = { at: Listing; addressOf: (page: number) => string }

/** Leads from one numbered page of items to the next and back. */
export const Pages = ({ at: { query, pages }, addressOf }: Props) =>
  pages === 1 ? (
    ''
  ) : (
    <nav class="pager" aria-label={say('Pages')}>
      {query.page > 1 ? (
        <a class="button" rel="prev" href={addressOf(query.page - 1)} safe>
          {say('Back')}
        </a>
      ) : (
        ''
      )}
      <span class="hint" safe>
        {say('Page {page} of {pages}', { page: query.page, pages })}
      </span>
      {query.page < pages ? (
        <a class="button" rel="next" href={addressOf(query.page + 1)} safe>
          {say('More')}
        </a>
      ) : (
        ''
      )}
    </nav>
  )
