/**
 * A stand-in for a replica, to see what HAProxy makes of a request: `bun echo.ts NAME PORT` answers each with
 * what arrived, and with each header that a `say=name:value` in the query names. `/die` ends it by SIGKILL,
 * `/hold` is answered once `/release` was asked for, `/holding` says how many wait for that, `/left` how many
 * went away before, `/bare` leaves out X-Served-By, `/drain` makes `/up` 503.
 */
export {}

const [name = '', port] = process.argv.slice(2)
let requests = 0
let held = 0
let left = 0
let isDraining = false
const { promise: released, resolve: release } = Promise.withResolvers<void>()

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(port),
  fetch: async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/up') return new Response('', { status: isDraining ? 503 : 200 })
    requests++
    if (pathname === '/die') process.kill(process.pid, 'SIGKILL')
    if (pathname === '/hold') {
      held++
      request.signal.addEventListener('abort', () => left++)
      await released
    }
    if (pathname === '/release') release()
    if (pathname === '/drain') isDraining = true
    if (pathname === '/holding') return Response.json(held)
    if (pathname === '/left') return Response.json(left)
    const headers = new Headers(pathname === '/bare' ? {} : { 'x-served-by': name })
    for (const said of searchParams.getAll('say')) {
      const [header = '', value = ''] = said.split(/:(.*)/s)
      headers.append(header, value)
    }
    return Response.json({ name, requests, headers: Object.fromEntries(request.headers) }, { headers })
  },
})
