import type { audit as arabic } from '../arabic/audit.ts'

/** The count of all likes, and the log. */
export const audit: Record<keyof typeof arabic, string> = {
  'The count': 'Die Zählung',
  'A like that was answered is in the database exactly once. Each batch of likes is kept with a hash over it and the one before; here they are all added up again and compared with the numbers on the board.':
    'Ein Like, das beantwortet wurde, steht genau einmal in der Datenbank. Jeder Stapel von Likes wird mit einem Hash über ihn und den vorigen aufbewahrt; hier werden alle noch einmal addiert und mit den Zahlen im Forum verglichen.',
  'Count again': 'Noch einmal zählen',
  'Every number is right.': 'Jede Zahl stimmt.',
  'Something does not add up.': 'Etwas geht nicht auf.',
  Answered: 'Beantwortet',
  'Waiting for the database': 'Wartet auf die Datenbank',
  'In the database': 'In der Datenbank',
  'Came with the sample board or an import': 'Kam mit dem Beispielforum oder einem Import',
  Batches: 'Stapel',
  Drift: 'Abweichung',
  'Last hash': 'Letzter Hash',
  'none yet': 'noch keiner',
  Counted: 'Gezählt',
  '{moment}: {posts} in {ms} ms': '{moment}: {posts} in {ms} ms',
  'Post {number}': 'Beitrag {number}',
  '{post} shows {likes}, its batches add up to {counted}.':
    '{post} zeigt {likes}, seine Stapel ergeben {counted}.',
  'Batch {number} of {batcher}: {wrong}.': 'Stapel {number} von {batcher}: {wrong}.',
  'the batch before it is missing': 'der Stapel davor fehlt',
  'its entries cannot be read': 'seine Einträge lassen sich nicht lesen',
  'its hash does not fit its content': 'sein Hash passt nicht zum Inhalt',
  'its sums do not fit its entries': 'seine Summen passen nicht zu den Einträgen',
  'Likes are not taken at the moment: the disk that keeps them is full.':
    'Zurzeit werden keine Likes angenommen: Die Festplatte, die sie aufbewahrt, ist voll.',
  'Likes are not taken at the moment: somebody has to look at the count first.':
    'Zurzeit werden keine Likes angenommen: Erst muss jemand die Zählung ansehen.',
  'The journal of {batcher} and the database do not go on from each other, so no likes are taken until somebody decides: ./agora reconcile.':
    'Das Journal von {batcher} und die Datenbank setzen einander nicht fort, darum werden keine Likes angenommen, bis jemand entscheidet: ./agora reconcile.',
  '{n} likes that {batcher} answered neither wait nor are in the database.':
    '{n} Likes, die {batcher} beantwortet hat, warten weder, noch stehen sie in der Datenbank.',
  'The database has {n} likes more than {batcher} answered.':
    'Die Datenbank hat {n} Likes mehr, als {batcher} beantwortet hat.',
  'the likes of the batches up to it do not add up': 'die Likes der Stapel bis hierher gehen nicht auf',
  earlier: 'früher',
  Batchers: 'Batcher',
  Batcher: 'Batcher',
  Batch: 'Stapel',
  Waiting: 'Wartet',
  'Oldest, s': 'Ältester, s',
  'Likes of {title}': 'Likes von {title}',
  'Where its likes came from': 'Woher seine Likes kamen',
  '{post}: {likes} now. Newest batches first.': '{post}: jetzt {likes}. Die neuesten Stapel zuerst.',
  When: 'Wann',
  Added: 'Dazugekommen',
  Log: 'Protokoll',
  'What all replicas were asked, and asked of the database.':
    'Was alle Replikate gefragt wurden und was sie die Datenbank fragten.',
  Calls: 'Aufrufe',
  'Nothing.': 'Nichts.',
  'This site keeps no log of its calls.': 'Diese Seite führt kein Protokoll ihrer Aufrufe.',
  'Out of range.': 'Außerhalb des Bereichs.',
  'limit is a whole number from 1 to 10000.': 'limit ist eine ganze Zahl von 1 bis 10000.',
}
