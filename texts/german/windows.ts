import type { windows as arabic } from '../arabic/windows.ts'

/** Order windows, what is done with their orders, and money on paper. */
export const windows: Record<keyof typeof arabic, string> = {
  'Order windows': 'Bestellzeiten',
  'Where there is a window, members order while one is open. Without any they order when they like.':
    'Wo es Bestellzeiten gibt, bestellen Mitglieder, solange eine offen ist. Ohne bestellen sie, wann sie wollen.',
  'Add a window': 'Eine Bestellzeit anlegen',
  'There are no windows here.': 'Hier gibt es keine Bestellzeiten.',
  'Back to the windows': 'Zurück zu den Bestellzeiten',
  'Import windows from a CSV file': 'Bestellzeiten aus einer CSV-Datei einlesen',
  'The first line names the columns {columns}. Each row is a pick-up: rows with one name and beginning are one window. One that is there is changed, others are added. Nothing is stored while a row is wrong.':
    'Die erste Zeile nennt die Spalten {columns}. Jede Zeile ist eine Abholung: Zeilen mit gleichem Namen und Beginn sind eine Bestellzeit. Eine, die da ist, wird geändert, andere kommen dazu. Solange eine Zeile falsch ist, wird nichts gespeichert.',
  'Times are those of the time zone, as in {example}.': 'Die Zeiten sind die der Zeitzone, wie in {example}.',
  'The first line names the columns; missing: {missing}.':
    'Die erste Zeile nennt die Spalten; es fehlt: {missing}.',
  'Line {line} says otherwise of this window.': 'Zeile {line} sagt über diese Bestellzeit etwas anderes.',
  'Line {line} has this pick-up too.': 'Zeile {line} hat diese Abholung auch.',
  'Changed.': 'Geändert.',
  'A file of windows has at most {most} rows.': 'Eine Datei mit Bestellzeiten hat höchstens {most} Zeilen.',
  'Older windows': 'Ältere Bestellzeiten',
  'Not open yet': 'Noch nicht offen',
  Open: 'Offen',
  Closed: 'Geschlossen',
  'Close it now': 'Jetzt schließen',
  'Time zone of all these times': 'Zeitzone all dieser Zeiten',
  Opens: 'Öffnet',
  Closes: 'Schließt',
  'A pick-up whose fields are all empty is left out. Saved, the form has room for more.':
    'Eine Abholung, deren Felder alle leer sind, entfällt. Nach dem Speichern ist Platz für weitere.',
  'Pick-up {number}': 'Abholung {number}',
  Place: 'Ort',
  From: 'Von',
  'Pick-up': 'Abholung',
  'Pick-up: {where}': 'Abholung: {where}',
  'It can be changed until {when}.': 'Sie lässt sich bis {when} ändern.',
  '{window}: order until {when}.': '{window}: Bestellen bis {when}.',
  'A window has at most {most} pick-ups.': 'Eine Bestellzeit hat höchstens {most} Abholungen.',
  'Nobody can order at the moment: no further window is planned yet.':
    'Gerade kann niemand bestellen: Eine weitere Bestellzeit ist noch nicht geplant.',
  'Nobody can order at the moment: the next window opens on {when}.':
    'Gerade kann niemand bestellen: Die nächste Bestellzeit öffnet am {when}.',
  'Somebody picks up at {place}: it can be changed, but not left out.':
    'In {place} holt jemand ab: Das lässt sich ändern, aber nicht weglassen.',
  '{name} is open for some of this time: there is one window at a time.':
    '{name} ist zu einem Teil dieser Zeit offen: Es gibt nur eine Bestellzeit zugleich.',
  '{item} is no longer sold. Nothing was changed.':
    '{item} wird nicht mehr verkauft. Es wurde nichts geändert.',
  'Your order is changed.': 'Deine Bestellung ist geändert.',
  'Somebody else was quicker. Nothing was changed, please try again.':
    'Jemand anderes war schneller. Es wurde nichts geändert, bitte versuche es noch einmal.',
  'Choose where and when you pick it up.': 'Wähle, wo und wann du es abholst.',
  'Nothing is picked up there any more. Please choose again.':
    'Dort wird nichts mehr abgeholt. Bitte wähle noch einmal.',
  'Its window has closed: this order stays as it is. Ask who runs the market.':
    'Die Bestellzeit ist zu Ende: Diese Bestellung bleibt, wie sie ist. Frage, wer den Markt betreibt.',
  'There is no such window.': 'Diese Bestellzeit gibt es nicht.',
  'This window is not open.': 'Diese Bestellzeit ist nicht offen.',
  'Somebody has ordered in this window, so it stays.':
    'In dieser Bestellzeit hat jemand bestellt, darum bleibt sie.',
  'Nothing would be left of this order. Cancel it instead.':
    'Von dieser Bestellung bliebe nichts. Storniere sie stattdessen.',
  'This order can only be cancelled.': 'Diese Bestellung lässt sich nur stornieren.',
  'This order is closed already.': 'Diese Bestellung ist schon abgeschlossen.',
  'A window needs a pick-up.': 'Eine Bestellzeit braucht eine Abholung.',
  'Give a day and a time.': 'Gib einen Tag und eine Uhrzeit an.',
  'This ends before it begins.': 'Das endet, bevor es beginnt.',
  'A pick-up begins when the window has closed.': 'Eine Abholung beginnt, wenn die Bestellzeit zu Ende ist.',
  'Packing list': 'Packliste',
  'Hand-over': 'Ausgabe',
  'Supplier’s list': 'Liste für den Lieferanten',
  'Orders of this window': 'Bestellungen dieser Bestellzeit',
  'By item': 'Nach Ware',
  'Further orders': 'Weitere Bestellungen',
  'Nobody has ordered anything here.': 'Hier hat niemand etwas bestellt.',
  Item: 'Ware',
  'Hand over order {number}': 'Bestellung {number} ausgeben',
  'Hand over': 'Ausgeben',
  'Handed over': 'Ausgegeben',
  'The mail is on its way.': 'Die Mail ist unterwegs.',
  'As a CSV file': 'Als CSV-Datei',
  'Send it to this address': 'An diese Adresse senden',
  'Pick-up of order {number}': 'Abholung der Bestellung {number}',
  'Into the calendar': 'In den Kalender',
  'This order has no pick-up.': 'Diese Bestellung wird nicht abgeholt.',
  'What was ordered at {site}': 'Was bei {site} bestellt wurde',
  'In the window {name} this was ordered; the file has the same list.':
    'In der Bestellzeit {name} wurde dies bestellt; die Datei enthält dieselbe Liste.',
  'You get this because an admin of the board typed your address.':
    'Du bekommst dies, weil jemand von der Leitung deine Adresse eingegeben hat.',
  'Few pieces are left': 'Es sind nur noch wenige da',
  'It is in stock again': 'Es ist wieder vorrätig',
  'One can order now': 'Jetzt kann bestellt werden',
  'It has closed: your order stands': 'Sie ist zu Ende: Deine Bestellung gilt',
  'It has closed: the packing list': 'Sie ist zu Ende: die Packliste',
  'What you ordered can be picked up': 'Was du bestellt hast, kann abgeholt werden',
  'Tell me when {item} is in stock again': 'Sag mir, wenn {item} wieder vorrätig ist',
  'Do not tell me when {item} is in stock again': 'Sag mir nicht, wenn {item} wieder vorrätig ist',
  'Tell me when one can order': 'Sag mir, wenn bestellt werden kann',
  'Do not tell me when one can order': 'Sag mir nicht, wenn bestellt werden kann',
  'This item is in stock.': 'Diese Ware ist vorrätig.',
  'This window is still open.': 'Diese Bestellzeit läuft noch.',
  'Everybody who ordered is told that it can be picked up.':
    'Allen, die bestellt haben, wird gesagt, dass sie es abholen können.',
  'All is packed: tell everybody who ordered': 'Alles ist gepackt: allen sagen, die bestellt haben',
  'Tell admins when so few are left, if ever':
    'Der Leitung sagen, wenn nur noch so viele da sind, falls überhaupt',
  'A whole number from 0 to 1,000,000, or nothing.': 'Eine ganze Zahl von 0 bis 1.000.000, oder nichts.',
}
