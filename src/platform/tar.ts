import { Header } from 'tar'

export const tarBlock = 512

/** The bytes of a file in a tar, as ustar has it: for its owner alone, of 1970-01-01, with padding. */
export function tarEntry(name: string, content: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(tarBlock)
  new Header({ path: name, size: content.length, type: 'File', mode: 0o600, mtime: new Date(0) }).encode(head)
  return [head, content, Buffer.alloc(tarPadding(content.length))]
}

export const tarPadding = (bytes: number) => (tarBlock - (bytes % tarBlock)) % tarBlock

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(2 * tarBlock)
