/**
 * 256 random bits, in 43 characters that may stand in a cookie or a header. Their SHA-256 is what is stored:
 * who reads the database cannot sign in with what stands there.
 */
export const newSecret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
