/** Returns the pattern by which LIKE finds what begins exactly so. */
export const likeOf = (start: string) => `${start.replaceAll(/[\\%_]/g, '\\$&')}%`
