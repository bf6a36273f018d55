/** `bun bench/fill.ts FILE...`: fills the disk of each file until standard input ends. */
import { fillDisk } from './full-disk.ts'

let isOver = false
const fillers = process.argv.slice(2).map((file) => fillDisk(file, () => isOver))
await new Response(Bun.stdin.stream()).text()
isOver = true
await Promise.all(fillers)
