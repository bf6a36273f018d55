import { readFileSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { certificate } from './certificate.ts'
import { closeAfterTests } from './cleanup.ts'
import { temporaryFolder } from './reaper.ts'

/** What is said to a client at which moment. `end`: when the whole mail is there. */
type Moment = 'connect' | 'login' | 'sender' | 'recipient' | 'end'

/** A refusal as in `451 4.3.2 Later`; nothing at all; an end of the connection. */
export type Fault = { at: Moment; does: string | 'hang' | 'cut' }

/** A real SMTP server that takes every mail, unless a fault is set. */
export type MailSink = {
  url: string
  port: number
  /** What it took, in order, also when it did not say so. */
  received: Mail[]
  /** From now on; undefined: none. */
  fault: Fault | undefined
  /** For how long it looks at a mail before it says that it has it. */
  takesMs: number
  /** Resolves when somebody met the fault. */
  met(): Promise<void>
  stop(): Promise<void>
  /** On the same port. */
  start(): Promise<void>
}

export type Mail = { to: string; id: string; text: string }

export type SinkOptions = {
  /** `at once`: TLS from the first byte on. `offered`: STARTTLS. */
  tls?: 'at once' | 'offered'
  /** Whoever sends has to sign in as `board`, with this. */
  password?: string
  takesMs?: number
}

export async function startMailSink({ tls, password, takesMs = 0 }: SinkOptions = {}): Promise<MailSink> {
  const sockets = new Set<Socket>()
  let meeting = Promise.withResolvers<void>()
  let server: SMTPServer
  let port = 0

  const sink: MailSink = {
    url: '',
    port,
    received: [],
    fault: undefined,
    takesMs,
    met: () => meeting.promise,
    stop,
    start,
  }

  /** Goes on with `done`, or does what the fault says. */
  function meet(at: Moment, done: (error?: Error) => void) {
    if (sink.fault?.at !== at) return done()
    const { does } = sink.fault
    meeting.resolve()
    meeting = Promise.withResolvers()
    if (does === 'hang') return
    if (does === 'cut') for (const socket of sockets) socket.destroy()
    else done(Object.assign(new Error(does.slice(4)), { responseCode: Number(does.slice(0, 3)) }))
  }

  const options: SMTPServerOptions = {
    ...(tls ? await certificateTexts() : {}),
    secure: tls === 'at once',
    authOptional: password === undefined,
    disabledCommands: tls === 'offered' ? [] : ['STARTTLS'],
    logger: false,
    onConnect: (_, done) => meet('connect', done),
    onAuth: (auth, _, done) =>
      meet('login', (error) => {
        const isRight = auth.username === 'board' && auth.password === password
        if (error || !isRight) done(error ?? new Error('Wrong password'))
        else done(null, { user: auth.username })
      }),
    onMailFrom: (_, __, done) => meet('sender', done),
    onRcptTo: (_, __, done) => meet('recipient', done),
    async onData(stream, session, done) {
      const mail = await text(stream).catch(() => undefined)
      // Whoever sent it is gone.
      if (mail === undefined) return
      const [to] = session.envelope.rcptTo
      const isTaken = sink.fault?.at !== 'end' || sink.fault.does === 'cut' || sink.fault.does === 'hang'
      if (isTaken) sink.received.push({ to: to?.address ?? '', id: idIn(mail), text: mail })
      if (sink.takesMs > 0) await Bun.sleep(sink.takesMs)
      meet('end', done)
    },
  }

  async function start() {
    server = new SMTPServer(options)
    server.on('error', () => {})
    const net = server.server as Server
    net.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const address = net.address()
    port = typeof address === 'object' && address ? address.port : 0
    const login = password === undefined ? '' : `board:${encodeURIComponent(password)}@`
    sink.port = port
    sink.url = `${tls === 'at once' ? 'smtps' : 'smtp'}://${login}127.0.0.1:${port}`
  }

  async function stop() {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  await start()
  return closeAfterTests(sink, stop)
}

const idIn = (mail: string) => /^Message-ID: <(.*)>/im.exec(mail)?.[1] ?? ''

async function certificateTexts(): Promise<{ key: string; cert: string }> {
  const { key, cert } = await certificate(temporaryFolder(), '127.0.0.1')
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
