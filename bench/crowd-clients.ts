/** The crowd of `bench/crowd.ts`: `bun crowd-clients.ts PLAN` reads, and prints what it saw as JSON. */
import { openLoop } from './open-loop.ts'
import { seededRandom } from './random.ts'

/** Which posts, and how fast; of all networks together. */
export type CrowdPlan = { url: string; rate: number; networks: number; posts: number[] }

/** Of the requests that were due in one second, by who answered them. */
export type CrowdSecond = {
  second: number
  sent: number
  /** Replicas, and caches from which everybody reads. */
  replica: number
  memory: number
  refused: number
  broken: number
}

const addressesOfNetwork = 250

const { url, rate, networks, posts } = JSON.parse(process.argv[2] ?? '') as CrowdPlan
const orders = Array.from({ length: networks }, (_, network) => shuffled(seededRandom(network + 1)))
const rows: CrowdSecond[] = []
let number = 0

const loop = openLoop(
  url,
  [{ kind: 'crowd', perSecond: () => (number < networks * posts.length ? rate : 0), next }],
  ({ second, status, cache }) => {
    const at = Math.floor(second)
    const row = rows[at] ?? { second: at, sent: 0, replica: 0, memory: 0, refused: 0, broken: 0 }
    rows[at] = row
    row.sent++
    if (status === undefined) row.broken++
    else if (status !== 200) row.refused++
    else if (cache === 'MEMORY') row.memory++
    else row.replica++
  },
)
while (number < networks * posts.length) await Bun.sleep(100)
await loop.end()
console.log(JSON.stringify(rows))

/** Networks in turn, and the addresses of each; each network has its own next page. */
function next() {
  const [network, at] = [number % networks, Math.floor(number / networks)]
  number++
  return {
    method: 'GET' as const,
    path: `/posts/${orders[network]?.[at]}`,
    sender: `127.${30 + (network >> 8)}.${network & 255}.${1 + (at % addressesOfNetwork)}`,
  }
}

function shuffled(roll: () => number): number[] {
  return posts
    .map((post) => ({ post, place: roll() }))
    .sort((a, b) => a.place - b.place)
    .map(({ post }) => post)
}
