/** 256 random bits, in 43 characters that may stand in a cookie or a header. */
export const newSecret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')

/** What is stored of a secret, in hex: who reads the database cannot sign in with what stands there. */
export const hashOf = (secret: string) => new Bun.CryptoHasher('sha256').update(secret).digest('hex')
