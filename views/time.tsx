import { Html } from '@elysiajs/html'

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })

/** A moment, given as ISO 8601, by its day; the exact time is in the title. */
export const When = ({ at }: { at: string }) => (
  <time datetime={at} title={`${exact.format(new Date(at))} UTC`} safe>
    {day.format(new Date(at))}
  </time>
)

/** A moment to the minute. */
export const Moment = ({ at }: { at: string }) => (
  <time datetime={at} safe>
    {`${exact.format(new Date(at))} UTC`}
  </time>
)
