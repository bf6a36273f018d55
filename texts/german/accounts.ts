import type { accounts as arabic } from '../arabic/accounts.ts'

/** Signing up and in, a member's own account, tokens. */
export const accounts: Record<keyof typeof arabic, string> = {
  'You have {most} tokens, as many as one may have. Revoke one that you do not use.':
    'Du hast {most} Tokens, mehr sind nicht möglich. Widerrufe eines, das du nicht brauchst.',
  Name: 'Name',
  Password: 'Passwort',
  'Already a member? {signIn}': 'Schon Mitglied? {signIn}',
  'New here? {join}': 'Neu hier? {join}',
  'Your account': 'Dein Konto',
  'You are {name}.': 'Du bist {name}.',
  'Your password is changed. You are signed out everywhere else, and your API tokens and feeds have ended.':
    'Dein Passwort ist geändert. Überall sonst bist du abgemeldet; API-Tokens und Feeds sind beendet.',
  'Passkeys still open your account. Is each of them yours? {look}':
    'Passkeys öffnen dein Konto weiterhin. Gehören sie alle dir? {look}',
  '{service} still opens your account. Was it you who joined them? {look}':
    '{service} öffnet dein Konto weiterhin. Hast du beides selbst verbunden? {look}',
  'Where you are signed in': 'Wo du angemeldet bist',
  'Your language': 'Deine Sprache',
  'As each browser asks': 'Wie jeder Browser es wünscht',
  'Keep this language': 'Sprache behalten',
  'Pages are in it wherever you sign in, and so are mails and pushes to you.':
    'In ihr sind die Seiten überall, wo du dich anmeldest, und auch Mails und Meldungen an dich.',
  'Change your password': 'Passwort ändern',
  'Delete your account': 'Konto löschen',
  'this one': 'dieses hier',
  'Last used {used}, signed in {start}': 'Zuletzt benutzt {used}, angemeldet {start}',
  'Sign out everywhere': 'Überall sonst abmelden',
  'Your password now': 'Dein jetziges Passwort',
  'New password': 'Neues Passwort',
  'Your password': 'Dein Passwort',
  'Set a new password': 'Neues Passwort setzen',
  'For the account {name}.': 'Für das Konto {name}.',
  'Set it': 'Setzen',
  'This link is no longer good: each works once, for 30 minutes.':
    'Dieser Link gilt nicht mehr: Jeder geht einmal, 30 Minuten lang.',
  'It ends every other session of yours, all your API tokens and the address of your feeds.':
    'Das beendet alle anderen Sitzungen, alle deine API-Tokens und die Adresse deiner Feeds.',
  'End my API tokens and the address of my feeds, too':
    'Auch meine API-Tokens und die Adresse meiner Feeds beenden',
  'You are signed out by now. Please sign in again.':
    'Du bist inzwischen abgemeldet. Bitte melde dich wieder an.',
  'Change it': 'Ändern',
  'What should happen to your posts and comments?':
    'Was soll mit deinen Beiträgen und Kommentaren geschehen?',
  'They stay, from "a deleted account"': 'Sie bleiben, von „ein gelöschtes Konto“',
  'They are removed, posts with their likes and with what others said to them':
    'Sie werden entfernt, Beiträge samt ihren Likes und dem, was andere dazu gesagt haben',
  'This cannot be taken back, and your name becomes free for others.':
    'Das lässt sich nicht rückgängig machen, und dein Name wird für andere frei.',
  'Delete my account': 'Mein Konto löschen',
  '{browser} on {system}': '{browser} unter {system}',
  'An unknown browser': 'Ein unbekannter Browser',
  'Add a user': 'Jemanden hinzufügen',
  'Someone without a password, who cannot sign in until given one.':
    'Jemand ohne Passwort, der sich erst anmelden kann, wenn es eines gibt.',
  Add: 'Hinzufügen',
  'API tokens': 'API-Tokens',
  'A program that has one does what it is for, in your name. A new password revokes them all. See {api}.':
    'Ein Programm, das eines hat, tut in deinem Namen, wofür es da ist. Ein neues Passwort widerruft alle. Siehe {api}.',
  'What may it do?': 'Was darf es?',
  'Read what you may read': 'Lesen, was du lesen darfst',
  'Write in your name': 'In deinem Namen schreiben',
  'Moderate what others wrote, and keep categories, if you may':
    'Moderieren, was andere geschrieben haben, und Kategorien pflegen, wenn du das darfst',
  'Order, and keep the stock if you may': 'Bestellen, und den Bestand pflegen, wenn du das darfst',
  'When does it end?': 'Wann endet es?',
  'In 30 days': 'In 30 Tagen',
  'In 90 days': 'In 90 Tagen',
  'In a year': 'In einem Jahr',
  ended: 'beendet',
  'Ends {day}': 'Endet am {day}',
  'Ended {day}': 'Endete am {day}',
  'Made before tokens had a purpose and an end: it may do everything. Better make a new one.':
    'Aus der Zeit, als Tokens weder Zweck noch Ende hatten: Es darf alles. Mach besser ein neues.',
  'Please choose what the token may be used for.': 'Bitte wähle, wofür das Token gut sein soll.',
  'A token ends after {shortest} to {longest} days.': 'Ein Token endet nach {shortest} bis {longest} Tagen.',
  'This token has come to its end. Please make another one.':
    'Die Zeit dieses Tokens ist um. Bitte mach ein anderes.',
  'This token is not for reading: it lacks the scope read.':
    'Dieses Token ist nicht zum Lesen: Ihm fehlt der Bereich read.',
  'This token is not for writing: it lacks the scope write.':
    'Dieses Token ist nicht zum Schreiben: Ihm fehlt der Bereich write.',
  'This token is not for moderating: it lacks the scope moderate.':
    'Dieses Token ist nicht zum Moderieren: Ihm fehlt der Bereich moderate.',
  'This token is not for the market: it lacks the scope market.':
    'Dieses Token ist nicht für den Markt: Ihm fehlt der Bereich market.',
  'the API': 'die API',
  'Made {day}, never used': 'Vom {day}, nie benutzt',
  'Made {day}, last used {moment}': 'Vom {day}, zuletzt benutzt {moment}',
  Revoke: 'Widerrufen',
  'Revoke {token}': '{token} widerrufen',
  'What is it for?': 'Wofür ist es?',
  'A new token': 'Ein neues Token',
  'Make a token': 'Token erstellen',
  'This is shown once. Copy it now.': 'Das wird nur einmal gezeigt. Kopiere es jetzt.',
  'Please sign in first.': 'Bitte melde dich zuerst an.',
  'Please sign in to see your account.': 'Bitte melde dich an, um dein Konto zu sehen.',
  'Only an admin may do this.': 'Das dürfen nur Admins.',
  'Only who wrote this changes it. An admin may remove it, with a reason.':
    'Das ändert nur, wer es geschrieben hat. Ein Admin darf es entfernen, mit einer Begründung.',
  'This belongs to somebody else.': 'Das gehört jemand anderem.',
  'The account was not made.': 'Das Konto wurde nicht angelegt.',
  'There is no such session.': 'Diese Sitzung gibt es nicht.',
  'This is not your password.': 'Das ist nicht dein Passwort.',
  'Please say what should happen to your posts and comments.':
    'Bitte sag, was mit deinen Beiträgen und Kommentaren geschehen soll.',
  'A password has {shortest} to {longest} characters.': 'Ein Passwort hat {shortest} bis {longest} Zeichen.',
  'This is one of the most common passwords. Please choose another one.':
    'Das ist eines der häufigsten Passwörter. Bitte wähle ein anderes.',
  'A password is not the name. Please choose another one.':
    'Ein Passwort ist nicht der Name. Bitte wähle ein anderes.',
  'This password is too easy to guess. Please choose another one.':
    'Dieses Passwort ist zu leicht zu erraten. Bitte wähle ein anderes.',
  'The last admin cannot leave. Make somebody else an admin first.':
    'Der letzte Admin kann nicht gehen. Mach zuerst jemand anderen zum Admin.',
  'Name and password do not fit together.': 'Name und Passwort passen nicht zusammen.',
  'Nobody here has this name.': 'Niemand hier hat diesen Namen.',
  'Nobody here has this id.': 'Niemand hier hat diese Id.',
  'This name is taken.': 'Dieser Name ist vergeben.',
  'This name looks like one that is taken.': 'Dieser Name sieht aus wie einer, der vergeben ist.',
  'A name is written in one script: letters of others can look the same.':
    'Ein Name steht in einer Schrift: Buchstaben anderer können gleich aussehen.',
  'This name is kept for those who run the board.':
    'Dieser Name ist denen vorbehalten, die das Forum betreiben.',
  'A name has 2 to 30 letters, digits, dots, dashes or underscores and starts with a letter or digit.':
    'Ein Name hat 2 bis 30 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche und beginnt mit einem Buchstaben oder einer Ziffer.',
  'This needs a token: Authorization: Bearer <token>.':
    'Das braucht ein Token: Authorization: Bearer <token>.',
  'This token is not known.': 'Dieses Token ist nicht bekannt.',
  'The token was not made.': 'Das Token wurde nicht erstellt.',
  'This token was revoked.': 'Dieses Token wurde widerrufen.',
  'There is no such token.': 'Dieses Token gibt es nicht.',
  "A token's name has 1 to {longest} ordinary characters.":
    'Der Name eines Tokens hat 1 bis {longest} gewöhnliche Zeichen.',
  'This is done by who signed in with a password, not by a token.':
    'Das tut, wer sich mit einem Passwort angemeldet hat, kein Token.',
  'Each change here asks for it.': 'Jede Änderung hier fragt danach.',
  'Second factor': 'Zweiter Faktor',
  'Code of your app, or a recovery code': 'Code deiner App oder ein Ersatzcode',
  'Your account has a second factor.': 'Dein Konto hat einen zweiten Faktor.',
  'Off. With it, nobody who learns your password gets into your account.':
    'Aus. Mit ihm kommt niemand in dein Konto, der dein Passwort erfährt.',
  'Your keys': 'Deine Schlüssel',
  'On since {day}.': 'An seit {day}.',
  'Your tokens': 'Deine Tokens',
  None: 'Keine',
  Lately: 'In letzter Zeit',
  'Something else happened.': 'Etwas anderes ist geschehen.',
  'Somebody signed in by password.': 'Jemand hat sich mit dem Passwort angemeldet.',
  'Somebody signed in by a passkey.': 'Jemand hat sich mit einem Passkey angemeldet.',
  'The password was changed.': 'Das Passwort wurde geändert.',
  'The address for mail was changed.': 'Die E-Mail-Adresse wurde geändert.',
  'The second factor was set up.': 'Der zweite Faktor wurde eingerichtet.',
  'The second factor was turned off.': 'Der zweite Faktor wurde abgeschaltet.',
  'New recovery codes were made. Those of before are no good any more.':
    'Neue Ersatzcodes wurden erstellt. Die alten gelten nicht mehr.',
  'A recovery code was used.': 'Ein Ersatzcode wurde benutzt.',
  'Somebody who knows the password gave ten wrong codes.':
    'Jemand, der das Passwort kennt, hat zehn falsche Codes angegeben.',
  'A passkey was added.': 'Ein Passkey kam dazu.',
  'A passkey was removed.': 'Ein Passkey wurde entfernt.',
  'A passkey was refused, of which somebody may have a copy.':
    'Ein Passkey wurde abgelehnt, von dem jemand eine Kopie haben könnte.',
  'An API token was made.': 'Ein API-Token wurde erstellt.',
  'An API token was revoked.': 'Ein API-Token wurde widerrufen.',
  'An admin made you an admin.': 'Ein Admin hat dich zum Admin gemacht.',
  'An admin took your role of an admin.': 'Ein Admin hat dir die Rolle als Admin genommen.',
  'An admin made a link for a new password of yours.':
    'Ein Admin hat einen Link für ein neues Passwort von dir erstellt.',
  'Codes and apps': 'Codes und Apps',
  'Set it up': 'Einrichten',
  'You need a second factor here. Until you have one you may do what members may.':
    'Hier brauchst du einen zweiten Faktor. Bis du einen hast, darfst du, was Mitglieder dürfen.',
  'You need a second factor for this. Please set it up on the page of your account.':
    'Dafür brauchst du einen zweiten Faktor. Bitte richte ihn auf der Seite deines Kontos ein.',
  'You need a second factor here: it cannot be turned off.':
    'Hier brauchst du einen zweiten Faktor: Er lässt sich nicht abschalten.',
  'Another app': 'Eine andere App',
  'Set up an app': 'App einrichten',
  'An app for codes on your phone shows a new code every 30 seconds. Signing in will take one.':
    'Eine App für Codes auf deinem Telefon zeigt alle 30 Sekunden einen neuen. Zum Anmelden brauchst du dann einen.',
  'Scan this with the app:': 'Lies das mit der App ein:',
  'A QR code for your app': 'Ein QR-Code für deine App',
  'Or {open}, or type this there:': 'Oder {open}, oder tippe dort dies ein:',
  'open the app on this device': 'öffne die App auf diesem Gerät',
  'The code that the app shows now': 'Der Code, den die App jetzt zeigt',
  'Use this app from now on': 'Von jetzt an diese App benutzen',
  'Turn it on': 'Einschalten',
  'It is on': 'Er ist an',
  'Since {day} signing in takes a code of your app.':
    'Seit {day} braucht die Anmeldung einen Code deiner App.',
  'Use another app': 'Eine andere App benutzen',
  'Recovery codes': 'Ersatzcodes',
  'You have {count} left. Each is good once, in place of a code of your app.':
    'Du hast noch {count}. Jeder gilt einmal, an Stelle eines Codes deiner App.',
  'Make ten new ones': 'Zehn neue erstellen',
  'Turn it off': 'Abschalten',
  'Your second factor is on.': 'Dein zweiter Faktor ist an.',
  'Without your phone you sign in with one of these. Each is good once. Keep them on paper.':
    'Ohne dein Telefon meldest du dich mit einem von diesen an. Jeder gilt einmal. Heb sie auf Papier auf.',
  'I have them': 'Ich habe sie',
  'You have neither? Whoever runs this board can turn your second factor off.':
    'Du hast weder das eine noch das andere? Wer dieses Forum betreibt, kann deinen zweiten Faktor abschalten.',
  'Give your password, then choose where to sign out.':
    'Gib dein Passwort an und wähle dann, wo du abgemeldet wirst.',
  Passkeys: 'Passkeys',
  'Your data': 'Deine Daten',
  'Download it': 'Herunterladen',
  'One file has all that this board keeps of you:':
    'Eine Datei hat alles, was dieses Forum von dir aufbewahrt:',
  'It is a tar of pictures and of lines of JSON, and has no password or other secret.':
    'Sie ist ein tar aus Bildern und Zeilen von JSON und hat kein Passwort und kein anderes Geheimnis.',
  'Download my data': 'Meine Daten herunterladen',
  'If you delete your account': 'Wenn du dein Konto löschst',
  'What goes': 'Was geht',
  'What stays': 'Was bleibt',
  'What goes and what stays': 'Was geht und was bleibt',
  'your name, address for mail, picture and settings, and where you are signed in':
    'deinen Namen, deine Mailadresse, dein Bild, deine Einstellungen und wo du angemeldet bist',
  'your posts and comments with their pictures, also hidden ones and those that wait':
    'deine Beiträge und Kommentare mit ihren Bildern, auch verborgene und solche, die warten',
  'what you like, follow, ordered, offered and answered to offers':
    'was dir gefällt, wem du folgst, was du bestellt und angeboten und auf Angebote geantwortet hast',
  'your reports and appeals, and what you confirmed to have read':
    'deine Meldungen und Einsprüche und was du als gelesen bestätigt hast',
  'at once your name, password, keys, address for mail, picture, settings and sessions':
    'sofort dein Name, Passwort, Schlüssel, deine Mailadresse, dein Bild, Einstellungen und Sitzungen',
  'who you follow, what you like, your notices, texts that wait, answers to offers and appeals':
    'wem du folgst, was dir gefällt, deine Hinweise, wartende Texte, Antworten auf Angebote und Einsprüche',
  'your posts and comments, if you choose so, with all that others said below your posts':
    'deine Beiträge und Kommentare, wenn du das wählst, mit allem, was andere unter deinen Beiträgen gesagt haben',
  'your posts and comments without your name, if you choose so':
    'deine Beiträge und Kommentare ohne deinen Namen, wenn du das wählst',
  'your likes in the numbers of posts, and your orders and reports without your name':
    'deine Likes in den Zahlen von Beiträgen, deine Bestellungen und Meldungen ohne deinen Namen',
  'what moderators decided about you, under a number instead of your name':
    'was Moderatoren über dich entschieden haben, unter einer Zahl statt deines Namens',
  'the name under acts that were posted through the API': 'der Name unter Acts, die durch die API kamen',
  'copies in backups, until those who run this board delete them':
    'Kopien in Sicherungen, bis sie löscht, wer dieses Forum betreibt',
  'Download all that this board keeps of you': 'Alles herunterladen, was dieses Forum von dir aufbewahrt',
  'Somebody downloaded all that this board keeps of you.':
    'Jemand hat alles heruntergeladen, was dieses Forum von dir aufbewahrt.',
  'You have had this file many times. Please try again in an hour.':
    'Du hast diese Datei schon oft geholt. Bitte versuche es in einer Stunde noch einmal.',
  'Your passkeys': 'Deine Passkeys',
  'With a passkey you sign in by your fingerprint, your face or the PIN of your device.':
    'Mit einem Passkey meldest du dich mit Fingerabdruck, Gesicht oder der PIN deines Geräts an.',
  Yours: 'Deine',
  'Add one': 'Einen hinzufügen',
  'Add a passkey': 'Passkey hinzufügen',
  'What is it called?': 'Wie heißt er?',
  'Here they do not work: they are made for {site}.': 'Hier gehen sie nicht: Sie sind für {site} gemacht.',
  'Here they do not work: browsers tie a passkey to a name, such as board.example, and this board is reached by an address of digits.':
    'Hier gehen sie nicht: Browser binden einen Passkey an einen Namen wie board.example, und dieses Forum hat eine Adresse aus Ziffern.',
  'Here they do not work: browsers use passkeys over HTTPS alone, and this board is reached without.':
    'Hier gehen sie nicht: Browser benutzen Passkeys nur über HTTPS, und dieses Forum wird ohne erreicht.',
  'Passkeys need JavaScript, which is off here. Your password works without.':
    'Passkeys brauchen JavaScript, das hier aus ist. Dein Passwort geht ohne.',
  'This device has a passkey of yours already.': 'Auf diesem Gerät ist schon ein Passkey von dir.',
  'It was cancelled, or took too long.': 'Es wurde abgebrochen oder hat zu lange gedauert.',
  'This did not work. Please try again.': 'Das hat nicht geklappt. Bitte versuch es noch einmal.',
  'Remove {passkey}': '{passkey} entfernen',
  'Sign in with a passkey': 'Mit einem Passkey anmelden',
  'You have as many passkeys as one may have.': 'Du hast so viele Passkeys, wie möglich sind.',
  'This passkey is there already.': 'Diesen Passkey gibt es hier schon.',
  'There is no such passkey.': 'Diesen Passkey gibt es nicht.',
  'This passkey belongs to no account here. Was it removed?':
    'Dieser Passkey gehört zu keinem Konto hier. Wurde er entfernt?',
  'This passkey was used elsewhere: somebody may have a copy. Sign in by password, and remove it.':
    'Dieser Passkey wurde anderswo benutzt: Jemand könnte eine Kopie haben. Melde dich mit dem Passwort an und entferne ihn.',
  'Passkeys do not work at this address of the board.':
    'Unter dieser Adresse des Forums gehen Passkeys nicht.',
  'This passkey was not taken. Please try again, or use your password.':
    'Dieser Passkey wurde nicht angenommen. Bitte versuch es noch einmal oder nimm dein Passwort.',
  "A passkey's name has 1 to 60 ordinary characters.":
    'Der Name eines Passkeys hat 1 bis 60 gewöhnliche Zeichen.',
  'Please give a code of your app, too, or a recovery code.':
    'Bitte gib auch einen Code deiner App an oder einen Ersatzcode.',
  'This code is not right.': 'Dieser Code stimmt nicht.',
  'Too many wrong codes were given. Please use a recovery code, or try again in an hour.':
    'Es waren zu viele falsche Codes. Bitte nimm einen Ersatzcode oder versuch es in einer Stunde wieder.',
  'This code was used already. Please wait for the next one.':
    'Dieser Code wurde schon benutzt. Bitte warte auf den nächsten.',
  'This is not the code of now. Is the clock of your device right?':
    'Das ist nicht der Code von jetzt. Geht die Uhr deines Geräts richtig?',
  'This took too long. Please begin again.': 'Das hat zu lange gedauert. Bitte beginne von vorn.',
  'This form is not whole. Please open the page again.':
    'Dieses Formular ist nicht vollständig. Bitte öffne die Seite noch einmal.',
  'Your second factor is not on.': 'Dein zweiter Faktor ist nicht an.',
  'Who comes the first time chooses a name for this board after that.':
    'Wer zum ersten Mal kommt, wählt danach einen Namen für dieses Forum.',
  'Sign in with {service}': 'Mit {service} anmelden',
  'Instead of the password: sign in with {service} once more':
    'Statt mit dem Passwort: noch einmal mit {service} anmelden',
  'Single sign-on': 'Single Sign-on',
  'Which account is yours?': 'Welches Konto ist deines?',
  'You are signed in at {service}. No account here is joined to that yet.':
    'Du bist bei {service} angemeldet. Damit ist hier noch kein Konto verbunden.',
  'A new one': 'Ein neues',
  'One that I have here': 'Eines, das ich hier habe',
  'Make this account': 'Dieses Konto anlegen',
  'Join it': 'Verbinden',
  'Join it to the account {name}?': 'Mit dem Konto {name} verbinden?',
  'You may sign in with {service}.': 'Du darfst dich mit {service} anmelden.',
  'Joined {day}.': 'Verbunden am {day}.',
  'No longer sign in with {service}': 'Nicht mehr mit {service} anmelden',
  'Join your account to {service}: you sign in there, then give your password here once.':
    'Verbinde dein Konto mit {service}: Du meldest dich dort an und gibst dann einmal hier dein Passwort an.',
  'You may sign in with it.': 'Du darfst dich damit anmelden.',
  'You are signed out': 'Du bist abgemeldet',
  'You may still be signed in at {service}.': 'Bei {service} bist du vielleicht noch angemeldet.',
  'Sign out of {service}, too': 'Auch bei {service} abmelden',
  'Begin again': 'Von vorn beginnen',
  'Not joined': 'Nicht verbunden',
  'Somebody signed in by single sign-on.': 'Jemand hat sich über Single Sign-on angemeldet.',
  'Single sign-on was added to the account.': 'Single Sign-on kam zum Konto dazu.',
  'Single sign-on was removed from the account.': 'Single Sign-on wurde vom Konto entfernt.',
  'A group of yours made you an admin.': 'Eine deiner Gruppen hat dich zum Admin gemacht.',
  'An admin made you a moderator.': 'Ein Admin hat dich zum Moderator gemacht.',
  'An admin took your role of a moderator.': 'Ein Admin hat dir die Rolle als Moderator genommen.',
  'A group of yours made you a moderator.': 'Eine deiner Gruppen hat dich zum Moderator gemacht.',
  'You are in no group any more that makes moderators.':
    'Du bist in keiner Gruppe mehr, die zum Moderator macht.',
  'You are in no group any more that makes admins.': 'Du bist in keiner Gruppe mehr, die zum Admin macht.',
  'This board has no single sign-on.': 'Dieses Forum hat kein Single Sign-on.',
  'Here one signs in by single sign-on alone.': 'Hier meldet man sich nur über Single Sign-on an.',
  'This sign-in was begun elsewhere or too long ago. Please begin again.':
    'Diese Anmeldung wurde anderswo oder vor zu langer Zeit begonnen. Bitte beginne von vorn.',
  'This sign-in was used already, or took too long. Please begin again.':
    'Diese Anmeldung wurde schon benutzt oder hat zu lange gedauert. Bitte beginne von vorn.',
  'The sign-in was cancelled.': 'Die Anmeldung wurde abgebrochen.',
  'The sign-in service did not ask you anew. Please begin again.':
    'Der Anmeldedienst hat dich nicht neu gefragt. Bitte beginne von vorn.',
  'The sign-in service does not answer now. Please try again in a moment.':
    'Der Anmeldedienst antwortet gerade nicht. Bitte versuch es gleich noch einmal.',
  'The sign-in service refused this board. Please tell an admin.':
    'Der Anmeldedienst hat dieses Forum abgewiesen. Bitte sag es einem Admin.',
  'The answer of the sign-in service cannot be trusted, so nobody is signed in.':
    'Der Antwort des Anmeldedienstes ist nicht zu trauen, darum ist niemand angemeldet.',
  'The clock of the sign-in service and that of this board disagree. Please tell an admin.':
    'Die Uhren des Anmeldedienstes und dieses Forums gehen auseinander. Bitte sag es einem Admin.',
  'Your account here is shut. Please ask an admin.': 'Dein Konto hier ist gesperrt. Bitte frag einen Admin.',
  'This sign-in belongs to another account here. Please sign out of this one first.':
    'Diese Anmeldung gehört zu einem anderen Konto hier. Bitte melde dich zuerst von diesem ab.',
  'This is the only way into your account, so it stays.':
    'Das ist der einzige Weg in dein Konto, darum bleibt er.',
  'You are a moderator by a group there, so it stays.':
    'Moderator bist du durch eine Gruppe dort, darum bleibt es.',
  'You are an admin by a group there, so it stays.': 'Admin bist du durch eine Gruppe dort, darum bleibt es.',
  'This account or this sign-in is joined to another one already.':
    'Dieses Konto oder diese Anmeldung ist schon mit etwas anderem verbunden.',
  'This board takes no new members.': 'Dieses Forum nimmt keine neuen Mitglieder auf.',
  'One joins this board by invitation: please open the link of yours.':
    'In dieses Forum kommt man auf Einladung: Bitte öffne den Link aus deiner.',
  'You are invited. Here one signs in by single sign-on alone.':
    'Du bist eingeladen. Hier meldet man sich nur über Single Sign-on an.',
  'You are invited: fill this in, and you are a member.':
    'Du bist eingeladen: Füll das aus, und du bist Mitglied.',
  'There is no such invitation.': 'Diese Einladung gibt es nicht.',
  'This invitation was withdrawn. Please ask for another one.':
    'Diese Einladung wurde zurückgezogen. Bitte lass dir eine andere geben.',
  'This invitation has come to its end. Please ask for another one.':
    'Die Zeit dieser Einladung ist um. Bitte lass dir eine andere geben.',
  'This invitation is used up. Please ask for another one.':
    'Diese Einladung ist aufgebraucht. Bitte lass dir eine andere geben.',
  Apply: 'Bewerben',
  'An admin reads what you write here and decides. Nobody else sees it.':
    'Ein Admin liest, was du hier schreibst, und entscheidet. Niemand sonst sieht es.',
  'Who are you, and how did you find this board?': 'Wer bist du, und wie hast du dieses Forum gefunden?',
  'Please answer this: an admin decides by it.': 'Bitte beantworte das: Ein Admin entscheidet danach.',
  'The question is another by now. Please answer this one.':
    'Die Frage lautet inzwischen anders. Bitte beantworte diese.',
  'An admin reads your application. You are told by mail if you gave an address; else try to sign in.':
    'Ein Admin liest deine Bewerbung. Du erfährst es per Mail, wenn du eine Adresse angegeben hast; sonst versuch, dich anzumelden.',
  'An admin reads your application. Try to sign in after some time.':
    'Ein Admin liest deine Bewerbung. Versuch nach einiger Zeit, dich anzumelden.',
  'No admin has decided your application yet.': 'Noch kein Admin hat über deine Bewerbung entschieden.',
  'Many others have applied and wait. Please come again in some days.':
    'Viele andere haben sich beworben und warten. Bitte komm in ein paar Tagen wieder.',
  'One applies on the page to join, where an admin asks something.':
    'Man bewirbt sich auf der Seite zum Beitreten, wo ein Admin etwas fragt.',
  'Here one applies first, on the page to join, and joins that account to this then.':
    'Hier bewirbt man sich zuerst, auf der Seite zum Beitreten, und verbindet dann jenes Konto mit diesem.',
  'Leave this empty': 'Lass das leer',
  'Something filled in a field that nobody sees, perhaps your browser. Please send this once more.':
    'Etwas hat ein Feld ausgefüllt, das niemand sieht, vielleicht dein Browser. Bitte sende es noch einmal.',
  'This was faster than people type. Please wait some seconds, and send it once more.':
    'Das war schneller, als Menschen tippen. Bitte warte einige Sekunden und sende es noch einmal.',
}
