import type { Pickup } from '../src/order-windows/queries.ts'
import type { Ordering } from '../src/order-windows/service.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { MomentIn, shownSpan } from './moments.tsx'
import { Phrase } from './phrase.tsx'

/** Until when one orders, or from when again. */
export const WhenToOrder = ({ ordering: { window, whyClosed } }: { ordering: Ordering }) => (
  <p class="banner" role="status">
    {window && whyClosed === undefined ? (
      <Phrase
        of="{window}: order until {when}."
        parts={{
          window: <bdi safe>{window.name}</bdi>,
          when: <MomentIn at={window.closesAt} zone={window.timeZone} />,
        }}
      />
    ) : (
      <span safe>{whyClosed ?? ''}</span>
    )}
  </p>
)

/** In a form by which one orders; nothing where there is nothing to choose. */
export const PickupChoice = ({ ordering: { window, chosen } }: { ordering: Ordering }) =>
  window && window.pickups.length > 1 ? (
    <select name="pickup" aria-label={say('Pick-up')}>
      <PickupOptions pickups={window.pickups} zone={window.timeZone} chosen={chosen} />
    </select>
  ) : (
    ''
  )

type OptionsProps = { pickups: Pickup[]; zone: string; chosen: number | undefined }

export const PickupOptions = ({ pickups, zone, chosen }: OptionsProps) => (
  <>
    {pickups.map((pickup) => (
      <option value={`${pickup.id}`} selected={pickup.id === chosen} safe>
        {spanOf(pickup, zone)}
      </option>
    ))}
  </>
)

const spanOf = ({ place, startsAt, endsAt }: Pickup, zone: string) =>
  `${place} · ${shownSpan(startsAt, endsAt, zone)}`

/** Where and when something is picked up. */
export const PickupSpan = ({ pickup, zone }: { pickup: Pickup; zone: string }) => (
  <>
    <bdi safe>{pickup.place}</bdi>
    <span aria-hidden="true"> · </span>
    <time datetime={`${pickup.startsAt}`} title={zone} safe>
      {shownSpan(pickup.startsAt, pickup.endsAt, zone)}
    </time>
  </>
)
