import type { PropsWithChildren } from '@elysiajs/html'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { Drawing } from './drawings.tsx'
import { Html } from './html.ts'

type Column = Sentence | { name: Sentence; is: 'number' | 'unseen' }

/** The head of a table. A column that `is` unseen is read by screen readers alone. */
export const Columns = ({ of }: { of: Column[] }) => (
  <thead>
    <tr>
      {of.map((column) =>
        typeof column === 'string' ? (
          <th scope="col" safe>
            {say(column)}
          </th>
        ) : column.is === 'number' ? (
          <th scope="col" class="number" safe>
            {say(column.name)}
          </th>
        ) : (
          <th scope="col">
            <span class="unseen" safe>
              {say(column.name)}
            </span>
          </th>
        ),
      )}
    </tr>
  </thead>
)

/** A table that becomes a list of cards on a phone; `rows` are drawn already. */
export const Grid = ({ of, children }: PropsWithChildren<{ of: Column[] }>) => (
  <table class="grid">
    <Columns of={of} />
    <tbody>{children as 'safe'}</tbody>
  </table>
)

/**
 * A sentence in place of a list that is empty: `says`. Behind the end of one, `firstPage` is where it
 * begins.
 */
export const Empty = ({ says, firstPage }: { says: string; firstPage?: string | undefined }) =>
  firstPage === undefined ? (
    <p class="empty">
      {Drawing('empty') as 'safe'}
      <span safe>{says}</span>
    </p>
  ) : (
    <p class="empty">
      <span safe>{say('There is nothing more.')}</span>{' '}
      <a href={firstPage} safe>
        {say('To the first page')}
      </a>
    </p>
  )

/** Leads to the next part of a list; nothing at its end. */
export const Pager = ({ next, says }: { next: string | undefined; says: Sentence }) =>
  next === undefined ? (
    ''
  ) : (
    <p class="pager">
      <a class="button" rel="next" href={next} safe>
        {say(says)}
      </a>
    </p>
  )
