import { expect, test } from 'bun:test'
import { freePort, holderOf, isFree } from '../../../stack/process/free-port.ts'

test('a port that is taken is known, and so is who has it', async () => {
  const port = await freePort()
  expect(await isFree(port)).toBe(true)
  expect(holderOf(port)).toBeUndefined()

  using _server = Bun.serve({ hostname: '127.0.0.1', port, fetch: () => new Response() })

  expect(await isFree(port)).toBe(false)
  expect(holderOf(port)).toEndWith(`(pid ${process.pid})`)
})

test('ports are chosen where no outgoing connection can sit on them', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort))

  expect(new Set(ports).size).toBe(50)
  expect(ports.filter((port) => port < 20_000 || port > 31_999)).toEqual([])
})

test('a port that a process chose is not given to another before it listens there', async () => {
  const port = await freePort()
  const script = `
    import { createSocket } from 'node:dgram'
    createSocket('udp4')
      .once('error', (error) => console.log(error.code))
      .bind({ port: ${port}, address: '127.0.0.1', exclusive: true }, () => process.exit())
  `

  const other = Bun.spawnSync([process.execPath, '-e', script])

  expect(other.stdout.toString()).toContain('EADDRINUSE')
})
