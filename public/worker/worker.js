/**
 * What stays when the network is gone, and what shows notices while no page is open.
 *
 * Every page is asked for anew; what was kept of it is shown only when nobody answers, and says so. So an old
 * worker shows no old page after a deploy; the new one comes with the next page, takes over all that are open
 * and deletes what the old one kept. What is kept is one reader's, in one language, as the first tag of a
 * page says: a page that was made for another, or for nobody, has it deleted, and so has signing out.
 *
 * The server puts `version` before this, which is another for each version of the site, and `files`, which
 * all pages need.
 *
 * @typedef {object} Extended
 * @property {(work: Promise<unknown>) => void} waitUntil
 *
 * @typedef {Extended & { request: Request, preloadResponse: Promise<Response | undefined>,
 *   respondWith: (response: Promise<Response>) => void }} Fetching
 * @typedef {Extended & { data: { json(): { title: string, body: string, path: string, lang: string,
 *   dir: NotificationDirection } } | null }} Pushed
 * @typedef {Extended & { notification: Notification }} Pressed
 *
 * @typedef {object} Client
 * @property {string} url
 * @property {() => Promise<unknown>} focus
 *
 * @typedef {object} Worker
 * @property {string} version
 * @property {string[]} files
 * @property {Location} location
 * @property {ServiceWorkerRegistration} registration
 * @property {{ claim(): Promise<void>, openWindow(path: string): Promise<unknown>,
 *   matchAll(options: { type: 'window' }): Promise<Client[]> }} clients
 * @property {() => Promise<void>} skipWaiting
 * @property {(name: string, act: (event: any) => void) => void} addEventListener
 */

const worker = /** @type {Worker} */ (/** @type {unknown} */ (self))
const { version, files, registration, clients } = worker
const [filesName, pagesName] = [`files ${version}`, `pages ${version}`]
const readerName = '/reader'
const mostPages = 50

/** What one reads; forms, settings and what admins see is not kept. */
const isKept = new RegExp(
  [
    '^/(?:(?:c|tags|users)/[^/]+|categories(?:/\\d+)?|posts/\\d+|comments/\\d+(?:/replies)?',
    'market|notices|rules|search)?$',
  ].join('|'),
)

worker.addEventListener('install', (/** @type {Extended} */ event) => {
  event.waitUntil(fill().then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (/** @type {Extended} */ event) => {
  event.waitUntil(begin())
})

worker.addEventListener('fetch', (/** @type {Fetching} */ event) => {
  const { method, mode, url } = event.request
  const { origin, pathname } = new URL(url)
  if (origin !== worker.location.origin) return
  if (method === 'GET' && mode === 'navigate') event.respondWith(page(event))
  else if (method === 'GET' && files.includes(pathname)) event.respondWith(file(event.request))
  else if (pathname === '/session/end') event.waitUntil(signOut())
})

worker.addEventListener('push', (/** @type {Pushed} */ event) => {
  if (event.data) event.waitUntil(show(event.data.json()))
})

worker.addEventListener('notificationclick', (/** @type {Pressed} */ event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data))
})

const fill = async () => (await caches.open(filesName)).addAll(['/offline', ...files])

async function begin() {
  for (const name of await caches.keys())
    if (name !== filesName && name !== pagesName) await caches.delete(name)
  await registration.navigationPreload?.enable()
  await clients.claim()
}

/** @param {Fetching} event */
async function page(event) {
  const { request } = event
  try {
    const response = (await event.preloadResponse) ?? (await fetch(request))
    const isPage = response.ok && response.headers.get('content-type')?.startsWith('text/html')
    if (isPage) event.waitUntil(keep(request.url, response.clone()))
    return response
  } catch {
    return keptPage(request.url)
  }
}

/** @param {Request} request */
async function file(request) {
  const kept = await (await caches.open(filesName)).match(request)
  return kept ?? fetch(request)
}

/** @param {string} address @param {Response} response */
async function keep(address, response) {
  const text = await response.text()
  const reader = /<html lang="\w+"[^>]*>/.exec(text.slice(0, 500))?.[0] ?? ''
  // Nobody can say now whose it is.
  if (reader.includes('data-reader="unknown"')) return
  const before = await (await caches.open(pagesName)).match(readerName)
  if (before && (await before.text()) !== reader) await Promise.all([caches.delete(pagesName), fill()])
  const pages = await caches.open(pagesName)
  await pages.put(readerName, new Response(reader))
  const { pathname } = new URL(address)
  if (!isKept.test(pathname)) return
  const headers = ['content-type', 'content-security-policy'].map((name) => [
    name,
    response.headers.get(name) ?? '',
  ])
  await pages.put(addressOf(address), new Response(text, { headers: Object.fromEntries(headers) }))
  const all = (await pages.keys()).filter(({ url }) => new URL(url).pathname !== readerName)
  for (const old of all.slice(0, Math.max(0, all.length - mostPages))) await pages.delete(old)
}

/** Without the place on the page. @param {string} address */
function addressOf(address) {
  const { pathname, search } = new URL(address)
  return pathname + search
}

/** What was read at this address, or else all that may be read. @param {string} address */
async function keptPage(address) {
  const pages = await caches.open(pagesName)
  const offline = await (await caches.open(filesName)).match('/offline')
  if (!offline) return Response.error()
  const around = await offline.text()
  const kept = await pages.match(addressOf(address))
  if (kept) {
    const note = /<p [^>]*class="old-page"[\s\S]*?<\/p>/.exec(around)?.[0] ?? ''
    const text = (await kept.text()).replace('<main', () => `${note}<main`)
    return new Response(text, { headers: kept.headers })
  }
  const links = await linksTo(pages)
  const text = around.replace('<ul id="kept"></ul>', () => `<ul id="kept">${links}</ul>`)
  return new Response(text, { status: 503, headers: offline.headers })
}

/** The newest first, with their titles as the server wrote them. @param {Cache} pages */
async function linksTo(pages) {
  const links = []
  for (const request of await pages.keys()) {
    const address = addressOf(request.url)
    const text = address === readerName ? undefined : await (await pages.match(request))?.text()
    const title = text && /<title>([\s\S]*?)<\/title>/.exec(text)?.[1]
    if (title) links.push(`<li><a href="${address.replaceAll('&', '&amp;')}">${title}</a></li>`)
  }
  return links.reverse().join('')
}

/** Whoever comes next finds nothing, and gets no notices. */
async function signOut() {
  await caches.delete(pagesName)
  await (await registration.pushManager?.getSubscription())?.unsubscribe()
}

/** @param {{ title: string, body: string, path: string, lang: string, dir: NotificationDirection }} told */
const show = ({ title, body, path, lang, dir }) =>
  registration.showNotification(title, { body, lang, dir, tag: path, data: path, icon: files.at(-1) })

/** @param {string} path */
async function open(path) {
  const { href } = new URL(path, worker.location.origin)
  const windows = await clients.matchAll({ type: 'window' })
  const there = windows.find(({ url }) => url === href)
  await (there ? there.focus() : clients.openWindow(href))
}
