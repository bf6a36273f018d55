/** The last use of a session or a token is written down at most this often. */
export const usedEverySeconds = 5 * 60
