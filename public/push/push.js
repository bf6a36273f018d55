/** Asks the browser for an address by which notices reach it, and sends it with the form. */

const form = document.getElementById('push')
const refused = document.getElementById('push-refused')

if (form instanceof HTMLFormElement && 'serviceWorker' in navigator && 'PushManager' in window) {
  form.hidden = false
  document.getElementById('push-away')?.remove()
  form.addEventListener('submit', (event) => {
    if (fieldOf('endpoint').value) return
    event.preventDefault()
    subscribe().then(
      () => form.requestSubmit(),
      () => {
        if (refused) refused.hidden = false
      },
    )
  })
}

/** @param {string} name @returns {HTMLInputElement} */
const fieldOf = (name) =>
  /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (form).elements.namedItem(name))

/** Whoever was signed in here before had an address of theirs, which ends. */
async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready
  await (await pushManager.getSubscription())?.unsubscribe()
  const applicationServerKey = form?.dataset.key ?? ''
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
  const { endpoint = '', keys = {} } = subscription.toJSON()
  for (const [name, value] of Object.entries({ ...keys, endpoint })) fieldOf(name).value = value
}
