import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths } from '../../../stack/data-folder.ts'
import type { Stack } from '../servers/stack.ts'

/** A place where what was written on a board may be left behind, and what is there. */
export type Place = { place: string; text: string }

/**
 * All that a running stack leaves beside its databases: what its processes log, publish of themselves and
 * mail. Whatever else leaves the board gets a line here, and is looked at by every test that asks for these.
 */
export async function leftBehind(stack: Stack): Promise<Place[]> {
  const { logs, mail } = dataPaths(stack.data)
  const { processes } = await stack.status()
  const own = processes.flatMap(({ name, port }) => (port ? [{ name, url: `http://127.0.0.1:${port}` }] : []))
  const published = ['/logs', '/status', '/api/status', '/api/audit', '/metrics', '/robots.txt']
  const year = new Date().getUTCFullYear()
  const downloads = [
    `/moderation/${year}.json`,
    `/moderation/${year}.csv`,
    '/moderation/feed',
    '/sitemap.xml',
  ]
  return [
    ...filesIn(logs),
    ...filesIn(mail),
    ...(await Promise.all(own.map(({ name, url }) => answered(`${url}/metrics`, `metrics of ${name}`)))),
    ...(await Promise.all([...published, ...downloads].map((path) => answered(stack.url + path, path)))),
  ]
}

const filesIn = (folder: string): Place[] =>
  existsSync(folder)
    ? readdirSync(folder).map((file) => ({
        place: file,
        text: readFileSync(join(folder, file), 'utf8').replaceAll('=\r\n', ''),
      }))
    : []

/** What a stranger is answered; nothing by a process that speaks no HTTP. */
async function answered(url: string, place: string): Promise<Place> {
  const headers = { accept: 'application/json, */*' }
  const text = await fetch(url, { headers }).then(
    (answer) => answer.text(),
    () => '',
  )
  return { place, text }
}
