import { join } from 'node:path'
import { attributeIn } from '../site/markup.ts'
import { newVisitor, type Visitor } from '../site/visitor.ts'
import { until } from '../until.ts'
import { type Running, startProcess } from './processes.ts'
import { root } from './reaper.ts'
import { freePort } from './services.ts'

/** A real OpenID provider in a process of its own, where everybody who types a name has an account. */
export type TestOidc = {
  url: string
  /** Makes its next tokens wrong in one way, or puts people into groups. */
  tell(told: { lie?: string; groups?: Record<string, string[]> }): Promise<void>
  /** Ends it. */
  stop(): Promise<void>
  /** Starts it again at the same address, with other keys, its clock so many seconds off. */
  restart(secondsOff?: number): Promise<void>
  /** A browser that is signed in nowhere. */
  browser(): Visitor
  /** Goes there as a browser is sent, signs in by this name, and returns where that leads back to. */
  signIn(address: string, name: string, browser?: Visitor): Promise<string>
  /** The same to sign out, by the button of its page. */
  signOut(address: string, browser: Visitor): Promise<string>
}

/** Starts one that knows the board at this address. */
export async function startOidc(board: string): Promise<TestOidc> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let running: Running

  const start = async (secondsOff = 0) => {
    running = startProcess([process.execPath, join(root, 'test/support/servers/oidc-service.ts')], {
      env: { PORT: `${port}`, BOARD: board, SECONDS_OFF: `${secondsOff}` },
    })
    const described = `${url}/.well-known/openid-configuration`
    await until(async () => !running.isRunning() || (await fetch(described)).ok)
    if (!running.isRunning()) throw new Error(running.output())
  }
  await start()

  return {
    url,
    async tell({ lie = '', groups = {} }) {
      await fetch(`${url}/as-told?${new URLSearchParams({ lie, groups: JSON.stringify(groups) })}`)
    },
    stop: () => running.kill(),
    async restart(secondsOff) {
      await running.kill()
      await start(secondsOff)
    },
    browser: () => newVisitor(url),
    async signOut(address, browser) {
      const page = await (await browser.get(address.slice(url.length))).text()
      const answer = await browser.post(new URL(attributeIn(page, 'form', 'action'), url).pathname, {
        xsrf: attributeIn(page, '[name=xsrf]', 'value'),
        logout: 'yes',
      })
      return answer.headers.get('location') ?? ''
    },
    async signIn(address, name, browser = newVisitor(url)) {
      let at = address
      while (at.startsWith(url)) {
        const path = at.slice(url.length)
        const answer = await browser.get(path)
        const location = answer.headers.get('location') ?? (await submitted(await answer.text()))
        at = new URL(location, url).href
      }
      return at

      async function submitted(page: string): Promise<string> {
        const prompt = attributeIn(page, 'input[name=prompt]', 'value')
        const to = attributeIn(page, 'form', 'action')
        const answer = await browser.post(new URL(to, url).pathname, { prompt, login: name, password: 'any' })
        return answer.headers.get('location') ?? ''
      }
    },
  }
}
