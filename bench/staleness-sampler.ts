import { edgeSeconds } from '../src/cache-policy.ts'
import { likesShown, password } from '../test/support/site/page.ts'
import { newVisitor, type Visitor } from '../test/support/site/visitor.ts'

/** Who reads: the writer after each write, another member and somebody anonymous all the time. */
export type Reader = 'writer' | 'member' | 'anonymous'

/** For how long, at most, a read did not show a write that was answered before it began. */
export type Staleness = {
  page: string
  write: 'an edit' | 'a like'
  worstMs: Record<Reader, number>
  reads: Record<Reader, number>
  /** What is promised. */
  mostMs: Record<Reader, number>
}

type Kind = { page: string; path: string; shown: Shown; answered: number[]; write: Staleness['write'] }
/** How many of the writes an answer shows. */
type Shown = (body: string) => number

const writeEveryMs = 250
const membersWaitMs = 1_000
const visitorPauseMs = 10

/**
 * One member edits a post and likes it, again and again, through HAProxy; the post's title counts the
 * edits and its button the likes, so whatever a read shows says which writes it lacks, and when the first of
 * these was answered.
 */
export async function sampleStaleness(url: string, seconds: number): Promise<Staleness[]> {
  const [writer, member, anonymous] = [newVisitor(url), newVisitor(url), newVisitor(url)]
  const name = await join(writer)
  await join(member)
  const { id, category } = await addPost(writer)
  const { kinds, edits, likes } = kindsOf(name, id, category)
  const results = kinds.map((kind) => emptyResult(kind))

  const until = performance.now() + seconds * 1_000
  const readAll = async (visitor: Visitor, reader: Reader) => {
    for (const [index, kind] of kinds.entries())
      await readOnce(visitor, reader, kind, results[index] as Staleness)
  }
  const keepReading = async (visitor: Visitor, reader: Reader) => {
    while (performance.now() < until) {
      await readAll(visitor, reader)
      await Bun.sleep(visitorPauseMs)
    }
  }
  const keepWriting = async () => {
    while (performance.now() < until) {
      await edit(writer, url, id, edits)
      await readAll(writer, 'writer')
      await like(writer, id, likes)
      await readAll(writer, 'writer')
      await Bun.sleep(writeEveryMs)
    }
  }
  await Promise.all([keepWriting(), keepReading(member, 'member'), keepReading(anonymous, 'anonymous')])
  return results
}

async function join(visitor: Visitor): Promise<string> {
  const username = `reader-${crypto.randomUUID().slice(0, 8)}`
  const { status } = await visitor.post('/signup', { username, password })
  if (status !== 303) throw new Error(`signing up was answered ${status}`)
  return username
}

async function addPost(visitor: Visitor) {
  const front = await (await visitor.get('/')).text()
  const category = front.match(/<option value="([^"]+)"/)?.[1] ?? ''
  const answer = await visitor.post('/posts', { category, title: titleOf(0), body: 'Edited all the time.' })
  const id = Number(answer.headers.get('location')?.split('/').at(-1))
  if (!id) throw new Error(`writing a post was answered ${answer.status}`)
  return { id, category }
}

const titleOf = (edits: number) => `Edited turn-${edits} times`

async function edit(writer: Visitor, url: string, id: number, answered: number[]) {
  const response = await fetch(`${url}/api/posts/${id}`, {
    method: 'PATCH',
    headers: { cookie: cookiesOf(writer), origin: url, 'content-type': 'application/json' },
    body: JSON.stringify({ title: titleOf(answered.length + 1) }),
  })
  if (!response.ok) throw new Error(`an edit was answered ${response.status}: ${await response.text()}`)
  answered.push(performance.now())
}

const cookiesOf = ({ cookies }: Visitor) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

async function like(writer: Visitor, id: number, answered: number[]) {
  const { status } = await writer.post(`/posts/${id}/likes`, {}, { 'hx-request': 'true' })
  if (status !== 200) throw new Error(`a like was answered ${status}`)
  answered.push(performance.now())
}

function kindsOf(name: string, id: number, category: string) {
  const [edits, likes]: [number[], number[]] = [[], []]
  const editsIn: Shown = (body) => Number(body.match(/turn-(\d+)/)?.[1] ?? 0)
  // What the edge cached before the post was written does not have it at all.
  const likesInPage: Shown = (body) => (body.includes(`id="like-${id}"`) ? likesShown(body, id) : 0)
  const likesInJson: Shown = (body) => likesIn(JSON.parse(body), id)
  const pages: [string, string, Shown][] = [
    ['/', '/', likesInPage],
    ['/c/:category', `/c/${encodeURIComponent(category)}`, likesInPage],
    ['/posts/:id', `/posts/${id}`, likesInPage],
    ['/users/:name', `/users/${name}`, likesInPage],
    ['/api/posts', `/api/posts?user=${name}`, likesInJson],
    ['/api/posts/:id', `/api/posts/${id}`, likesInJson],
  ]
  const kinds = pages.flatMap(([page, path, shown]): Kind[] => [
    { page, path, shown: editsIn, answered: edits, write: 'an edit' },
    { page, path, shown, answered: likes, write: 'a like' },
  ])
  return { kinds, edits, likes }
}

type Post = { id: number; likes: number }

const likesIn = (json: Post | Post[], id: number) => [json].flat().find((post) => post.id === id)?.likes ?? 0

function emptyResult({ page, write }: Kind): Staleness {
  const none = { writer: 0, member: 0, anonymous: 0 }
  const anonymous = (edgeSeconds[page] ?? membersWaitMs / 1_000) * 1_000
  return {
    page,
    write,
    worstMs: { ...none },
    reads: { ...none },
    mostMs: { writer: 0, member: membersWaitMs, anonymous },
  }
}

async function readOnce(
  visitor: Visitor,
  reader: Reader,
  { path, shown, answered }: Kind,
  result: Staleness,
) {
  const began = performance.now()
  const known = answered.length
  const response = await visitor.get(path)
  const body = await response.text()
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
  result.reads[reader]++
  const [firstMissed] = answered.slice(shown(body), known)
  if (firstMissed !== undefined)
    result.worstMs[reader] = Math.max(result.worstMs[reader], began - firstMissed)
}

export const isKept = ({ worstMs, mostMs }: Staleness) =>
  (Object.keys(worstMs) as Reader[]).every((reader) => worstMs[reader] <= mostMs[reader])
