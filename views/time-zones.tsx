import { Html } from './html.ts'

const timeZones = Intl.supportedValuesOf('timeZone')

/** The options of a list of time zones. */
export const TimeZones = ({ chosen }: { chosen: string }) => (
  <>
    {(timeZones.includes(chosen) ? timeZones : [chosen, ...timeZones]).map((zone) => (
      <option selected={zone === chosen} safe>
        {zone}
      </option>
    ))}
  </>
)
