/** Who is paid, how, and papers about it. */
export const payments = {
  Payment: 'Bezahlung',
  Paid: 'Bezahlt',
  'Not paid': 'Nicht bezahlt',
  'Paid or not': 'Bezahlt oder nicht',
  'Who is paid': 'Wer bezahlt wird',
  'This order is paid or has an invoice, so it can only be cancelled.':
    'Diese Bestellung ist bezahlt oder hat eine Rechnung, sie lässt sich nur noch stornieren.',
  'It is paid: that was noted {when}.': 'Sie ist bezahlt: vermerkt {when}.',
  'It is cancelled: there is nothing to pay.': 'Sie ist storniert: Es ist nichts zu zahlen.',
  'It is cancelled, and the money came: please pay it back, and note that here.':
    'Sie ist storniert, und das Geld ist da: Bitte zahlen Sie es zurück und vermerken Sie das hier.',
  'It is paid as agreed, at the pick-up for instance.': 'Bezahlt wird wie vereinbart, etwa bei der Abholung.',
  'Please transfer it with these words, so that it is found:':
    'Bitte überweisen Sie mit diesen Worten, damit es gefunden wird:',
  'A QR code for your bank’s app': 'Ein QR-Code für die App Ihrer Bank',
  'Your bank’s app fills in the transfer when it sees this code.':
    'Die App Ihrer Bank füllt die Überweisung aus, wenn sie diesen Code sieht.',
  To: 'An',
  Amount: 'Betrag',
  Remittance: 'Verwendungszweck',
  Invoice: 'Rechnung',
  'Credit note': 'Stornorechnung',
  Receipt: 'Quittung',
  'Make the invoice': 'Rechnung erstellen',
  'There are no invoices as long as nobody is paid: {link}.':
    'Es gibt keine Rechnungen, solange niemand bezahlt wird: {link}.',
  'Note that it is paid': 'Als bezahlt vermerken',
  'Why it is not paid after all': 'Warum sie doch nicht bezahlt ist',
  'It is not paid': 'Sie ist nicht bezahlt',
  'This order is not noted as paid.': 'Diese Bestellung ist nicht als bezahlt vermerkt.',
  'Nobody is paid yet. Please say first who is.': 'Noch wird niemand bezahlt. Bitte sagen Sie zuerst, wer.',
  'There is no such paper of this order.': 'Ein solches Papier gibt es zu dieser Bestellung nicht.',
  'It stands on transfers and on invoices. What is invoiced already stays as it is.':
    'Es steht auf Überweisungen und Rechnungen. Schon erstellte Rechnungen bleiben, wie sie sind.',
  Address: 'Anschrift',
  'Name on the account': 'Name auf dem Konto',
  IBAN: 'IBAN',
  BIC: 'BIC',
  'Without one, members are told to pay when they pick up.': 'Ohne sie zahlen Mitglieder bei der Abholung.',
  'Only where the bank asks for it.': 'Nur wo die Bank sie verlangt.',
  'Tax in the prices, in percent': 'Steuer in den Preisen, in Prozent',
  'Such as 19 or 5.5. Empty: invoices name no tax.':
    'Etwa 19 oder 5.5. Leer: Rechnungen nennen keine Steuer.',
  'Note about taxes': 'Hinweis zu Steuern',
  'A tax number, or why there is no tax. It stands below each invoice.':
    'Eine Steuernummer, oder warum keine Steuer anfällt. Er steht unter jeder Rechnung.',
  'A rate is a number from 0 to 99.99, such as 19 or 5.5.':
    'Ein Satz ist eine Zahl von 0 bis 99.99, etwa 19 oder 5.5.',
  'Say who is paid: the name on the account.': 'Sagen Sie, wer bezahlt wird: den Namen auf dem Konto.',
  'This is no IBAN: its check digits or its length are wrong. Please compare it with your bank’s.':
    'Das ist keine IBAN: Prüfziffern oder Länge stimmen nicht. Bitte vergleichen Sie sie mit der Ihrer Bank.',
  'A BIC has 8 or 11 letters and digits, such as BPOTBEB1.':
    'Ein BIC hat 8 oder 11 Buchstaben und Ziffern, etwa BPOTBEB1.',
  'A BIC needs an IBAN beside it.': 'Ein BIC braucht eine IBAN daneben.',
  'It was noted as paid.': 'Als bezahlt vermerkt.',
  'It is not paid after all: {reason}': 'Doch nicht bezahlt: {reason}',
  'Date: {date}': 'Datum: {date}',
  'Order {number} of {date}': 'Bestellung {number} vom {date}',
  'For: {name}': 'Für: {name}',
  'It cancels invoice {number}.': 'Sie storniert die Rechnung {number}.',
  Sum: 'Summe',
  'Tax of {rate} in it': 'Darin {rate} Steuer',
  'The money came: it was noted on {date}.': 'Das Geld ist eingegangen: vermerkt am {date}.',
  '{title}, page {page} of {pages}': '{title}, Seite {page} von {pages}',
  'the name on invoices, which the law asks to keep':
    'der Name auf Rechnungen, die das Gesetz aufzubewahren verlangt',
}
