import type { mail as arabic } from '../arabic/mail.ts'

/** What mails say, and what is said of them. */
export const mail: Record<keyof typeof arabic, string> = {
  'A test mail from {site}': 'Eine Testmail von {site}',
  'Mail from this board arrives: this was sent by {name}, an admin.':
    'Mails dieses Forums kommen an: Diese hat {name} geschickt, ein Admin.',
  'To the board': 'Zum Forum',
  'You get this because an admin typed your address. There is nothing to do.':
    'Du bekommst das, weil ein Admin deine Adresse eingegeben hat. Es gibt nichts zu tun.',
  Mail: 'Mail',
  'This board sends no mail.': 'Dieses Forum verschickt keine Mails.',
  'This board sends no mail. Whoever runs it can set SMTP_URL, SITE_URL and MAIL_FROM.':
    'Dieses Forum verschickt keine Mails. Wer es betreibt, kann SMTP_URL, SITE_URL und MAIL_FROM setzen.',
  'Send a test mail to': 'Eine Testmail schicken an',
  Send: 'Senden',
  'This is no address for mail.': 'Das ist keine E-Mail-Adresse.',
  'You have sent many of these. Please try again in an hour.':
    'Davon hast du viele geschickt. Bitte versuch es in einer Stunde wieder.',
  Waiting: 'Wartet',
  'Sent within a day': 'Innerhalb eines Tages verschickt',
  'Given up': 'Aufgegeben',
  Tries: 'Versuche',
  'What the server said': 'Was der Server sagte',
  'It is on its way. Mail that its server does not take is listed here when it is given up.':
    'Sie ist unterwegs. Eine Mail, die ihr Server nicht annimmt, steht hier, wenn sie aufgegeben wird.',
  'Send again': 'Noch einmal senden',
  'Send all again': 'Alle noch einmal senden',
  'A test': 'Ein Test',
  'Something happened to an account': 'Mit einem Konto ist etwas geschehen',
  'Your account at {site}': 'Dein Konto bei {site}',
  'This happened to the account {name}:': 'Mit dem Konto {name} ist dies geschehen:',
  'If it was not you, set a new password at once, and look through what is on the page of your account.':
    'Wenn du es nicht warst, setze sofort ein neues Passwort und sieh durch, was auf der Seite deines Kontos steht.',
  'An address was changed': 'Eine Adresse wurde geändert',
  'Your address for mail': 'Deine E-Mail-Adresse',
  'Mail goes to {address}.': 'Mails gehen an {address}.',
  'With an address you can set a new password when you forgot yours. Nobody else sees it.':
    'Mit einer Adresse kannst du ein neues Passwort setzen, wenn du deines vergessen hast. Niemand sonst sieht sie.',
  'A mail with a link is on its way to {address}. The address is yours when you have followed it.':
    'Eine Mail mit einem Link ist unterwegs an {address}. Die Adresse ist deine, wenn du ihm gefolgt bist.',
  'Mail came back: its server says that there is no such mailbox. Please give another address.':
    'Eine Mail kam zurück: Ihr Server sagt, dass es dieses Postfach nicht gibt. Bitte gib eine andere Adresse an.',
  'New address': 'Neue Adresse',
  'Send a link there': 'Einen Link dorthin schicken',
  'Remove the address': 'Die Adresse entfernen',
  'Confirm your address': 'Adresse bestätigen',
  'This is my address': 'Das ist meine Adresse',
  'This address is confirmed. Mail from this board goes there from now on.':
    'Diese Adresse ist bestätigt. Von jetzt an gehen Mails dieses Forums dorthin.',
  'Another account has this address by now.': 'Inzwischen hat ein anderes Konto diese Adresse.',
  'This link is no longer good: the newest one works once, for a day.':
    'Dieser Link gilt nicht mehr: Der neueste geht einmal, einen Tag lang.',
  'Confirm your address at {site}': 'Bestätige deine Adresse bei {site}',
  'Somebody, hopefully you, gave this address for the account {name}.':
    'Jemand, hoffentlich du, hat diese Adresse für das Konto {name} angegeben.',
  'The link works once, for a day.': 'Der Link geht einmal, einen Tag lang.',
  'If it was not you, there is nothing to do: without the link nothing happens.':
    'Wenn du es nicht warst, gibt es nichts zu tun: Ohne den Link geschieht nichts.',
  'If it was not you, there is nothing to do.': 'Wenn du es nicht warst, gibt es nichts zu tun.',
  'Your address at {site}': 'Deine Adresse bei {site}',
  'Somebody gave this address for another account. It belongs to an account of yours already.':
    'Jemand hat diese Adresse für ein anderes Konto angegeben. Sie gehört schon zu einem Konto von dir.',
  'Nothing has changed. To use it for the other account, remove it from the first.':
    'Nichts hat sich geändert. Um sie für das andere Konto zu benutzen, entferne sie vom ersten.',
  'To your account': 'Zu deinem Konto',
  'Mail for the account {name} no longer goes to this address.':
    'Mails für das Konto {name} gehen nicht mehr an diese Adresse.',
  'If it was not you, sign in and set a new password, or ask an admin of the board for help.':
    'Wenn du es nicht warst, melde dich an und setze ein neues Passwort, oder bitte einen Admin des Forums um Hilfe.',
  'You get this because this address was the one of that account.':
    'Du bekommst das, weil diese Adresse zu jenem Konto gehörte.',
  'A password was changed': 'Ein Passwort wurde geändert',
  'Forgot your password?': 'Passwort vergessen?',
  'The address of your account': 'Die Adresse deines Kontos',
  'Send me a link': 'Schickt mir einen Link',
  'If an account has this address, a mail with a link is on its way. It works once, for 30 minutes.':
    'Wenn ein Konto diese Adresse hat, ist eine Mail mit einem Link unterwegs. Er geht einmal, 30 Minuten lang.',
  'Without an address an admin of the board can make you a link.':
    'Ohne Adresse kann ein Admin des Forums dir einen Link erstellen.',
  'This board sends no mail, but an admin of it can make you a link for a new password.':
    'Dieses Forum verschickt keine Mails, aber ein Admin kann dir einen Link für ein neues Passwort erstellen.',
  'A new password at {site}': 'Ein neues Passwort bei {site}',
  'Somebody, hopefully you, asked for a new password of the account {name}.':
    'Jemand, hoffentlich du, hat um ein neues Passwort für das Konto {name} gebeten.',
  'The link works once, for 30 minutes.': 'Der Link geht einmal, 30 Minuten lang.',
  'Your password at {site} was changed': 'Dein Passwort bei {site} wurde geändert',
  'The account {name} has a new password. It is signed out everywhere else.':
    'Das Konto {name} hat ein neues Passwort. Überall sonst ist es abgemeldet.',
  'If it was not you, set a new one by a link that is sent here, and tell an admin of the board.':
    'Wenn du es nicht warst, setze ein neues mit einem Link, der hierher geschickt wird, und sag es einem Admin des Forums.',
  'You get this because this address is the one of that account.':
    'Du bekommst das, weil diese Adresse zu jenem Konto gehört.',
  'A welcome': 'Ein Willkommen',
  'Address for mail, if you like': 'E-Mail-Adresse, wenn du magst',
  'For a new password when you forgot yours: follow the link that is mailed there. Nobody else sees it.':
    'Für ein neues Passwort, wenn du deines vergessen hast: Folge dem Link, der dorthin geschickt wird. Niemand sonst sieht sie.',
  'Welcome to {site}': 'Willkommen bei {site}',
  'You are a member now, as {name}.': 'Du bist jetzt Mitglied, als {name}.',
  'Follow this link, and you can set a new password by mail when you forgot yours.':
    'Folge diesem Link, und du kannst per Mail ein neues Passwort setzen, wenn du deines vergessen hast.',
  'There is no such mail any more.': 'Diese Mail gibt es nicht mehr.',
  'New for you at {site}': 'Neues für dich bei {site}',
  '{what} by {member}, in {title}': '{what} von {member}, in {title}',
  'Your order {number} is completed': 'Deine Bestellung {number} ist abgeschlossen',
  'Your order {number} is cancelled': 'Deine Bestellung {number} ist storniert',
  'All your notices': 'Alle deine Mitteilungen',
  'There is more: all your notices': 'Es gibt noch mehr: alle deine Mitteilungen',
  'You get this because you chose to be told by mail.':
    'Du bekommst das, weil du Mitteilungen per Mail gewählt hast.',
  'No more of these mails': 'Keine solchen Mails mehr',
  'Notices by mail': 'Mitteilungen per Mail',
  'Within minutes': 'Innerhalb von Minuten',
  'Each morning, all of a day together': 'Jeden Morgen, alles eines Tages zusammen',
  'Each Monday morning, all of a week together': 'Jeden Montagmorgen, alles einer Woche zusammen',
  'Not at all': 'Gar nicht',
  'You have no address for mail yet, so nothing is sent.':
    'Du hast noch keine E-Mail-Adresse, darum wird nichts verschickt.',
  'The time zone you live in': 'Die Zeitzone, in der du lebst',
  'What you have read here by then is in no mail.':
    'Was du bis dahin hier gelesen hast, steht in keiner Mail.',
  'You get no more notices by mail.': 'Du bekommst keine Mitteilungen mehr per Mail.',
  'Choose anew': 'Neu wählen',
  'This link ends no mails.': 'Dieser Link beendet keine Mails.',
  'Choose how often you get notices by mail.': 'Wähle, wie oft du Mitteilungen per Mail bekommst.',
  'There is no such time zone.': 'Diese Zeitzone gibt es nicht.',
  'Your application was accepted: you are a member now, as {name}.':
    'Deine Bewerbung wurde angenommen: Du bist jetzt Mitglied, als {name}.',
  'Your application at {site}': 'Deine Bewerbung bei {site}',
  'Your application as {name} was not accepted.': 'Deine Bewerbung als {name} wurde nicht angenommen.',
  'An admin wrote: {reason}': 'Ein Admin schrieb dazu: {reason}',
}
