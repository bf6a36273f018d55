/** What mails say, and what is said of them. */
export const mail = {
  'A test mail from {site}': 'رسالة تجريبية من {site}',
  'Mail from this board arrives: this was sent by {name}, an admin.':
    'البريد من هذا المنتدى يصل: أرسل هذه الرسالة {name}، وهو من الإدارة.',
  'To the board': 'إلى المنتدى',
  'You get this because an admin typed your address. There is nothing to do.':
    'وصلتك هذه الرسالة لأن أحد أعضاء الإدارة كتب عنوانك. لا حاجة إلى فعل شيء.',

  Mail: 'البريد',
  'This board sends no mail.': 'هذا المنتدى لا يرسل بريدًا.',
  'This board sends no mail. Whoever runs it can set SMTP_URL, SITE_URL and MAIL_FROM.':
    'هذا المنتدى لا يرسل بريدًا. يمكن لمن يشغّله ضبط SMTP_URL وSITE_URL وMAIL_FROM.',
  'Send a test mail to': 'إرسال رسالة تجريبية إلى',
  Send: 'إرسال',
  'This is no address for mail.': 'هذا ليس عنوان بريد.',
  'You have sent many of these. Please try again in an hour.':
    'أرسلت الكثير من هذه الرسائل. يُرجى المحاولة بعد ساعة.',
  Waiting: 'في الانتظار',
  'Sent within a day': 'أُرسل خلال يوم',
  'Given up': 'تُرك',
  Tries: 'المحاولات',
  'What the server said': 'ما قاله الخادم',
  'Send again': 'إرسال مرة أخرى',
  'Send all again': 'إرسال الكل مرة أخرى',
  'A test': 'تجربة',
  'There is no such mail any more.': 'لم تعد هذه الرسالة موجودة.',
}
