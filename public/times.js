/**
 * When something was written, as its reader counts: how long ago, and after a week the day where they are.
 * Without this it is the day in UTC, as it was drawn.
 */

const { lang } = document.documentElement
/** In the digits that pages are drawn with, as in texts/say.ts. */
const latin = `${lang}-u-nu-latn`
const now = new Intl.RelativeTimeFormat(latin, { numeric: 'auto' }).format(0, 'second')
const ago = new Intl.RelativeTimeFormat(latin, { style: 'short' })
const day = new Intl.DateTimeFormat(latin, { dateStyle: 'medium' })
const exact = new Intl.DateTimeFormat(latin, { dateStyle: 'medium', timeStyle: 'short' })

/** @type {[Intl.RelativeTimeFormatUnit, number][]} with how many of them make one of the next */
const units = [
  ['minute', 60],
  ['hour', 24],
  ['day', 7],
]

/** @param {Date} at */
function sinceOf(at) {
  let passed = (Date.now() - at.getTime()) / 60_000
  if (passed < 1) return now
  for (const [unit, many] of units) {
    if (passed < many) return ago.format(-Math.floor(passed), unit)
    passed /= many
  }
  return day.format(at)
}

/** @param {(at: Date) => string} say */
function tell(say) {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (
    document.querySelectorAll('.byline time[title]')
  )) {
    const at = new Date(time.dateTime)
    const said = say(at)
    if (time.textContent !== said) time.textContent = said
    time.title = exact.format(at)
  }
}

const tellNow = () => tell(sinceOf)

for (const name of ['htmx:after:swap', 'visibilitychange']) document.addEventListener(name, tellNow)
// A paper stays as it is.
window.addEventListener('beforeprint', () => tell((at) => day.format(at)))
window.addEventListener('afterprint', tellNow)
setInterval(tellNow, 60_000)
tellNow()
