import type { site as arabic } from '../arabic/site.ts'

/** What is around every page, and errors that any page may show. */
export const site: Record<keyof typeof arabic, string> = {
  'A community board where every like counts exactly once.':
    'Ein Forum für Gemeinschaften, in dem jedes Like genau einmal zählt.',
  'A body of this type is not read here.': 'Ein Inhalt dieses Typs wird hier nicht gelesen.',
  'This is more than is taken at once.': 'Das ist mehr, als auf einmal angenommen wird.',
  'Skip to content': 'Zum Inhalt springen',
  'Every like counts exactly once.': 'Jedes Like zählt genau einmal.',
  'Check the count': 'Zählung prüfen',
  API: 'API',
  Language: 'Sprache',
  'The server that drew this page': 'Der Server, der diese Seite gezeichnet hat',
  Site: 'Seite',
  'Name and look': 'Name und Aussehen',
  Shortcuts: 'Abkürzungen',
  Home: 'Start',
  Write: 'Schreiben',
  You: 'Du',
  Market: 'Markt',
  Admin: 'Admin',
  'Sign out': 'Abmelden',
  'Sign in': 'Anmelden',
  Join: 'Beitreten',
  'Please sign in': 'Bitte melde dich an',
  'Not allowed': 'Nicht erlaubt',
  'Not found': 'Nicht gefunden',
  Removed: 'Entfernt',
  'Too large': 'Zu groß',
  'One moment, please': 'Einen Moment, bitte',
  'Something went wrong': 'Etwas ging schief',
  'To the front page': 'Zur Startseite',
  'There is nothing at this address.': 'Unter dieser Adresse gibt es nichts.',
  'The body of this request cannot be read.': 'Der Inhalt dieser Anfrage lässt sich nicht lesen.',
  'Something in this request is missing or of the wrong kind.':
    'Etwas in dieser Anfrage fehlt oder ist von der falschen Art.',
  'Nothing is lost: sign in in the tab that opens, then send it again from here.':
    'Nichts ist verloren: Melde dich in dem Tab an, der sich öffnet, und sende es dann von hier noch einmal.',
  'Nothing is lost: send it again in a moment.': 'Nichts ist verloren: Sende es gleich noch einmal.',
  'Nothing is lost: copy what you wrote from here.':
    'Nichts ist verloren: Kopiere von hier, was du geschrieben hast.',
  'What you wrote': 'Was du geschrieben hast',
  'The picture has to be chosen once more': 'Das Bild muss noch einmal gewählt werden',
  'Send again': 'Noch einmal senden',
  'Something broke on our side.': 'Bei uns ist etwas kaputtgegangen.',
  'A part of the site is restarting. Please try again in a moment.':
    'Ein Teil der Seite startet neu. Bitte versuch es gleich noch einmal.',
  'Nothing can be changed at the moment, only read. Please try again in a while.':
    'Zurzeit lässt sich nichts ändern, nur lesen. Bitte versuch es nach einer Weile wieder.',
  'There is no room for anything new at the moment. Please try again later.':
    'Zurzeit ist für nichts Neues Platz. Bitte versuch es später wieder.',
  'This took too long and was stopped. Please try again, or ask for less.':
    'Das hat zu lange gedauert und wurde abgebrochen. Bitte versuch es noch einmal, oder verlange weniger.',
  'This may have been done already. Please look before you send it again.':
    'Das ist vielleicht schon geschehen. Bitte sieh nach, bevor du es noch einmal sendest.',
  'A part of the site is away. This page shows what was known last; it may be out of date.':
    'Ein Teil der Seite ist nicht da. Diese Seite zeigt, was zuletzt bekannt war; es kann veraltet sein.',
  'As of {time}. Much of this site has been read from your network. {sign_in} to read it as it is now.':
    'Stand {time}. Aus deinem Netz wurde viel auf dieser Seite gelesen. {sign_in}, um sie zu lesen, wie sie jetzt ist.',
  'Much of this site has been read from your network. Please sign in, or come back later.':
    'Aus deinem Netz wurde viel auf dieser Seite gelesen. Bitte melde dich an oder komm später wieder.',
  'Your account cannot be looked up now.': 'Dein Konto lässt sich gerade nicht nachschlagen.',
  Memory: 'Speicher',
  'There is no such language here.': 'Diese Sprache gibt es hier nicht.',
  'The body must be JSON in UTF-8.': 'Der Inhalt muss JSON in UTF-8 sein.',
  'The form in the body cannot be read.': 'Das Formular im Inhalt lässt sich nicht lesen.',
  'The body must be a JSON object.': 'Der Inhalt muss ein JSON-Objekt sein.',
  'This came from another site and was not done.': 'Das kam von einer anderen Seite und wurde nicht getan.',
  'Very many people want this at the moment. Please try again soon.':
    'Sehr viele möchten das gerade. Bitte versuch es bald noch einmal.',
  'This replica broke down, as it was asked to.':
    'Dieses Replikat ist zusammengebrochen, wie es verlangt wurde.',
  'This did not get through: the site cannot be reached.':
    'Das kam nicht durch: Die Seite ist nicht zu erreichen.',
  'Try again': 'Noch einmal versuchen',
  'There is no such file.': 'Diese Datei gibt es nicht.',
}
