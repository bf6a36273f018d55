/** Returns the SHA-256 of a text, in UTF-8, or of bytes, in hex. */
export const sha256 = (content: string | Uint8Array) =>
  new Bun.CryptoHasher('sha256').update(content).digest('hex')
