import type { Member, PairedSites } from '../servers/paired-sites.ts'

/** Who writes, and where; filled before the first write. */
export type Fixture = { sites: PairedSites; ana: Member; root: Member }

export type Write = () => Promise<() => Promise<Response>>
