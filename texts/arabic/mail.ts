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
  'It is on its way. Mail that its server does not take is listed here when it is given up.':
    'في الطريق. والبريد الذي لا يقبله خادمه يُذكر هنا عندما يُترك.',
  'Send again': 'إرسال مرة أخرى',
  'Send all again': 'إرسال الكل مرة أخرى',
  'A test': 'تجربة',
  'Something happened to an account': 'حدث شيء لحساب',
  'Your account at {site}': 'حسابك في {site}',
  'This happened to the account {name}:': 'حدث هذا للحساب {name}:',
  'If it was not you, set a new password at once, and look through what is on the page of your account.':
    'إن لم تكن أنت، فعيّن كلمة مرور جديدة فورًا، وراجع ما في صفحة حسابك.',
  'An address was changed': 'تغيّر عنوان',

  'Your address for mail': 'عنوان بريدك',
  'Mail goes to {address}.': 'يصل البريد إلى {address}.',
  'With an address you can set a new password when you forgot yours. Nobody else sees it.':
    'بعنوان بريد يمكنك تعيين كلمة مرور جديدة إذا نسيت كلمتك. لا يراه أحد غيرك.',
  'A mail with a link is on its way to {address}. The address is yours when you have followed it.':
    'رسالة فيها رابط في الطريق إلى {address}. يصبح العنوان عنوانك بعد فتح الرابط.',
  'Mail came back: its server says that there is no such mailbox. Please give another address.':
    'عاد البريد: يقول خادمه إنه لا يوجد صندوق بريد كهذا. يُرجى كتابة عنوان آخر.',
  'New address': 'عنوان جديد',
  'Send a link there': 'إرسال رابط إليه',
  'Remove the address': 'إزالة العنوان',
  'Confirm your address': 'تأكيد عنوانك',
  'This is my address': 'هذا عنواني',
  'This address is confirmed. Mail from this board goes there from now on.':
    'تأكّد هذا العنوان. من الآن يصل إليه بريد هذا المنتدى.',
  'Another account has this address by now.': 'صار هذا العنوان لحساب آخر.',
  'This link is no longer good: the newest one works once, for a day.':
    'لم يعد هذا الرابط صالحًا: أحدث رابط يُستخدم مرة واحدة خلال يوم.',

  'Confirm your address at {site}': 'تأكيد عنوانك في {site}',
  'Somebody, hopefully you, gave this address for the account {name}.':
    'كتب أحدهم، ونأمل أنه أنت، هذا العنوان للحساب {name}.',
  'The link works once, for a day.': 'يُستخدم الرابط مرة واحدة خلال يوم.',
  'If it was not you, there is nothing to do: without the link nothing happens.':
    'إن لم تكن أنت فلا حاجة إلى فعل شيء: من دون الرابط لا يحدث شيء.',
  'If it was not you, there is nothing to do.': 'إن لم تكن أنت فلا حاجة إلى فعل شيء.',
  'Your address at {site}': 'عنوانك في {site}',
  'Somebody gave this address for another account. It belongs to an account of yours already.':
    'كتب أحدهم هذا العنوان لحساب آخر، وهو لحساب لك بالفعل.',
  'Nothing has changed. To use it for the other account, remove it from the first.':
    'لم يتغير شيء. لاستخدامه للحساب الآخر، أزله من الأول.',
  'To your account': 'إلى حسابك',
  'Mail for the account {name} no longer goes to this address.':
    'لم يعد بريد الحساب {name} يصل إلى هذا العنوان.',
  'If it was not you, sign in and set a new password, or ask an admin of the board for help.':
    'إن لم تكن أنت، سجّل الدخول وعيّن كلمة مرور جديدة، أو اطلب المساعدة من إدارة المنتدى.',
  'You get this because this address was the one of that account.':
    'وصلتك هذه الرسالة لأن هذا العنوان كان عنوان ذلك الحساب.',
  'A password was changed': 'تغيّرت كلمة مرور',

  'Forgot your password?': 'نسيت كلمة المرور؟',
  'The address of your account': 'عنوان بريد حسابك',
  'Send me a link': 'إرسال رابط إليّ',
  'If an account has this address, a mail with a link is on its way. It works once, for 30 minutes.':
    'إن كان لحساب هذا العنوان، فرسالة فيها رابط في الطريق. يُستخدم مرة واحدة خلال 30 دقيقة.',
  'Without an address an admin of the board can make you a link.':
    'من دون عنوان يمكن لأحد أعضاء إدارة المنتدى أن ينشئ لك رابطًا.',
  'This board sends no mail, but an admin of it can make you a link for a new password.':
    'هذا المنتدى لا يرسل بريدًا، لكن يمكن لأحد أعضاء إدارته أن ينشئ لك رابطًا لكلمة مرور جديدة.',
  'A new password at {site}': 'كلمة مرور جديدة في {site}',
  'Somebody, hopefully you, asked for a new password of the account {name}.':
    'طلب أحدهم، ونأمل أنه أنت، كلمة مرور جديدة للحساب {name}.',
  'The link works once, for 30 minutes.': 'يُستخدم الرابط مرة واحدة خلال 30 دقيقة.',
  'Your password at {site} was changed': 'تغيّرت كلمة مرورك في {site}',
  'The account {name} has a new password. It is signed out everywhere else.':
    'للحساب {name} كلمة مرور جديدة، وسُجّل خروجه من كل مكان آخر.',
  'If it was not you, set a new one by a link that is sent here, and tell an admin of the board.':
    'إن لم تكن أنت، عيّن كلمة جديدة برابط يُرسل إلى هنا، وأخبر إدارة المنتدى.',
  'You get this because this address is the one of that account.':
    'وصلتك هذه الرسالة لأن هذا العنوان عنوان ذلك الحساب.',
  'A welcome': 'ترحيب',

  'Address for mail, if you like': 'عنوان بريد، إن شئت',
  'For a new password when you forgot yours: follow the link that is mailed there. Nobody else sees it.':
    'لتعيين كلمة مرور جديدة إذا نسيت كلمتك: افتح الرابط الذي يصل إليه. لا يرى العنوان أحد غيرك.',
  'Welcome to {site}': 'أهلًا بك في {site}',
  'You are a member now, as {name}.': 'أنت عضو الآن باسم {name}.',
  'Follow this link, and you can set a new password by mail when you forgot yours.':
    'افتح هذا الرابط لتتمكن من تعيين كلمة مرور جديدة بالبريد إذا نسيت كلمتك.',
  'There is no such mail any more.': 'لم تعد هذه الرسالة موجودة.',

  'New for you at {site}': 'جديدك في {site}',
  '{what} by {member}, in {title}': '{what} من {member} في {title}',
  'Your order {number} is completed': 'اكتمل طلبك رقم {number}',
  'Your order {number} is cancelled': 'أُلغي طلبك رقم {number}',
  'All your notices': 'كل إشعاراتك',
  'There is more: all your notices': 'هناك المزيد: كل إشعاراتك',
  'You get this because you chose to be told by mail.': 'وصلتك هذه الرسالة لأنك اخترت الإشعارات بالبريد.',
  'No more of these mails': 'إيقاف هذه الرسائل',
  'Notices by mail': 'الإشعارات بالبريد',
  'Within minutes': 'خلال دقائق',
  'Each morning, all of a day together': 'كل صباح، رسالة واحدة لليوم كله',
  'Each Monday morning, all of a week together': 'صباح كل اثنين، رسالة واحدة للأسبوع كله',
  'Not at all': 'لا شيء',
  'You have no address for mail yet, so nothing is sent.': 'ليس لك عنوان بريد بعد، فلا يُرسل شيء.',
  'The time zone you live in': 'المنطقة الزمنية التي تعيش فيها',
  'What you have read here by then is in no mail.': 'ما قرأته هنا حتى ذلك الحين لا يُرسل بالبريد.',
  'You get no more notices by mail.': 'لن تصلك إشعارات بالبريد بعد الآن.',
  'Choose anew': 'الاختيار من جديد',
  'This link ends no mails.': 'هذا الرابط لا يوقف أي رسائل.',
  'Choose how often you get notices by mail.': 'يلزم اختيار عدد مرات الإشعارات بالبريد.',
  'There is no such time zone.': 'لا توجد منطقة زمنية بهذا الاسم.',
  'Your application was accepted: you are a member now, as {name}.': 'قُبل طلبك: أنت الآن عضو باسم {name}.',
  'Your application at {site}': 'طلبك في {site}',
  'Your application as {name} was not accepted.': 'لم يُقبل طلبك باسم {name}.',
  'An admin wrote: {reason}': 'كتب مشرف: {reason}',
}
