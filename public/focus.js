/**
 * Where one goes on when what was pressed is gone: the keyboard at what came in its place, not at the page's
 * beginning. Fields that are wrong have `autofocus`, which is htmx's.
 *
 * @typedef {object} Context of htmx, as far as it is used here
 * @property {Element} sourceElement
 * @property {{ status: number }} [response]
 *
 * @typedef {object} Task of htmx: what goes where
 * @property {string} type
 * @property {Element} target before a swap what is replaced or added to, after it what came
 * @property {{ style: string }} [swapSpec]
 */

const stops = 'a[href], button:enabled, input:not([type=hidden]), select, textarea, summary'

/**
 * Requests of elements that had the focus, with what was put in their place. @type {WeakMap<Context, Task |
 * null>}
 */
const places = new WeakMap()

document.addEventListener('htmx:config:request', (event) => {
  const { ctx } = /** @type {CustomEvent<{ ctx: Context }>} */ (event).detail
  if (ctx.sourceElement.contains(document.activeElement)) places.set(ctx, null)
})

document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = /** @type {CustomEvent<{ ctx: Context, tasks: Task[] }>} */ (event).detail
  if (places.has(ctx)) places.set(ctx, tasks[0] ?? null)
  if (ctx.sourceElement.id === 'new-post' && (ctx.response?.status ?? 500) < 400)
    ctx.sourceElement.closest('details')?.removeAttribute('open')
})

document.addEventListener('htmx:after:swap', (event) => {
  const { ctx } = /** @type {CustomEvent<{ ctx: Context }>} */ (event).detail
  const task = places.get(ctx)
  const { activeElement } = document
  const isLost = activeElement === null || activeElement === document.body
  if (task && isLost) goOnIn(arrived(task))
})

/** @param {Task} task */
function arrived({ target, swapSpec }) {
  if (swapSpec?.style === 'afterbegin') return target.firstElementChild
  return swapSpec?.style === 'beforeend' ? target.lastElementChild : target
}

/** @param {Element | null} place */
function goOnIn(place) {
  if (!(place instanceof HTMLElement)) return
  const told = place.querySelector('[tabindex="-1"]') ?? place.querySelector(stops)
  const stop = told instanceof HTMLElement ? told : place
  if (stop === place) stop.tabIndex = -1
  const isSmall = place.offsetHeight < innerHeight
  stop.focus({ preventScroll: !isSmall })
}

/** A form that was put below a comment is taken away, and what brought it can be pressed again. */
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-closes]') : null
  const place = link?.closest('[id^="form-"]')
  if (!place) return
  event.preventDefault()
  place.replaceChildren()
  /** @type {HTMLElement | null | undefined} */
  const tool = place.parentElement?.querySelector('.tools a')
  tool?.focus()
})
