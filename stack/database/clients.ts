/**
 * What every dump is made with: one moment of all tables, and bytes that survive any client's character set.
 */
export const dumpOptions = [
  ...[
    '--user=root',
    '--single-transaction',
    '--skip-lock-tables',
    '--quick',
    '--hex-blob',
    '--no-tablespaces',
  ],
  ...['--skip-dump-date', '--max-allowed-packet=64M', '--default-character-set=utf8mb4'],
]

/** What SQL is read with: rows come back with tabs, without a head. */
export const clientOptions = [
  ...['--user=root', '--batch', '--skip-column-names', '--max-allowed-packet=64M'],
  '--default-character-set=utf8mb4',
]
