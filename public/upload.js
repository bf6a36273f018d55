/**
 * Pictures in forms: dropped onto their field, seen before they are sent, and sent with a bar that shows how
 * far they are. Without this the same forms post by themselves.
 */

const previewSide = 320

/** @param {EventTarget | null} target */
const dropOf = (target) => (target instanceof Element ? target.closest('.drop') : null)

/**
 * A field for a picture; other files are htmx's. @param {Element | null} place @returns {HTMLInputElement |
 * null}
 */
const fileIn = (place) => place?.querySelector('input[data-sending]') ?? null

document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLInputElement && target.dataset.sending) void preview(target)
})

for (const name of ['dragover', 'dragleave', 'drop'])
  document.addEventListener(name, (event) => {
    const place = dropOf(event.target)
    place?.classList.toggle('is-over', name === 'dragover')
    const { dataTransfer } = /** @type {DragEvent} */ (event)
    if (!dataTransfer?.types.includes('Files')) return
    // Anywhere else the browser would leave the page for the picture.
    if (name !== 'dragleave') event.preventDefault()
    const input = name === 'drop' ? fileIn(place) : null
    if (!input || dataTransfer.files.length === 0) return
    input.files = dataTransfer.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })

/** Drawn, not linked: our policy allows pictures from the site alone. @param {HTMLInputElement} input */
async function preview(input) {
  input.parentElement?.querySelector('canvas')?.remove()
  const file = input.files?.[0]
  const picture = file && (await createImageBitmap(file).catch(() => undefined))
  // Another one was chosen meanwhile.
  if (!picture || input.files?.[0] !== file) return
  const scale = Math.min(1, previewSide / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.className = 'preview'
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  input.after(canvas)
}

// Before htmx hears of it, which cannot tell how much of a request was sent.
document.addEventListener(
  'submit',
  (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !fileIn(form)?.files?.length) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (form.ariaBusy !== 'true') send(form)
  },
  true,
)

/** @param {HTMLFormElement} form */
function send(form) {
  const bar = document.createElement('progress')
  bar.setAttribute('aria-label', fileIn(form)?.dataset.sending ?? '')
  form.append(bar)
  setBusy(form, true)

  const request = new XMLHttpRequest()
  request.open('POST', form.action)
  request.setRequestHeader('Accept', 'text/html')
  request.responseType = 'document'
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    bar.max = total
    bar.value = loaded
  })
  request.addEventListener('loadend', () => {
    setBusy(form, false)
    bar.remove()
    answered(form, request)
  })
  request.send(new FormData(form))
}

/** @param {HTMLFormElement} form @param {boolean} isBusy */
function setBusy(form, isBusy) {
  form.ariaBusy = `${isBusy}`
  for (const button of form.querySelectorAll('button')) button.disabled = isBusy
}

/** @param {HTMLFormElement} form @param {XMLHttpRequest} request */
function answered(form, { status, responseURL, response }) {
  if (status >= 200 && status < 300) {
    const ctx = { sourceElement: form, response: { status, headers: new Headers() } }
    form.dispatchEvent(new CustomEvent('htmx:after:request', { bubbles: true, detail: { ctx } }))
    return location.assign(responseURL)
  }
  const again = response?.querySelector(`form[action="${form.getAttribute('action')}"]`)
  if (status === 422 && again) return showAgain(form, document.importNode(again, true))
  const flash = document.getElementById('flash')
  if (flash)
    flash.textContent = response?.querySelector('.notice p')?.textContent ?? flash.dataset.unreachable ?? ''
}

/**
 * The form as it was sent, with what is wrong in it. Only a script can give the file back.
 *
 * @param {HTMLFormElement} form @param {HTMLFormElement} again
 */
function showAgain(form, again) {
  const [before, after] = [fileIn(form), fileIn(again)]
  if (before && after && !after.ariaInvalid) after.files = before.files
  form.replaceWith(again)
  const { htmx } = /** @type {{ htmx?: { process(element: Element): void } }} */ (
    /** @type {unknown} */ (window)
  )
  htmx?.process(again)
  if (after?.files?.length) void preview(after)
  /** @type {HTMLElement | null} */
  const wrong = again.querySelector('[aria-invalid]')
  wrong?.focus()
}
