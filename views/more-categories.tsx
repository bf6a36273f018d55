import { say } from '../texts/say.ts'
import { Html } from './html.ts'

/** Leads to the page of categories after this one. */
export const MoreCategories = ({ next }: { next: number | undefined }) =>
  next === undefined ? (
    ''
  ) : (
    <p class="pager">
      <a class="button" rel="next" href={`?after=${next}`} safe>
        {say('More')}
      </a>
    </p>
  )
