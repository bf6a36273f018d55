import { dlopen, FFIType } from 'bun:ffi'
import { closeAfterTests } from './cleanup.ts'

const [afPacket, sockRaw, everyProtocol] = [17, 3, 0x0300]
const [solSocket, receiveBufferForce] = [1, 33]
const dontWait = 0x40
const bufferBytes = 32 * 1024 * 1024
const largestFrame = 256 * 1024
const drainEveryMs = 2

/** What goes over the networks of this namespace. */
export type Capture = {
  /** TCP ports from or to which something went that is not empty. */
  carried(): Set<number>
  /** Those in whose bytes this text was to be read. */
  readable(text: string): number[]
}

/** As root alone, and on Linux: packet(7). Over TCP and IPv4. */
export function startCapture(): Capture {
  const { symbols } = dlopen('libc.so.6', {
    socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
    setsockopt: {
      args: [FFIType.i32, FFIType.i32, FFIType.i32, FFIType.ptr, FFIType.u32],
      returns: FFIType.i32,
    },
    recv: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64 },
    close: { args: [FFIType.i32], returns: FFIType.i32 },
  })
  const socket = symbols.socket(afPacket, sockRaw, everyProtocol)
  if (socket < 0) throw new Error('packets are seen by root alone')
  symbols.setsockopt(socket, solSocket, receiveBufferForce, new Uint32Array([bufferBytes]), 4)
  const frame = Buffer.alloc(largestFrame)
  const sent: { ports: [number, number]; content: Buffer }[] = []
  const timer = setInterval(drain, drainEveryMs)
  closeAfterTests(timer, () => {
    clearInterval(timer)
    symbols.close(socket)
  })

  return {
    carried() {
      drain()
      return new Set(sent.flatMap(({ ports }) => ports))
    },
    readable(text) {
      drain()
      const found = sent
        .filter(({ content }) => content.includes(text))
        .map(({ ports }) => Math.min(...ports))
      return [...new Set(found)].sort((a, b) => a - b)
    },
  }

  function drain() {
    for (;;) {
      const length = Number(symbols.recv(socket, frame, largestFrame, dontWait))
      if (length <= 0) return
      const packet = tcpIn(frame.subarray(0, length))
      if (packet && packet.content.length > 0) sent.push({ ...packet, content: Buffer.from(packet.content) })
    }
  }
}

const [ethernetBytes, ofIpv4, ofTcp] = [14, 0x0800, 6]

function tcpIn(frame: Buffer) {
  if (frame.length < ethernetBytes + 40 || frame.readUInt16BE(12) !== ofIpv4) return undefined
  const packet = frame.subarray(ethernetBytes)
  if (packet[9] !== ofTcp) return undefined
  const segment = packet.subarray(((packet[0] ?? 0) & 0xf) * 4)
  const ports: [number, number] = [segment.readUInt16BE(0), segment.readUInt16BE(2)]
  return { ports, content: segment.subarray(((segment[12] ?? 0) >> 4) * 4) }
}
