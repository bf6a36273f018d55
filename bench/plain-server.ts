/** `bun bench/plain-server.ts PORT`: a server that answers everything with one word. See bench/plain.ts. */
const answer = { headers: { 'content-type': 'text/plain' } }

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  reusePort: false,
  fetch: () => new Response('nothing', answer),
})
