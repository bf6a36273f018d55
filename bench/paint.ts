/**
 * `./agora bench paint`: how soon does a browser with an empty cache show a page, how much is sent for it,
 * and does anything move that was already seen? A private stack, Chromium without a window, on this machine.
 */
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { columns } from '../stack/status.ts'
import { launchChromium } from '../test/support/browser/launch-chromium.ts'
import { measurePaint, type Paint } from '../test/support/browser/paint.ts'
import { newVisitor, sessionCookieOf } from '../test/support/site/visitor.ts'
import { describeMachine, machineText } from './machine.ts'
import { median } from './median.ts'
import { startPrivateStack } from './private-stack.ts'

const latestMs = 500
const mostBytes = 60_000
const widths = [375, 1280]

type Row = Paint & { name: string; width: number }

export async function paint(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '9' }, json: { type: 'string' } },
  })
  const stack = await startPrivateStack()
  const browser = await launchChromium()
  try {
    const machine = await describeMachine(stack)
    const pages = { 'front page': '/', 'a post with a picture': await postWithPicture(stack.url) }
    const rows: Row[] = []
    for (const [name, path] of Object.entries(pages)) {
      for (const width of widths) {
        const paints: Paint[] = []
        for (let round = 0; round < Number(values.rounds); round++)
          paints.push(await measurePaint(browser, stack.url + path, { width }))
        rows.push({ name, width, ...middleOf(paints) })
      }
    }
    console.log([machineText(machine), '', ...columns(tableOf(rows))].join('\n'))
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`)
    return rows.every(isGood) ? 0 : 1
  } finally {
    await browser.close()
    await stack.down()
  }
}

/** Of what moved the worst counts, and otherwise the median. */
const middleOf = (paints: Paint[]): Paint => ({
  firstMs: median(paints.map(({ firstMs }) => firstMs)),
  loadedMs: median(paints.map(({ loadedMs }) => loadedMs)),
  shift: Math.max(...paints.map(({ shift }) => shift)),
  bytes: median(paints.map(({ bytes }) => bytes)),
  requests: median(paints.map(({ requests }) => requests)),
})

const isGood = ({ firstMs, shift, bytes }: Row) => firstMs < latestMs && shift === 0 && bytes < mostBytes

function tableOf(rows: Row[]): string[][] {
  const header = ['', 'width', 'first paint ms', 'loaded ms', 'shift', 'bytes', 'requests', '']
  return [
    header,
    ...rows.map((row) => [
      row.name,
      `${row.width}`,
      row.firstMs.toFixed(0),
      row.loadedMs.toFixed(0),
      row.shift.toFixed(3),
      `${row.bytes}`,
      `${row.requests}`,
      isGood(row) ? 'reached' : 'MISSED',
    ]),
  ]
}

async function postWithPicture(url: string): Promise<string> {
  const visitor = newVisitor(url)
  await visitor.post('/signup', { username: 'painter', password: 'correct horse battery' })
  const [, category = ''] = (await (await visitor.get('/')).text()).match(/<option value="([^"]+)"/) ?? []
  const size = { width: 1_600, height: 900, channels: 3 as const }
  const picture = await sharp({ create: { ...size, background: '#1f6b3a' } })
    .png()
    .toBuffer()
  const body = new FormData()
  for (const [name, value] of Object.entries({ category, title: 'A picture', body: 'Look', alt: 'Green' }))
    body.set(name, value)
  body.set('image', new File([new Uint8Array(picture)], 'green.png', { type: 'image/png' }))
  const headers = { origin: url, cookie: sessionCookieOf(visitor) }
  const answer = await fetch(`${url}/posts`, { method: 'POST', body, headers, redirect: 'manual' })
  const location = answer.headers.get('location')
  if (!location) throw new Error(`the post was not taken: ${answer.status}`)
  return new URL(location, url).pathname
}
