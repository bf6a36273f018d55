import { spawn } from 'node:child_process'
import { type AddressInfo, createServer, type Socket } from 'node:net'

const relay = `
const [host, port] = process.argv.slice(-2)
const socket = require('node:net').connect(Number(port), host)
process.stdin.pipe(socket).pipe(process.stdout)
socket.on('close', () => process.exit(0)).on('error', () => process.exit(1))`

/**
 * Opens a port of this machine that leads to one which only another place reaches: `bun` is the command that
 * runs Bun there, with its standard input and output here.
 */
export async function openTunnel(
  bun: string[],
  to: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const [command = '', ...args] = [...bun, '-e', relay, to.host, String(to.port)]
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    open.add(socket)
    // One that breaks off ends the other; whoever asks the database notices.
    for (const stream of [socket, child.stdin, child.stdout]) stream.on('error', () => socket.destroy())
    child.on('error', () => socket.destroy())
    child.on('exit', () => socket.destroy())
    socket.on('close', () => {
      open.delete(socket)
      child.kill()
    })
    socket.pipe(child.stdin)
    child.stdout.pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
