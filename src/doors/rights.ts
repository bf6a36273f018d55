import type { Door } from './queries.ts'

/** Whoever comes, as far as doors ask: what they moderate and the groups they are in, by ids with commas. */
export type Comer = {
  role: 'member' | 'admin'
  moderates?: string | null
  inGroups?: string | null
}

export const isClosed = ({ readBy }: Door) => readBy !== 'everyone'

export function mayRead(door: Door, comer: Comer | undefined): boolean {
  if (door.readBy === 'everyone') return true
  if (!comer) return false
  return door.readBy === 'members' || keeps(comer, door) || meet(door.readers, comer.inGroups)
}

export function mayWrite(door: Door, comer: Comer): boolean {
  if (keeps(comer, door)) return true
  if (!mayRead(door, comer) || door.writeBy === 'moderators') return false
  return door.writeBy === 'members' || meet(door.writers, comer.inGroups)
}

const keeps = ({ role, moderates }: Comer, { category }: Door) =>
  role === 'admin' || meet(moderates, `0,${category}`)

const meet = (some: string | null | undefined, others: string | null | undefined): boolean => {
  const known = new Set(idsOf(others))
  return idsOf(some).some((id) => known.has(id))
}

const idsOf = (list: string | null | undefined) => (list ? list.split(',') : [])
