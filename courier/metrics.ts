import { openMetrics } from '../src/platform/metrics.ts'

/** What became of tries, since the courier began. */
export type Tries = { sent: number; later: number; unreachable: number; recipient: number; refused: number }

/** How the outbox is. */
export type Outbox = { waiting: number; failed: number; oldestSeconds: number }

export function openCourierMetrics(tries: () => Tries, outbox: () => Outbox) {
  const metrics = openMetrics()
  metrics.counter('agora_mail_tries_total', 'Tries to send a mail, by what came of it.', tries, 'outcome')
  metrics.gauge('agora_mail_waiting', 'Mails that are to be sent.', () => outbox().waiting)
  metrics.gauge(
    'agora_mail_oldest_seconds',
    'For how long the oldest of them has been due.',
    () => outbox().oldestSeconds,
  )
  metrics.gauge('agora_mail_failed', 'Mails that were given up within the last month.', () => outbox().failed)
  return {
    ...metrics,
    queried: metrics.timings(
      'agora_mysql_query_duration_seconds',
      "From sending a statement to its answer, by the statement's name.",
      ['query'],
    ),
  }
}
