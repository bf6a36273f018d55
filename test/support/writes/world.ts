import type { Member, Twins } from '../servers/paired-sites.ts'

/** Who writes, and where; filled before the first write. */
export type World = { twins: Twins; ana: Member; root: Member }

export type Write = () => Promise<() => Promise<Response>>
