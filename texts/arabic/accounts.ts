/** Signing up and in, a member's own account, tokens. */
export const accounts = {
  'You have {most} tokens, as many as one may have. Revoke one that you do not use.':
    'لديك {most} من الرموز، وهو أقصى عدد مسموح به. ألغِ رمزًا لا تستخدمه.',
  Name: 'الاسم',
  Password: 'كلمة المرور',
  'Already a member? {signIn}': 'لديك حساب بالفعل؟ {signIn}',
  'New here? {join}': 'ليس لديك حساب؟ {join}',

  'Your account': 'حسابك',
  'You are {name}.': 'حسابك هنا باسم {name}.',
  'Your password is changed. You are signed out everywhere else, and your API tokens and feeds have ended.':
    'غُيّرت كلمة مرورك، وسُجّل خروجك من كل مكان آخر، وأُبطلت رموز الوصول وعنوان خلاصاتك.',
  'Passkeys still open your account. Is each of them yours? {look}':
    'ما زالت مفاتيح المرور تفتح حسابك. هل كلها لك؟ {look}',
  '{service} still opens your account. Was it you who joined them? {look}':
    'ما زال {service} يفتح حسابك. هل أنت من ربطهما؟ {look}',
  'Where you are signed in': 'جلساتك المفتوحة',
  'Your language': 'لغتك',
  'As each browser asks': 'كما يطلب كل متصفح',
  'Keep this language': 'احفظ هذه اللغة',
  'Pages are in it wherever you sign in, and so are mails and pushes to you.':
    'بها تُعرض الصفحات أينما سجّلت الدخول، وبها تصلك الرسائل والإشعارات.',
  'Change your password': 'تغيير كلمة المرور',
  'Delete your account': 'حذف حسابك',
  'this one': 'هذه الجلسة',
  'Last used {used}, signed in {start}': 'آخر استخدام {used}، بدأت الجلسة {start}',
  'Sign out everywhere': 'تسجيل الخروج من كل مكان',
  'Your password now': 'كلمة مرورك الحالية',
  'New password': 'كلمة المرور الجديدة',
  'Your password': 'كلمة مرورك',
  'Set a new password': 'تعيين كلمة مرور جديدة',
  'For the account {name}.': 'للحساب {name}.',
  'Set it': 'تعيينها',
  'This link is no longer good: each works once, for 30 minutes.':
    'لم يعد هذا الرابط صالحًا: كل رابط يُستخدم مرة واحدة خلال 30 دقيقة.',
  'It ends every other session of yours, all your API tokens and the address of your feeds.':
    'يُنهي ذلك كل جلساتك الأخرى ويبطل كل رموز الوصول وعنوان خلاصاتك.',
  'End my API tokens and the address of my feeds, too': 'إبطال رموز الوصول وعنوان خلاصاتي أيضًا',
  'You are signed out by now. Please sign in again.': 'سُجّل خروجك. يُرجى تسجيل الدخول مجددًا.',
  'Change it': 'تغييرها',
  'What should happen to your posts and comments?': 'ما مصير منشوراتك وتعليقاتك؟',
  'They stay, from "a deleted account"': 'تبقى، باسم «حساب محذوف»',
  'They are removed, posts with their likes and with what others said to them':
    'تُزال، والمنشورات مع إعجاباتها ومع ما قاله الآخرون عليها',
  'This cannot be taken back, and your name becomes free for others.':
    'لا رجعة في هذا، ويصبح اسمك متاحًا لغيرك.',
  'Delete my account': 'حذف حسابي',
  '{browser} on {system}': '{browser} على {system}',
  'An unknown browser': 'متصفح غير معروف',

  'Add a user': 'إضافة مستخدم',
  'Someone without a password, who cannot sign in until given one.':
    'شخص بلا كلمة مرور، لا يمكنه تسجيل الدخول حتى تُعطى له واحدة.',
  Add: 'إضافة',

  'API tokens': 'رموز الوصول',
  'A program that has one does what it is for, in your name. A new password revokes them all. See {api}.':
    'البرنامج الذي يملك رمزًا يفعل ما أُنشئ الرمز له باسمك. وتغيير كلمة المرور يبطلها كلها. التفاصيل في {api}.',
  'What may it do?': 'ما المسموح له؟',
  'Read what you may read': 'قراءة ما يحق لك قراءته',
  'Write in your name': 'الكتابة باسمك',
  'Moderate what others wrote, and keep categories, if you may':
    'الإشراف على ما كتبه الآخرون، وترتيب الأقسام إن كان لك ذلك',
  'Order, and keep the stock if you may': 'الطلب من السوق، وإدارة المخزون إن كان يحق لك',
  'When does it end?': 'متى ينتهي؟',
  'In 30 days': 'بعد 30 يومًا',
  'In 90 days': 'بعد 90 يومًا',
  'In a year': 'بعد سنة',
  ended: 'منتهٍ',
  'Ends {day}': 'ينتهي {day}',
  'Ended {day}': 'انتهى {day}',
  'Made before tokens had a purpose and an end: it may do everything. Better make a new one.':
    'أُنشئ قبل أن يكون للرموز غرض ونهاية: مسموح له بكل شيء. الأفضل إنشاء رمز جديد.',
  'Please choose what the token may be used for.': 'يُرجى اختيار ما يُستخدم الرمز له.',
  'A token ends after {shortest} to {longest} days.':
    'ينتهي رمز الوصول بعد {shortest} إلى {longest} من الأيام.',
  'This token has come to its end. Please make another one.': 'انتهت صلاحية رمز الوصول هذا. يُرجى إنشاء غيره.',
  'This token is not for reading: it lacks the scope read.': 'رمز الوصول هذا ليس للقراءة: ينقصه النطاق read.',
  'This token is not for writing: it lacks the scope write.':
    'رمز الوصول هذا ليس للكتابة: ينقصه النطاق write.',
  'This token is not for moderating: it lacks the scope moderate.':
    'رمز الوصول هذا ليس للإشراف: ينقصه النطاق moderate.',
  'This token is not for the market: it lacks the scope market.':
    'رمز الوصول هذا ليس للسوق: ينقصه النطاق market.',
  'the API': 'الواجهة البرمجية',
  'Made {day}, never used': 'تاريخ الإنشاء {day}، لم يُستخدم قط',
  'Made {day}, last used {moment}': 'تاريخ الإنشاء {day}، آخر استخدام {moment}',
  Revoke: 'إبطال',
  'Revoke {token}': 'إبطال {token}',
  'What is it for?': 'ما الغرض منه؟',
  'A new token': 'رمز وصول جديد',
  'Make a token': 'إنشاء رمز وصول',
  'This is shown once. Copy it now.': 'يُعرض هذا مرة واحدة فقط، ويلزم نسخه الآن.',

  'Please sign in first.': 'يُرجى تسجيل الدخول أولًا.',
  'Please sign in to see your account.': 'يُرجى تسجيل الدخول لعرض حسابك.',
  'Only an admin may do this.': 'هذا متاح للمشرفين فقط.',
  'Only who wrote this changes it. An admin may remove it, with a reason.':
    'لا يغيّر هذا إلا من كتبه. وللمشرف أن يزيله مع ذكر السبب.',
  'This belongs to somebody else.': 'هذا يخص شخصًا آخر.',
  'The account was not made.': 'لم يُنشأ الحساب.',
  'There is no such session.': 'لا توجد جلسة كهذه.',
  'This is not your password.': 'ليست هذه كلمة مرورك.',
  'Please say what should happen to your posts and comments.': 'يُرجى تحديد مصير منشوراتك وتعليقاتك.',
  'A password has {shortest} to {longest} characters.':
    'طول كلمة المرور بالأحرف من {shortest} إلى {longest}.',
  'This is one of the most common passwords. Please choose another one.':
    'هذه من أكثر كلمات المرور شيوعًا. يُرجى اختيار غيرها.',
  'A password is not the name. Please choose another one.':
    'لا يصح أن تكون كلمة المرور هي الاسم نفسه. يُرجى اختيار غيرها.',
  'This password is too easy to guess. Please choose another one.':
    'كلمة المرور هذه سهلة التخمين. يُرجى اختيار غيرها.',
  'The last admin cannot leave. Make somebody else an admin first.':
    'لا يمكن حذف حساب آخر مشرف. يلزم تعيين مشرف آخر أولًا.',
  'Name and password do not fit together.': 'الاسم وكلمة المرور غير متطابقين.',
  'Nobody here has this name.': 'لا أحد هنا بهذا الاسم.',
  'Nobody here has this id.': 'لا أحد هنا بهذا المعرّف.',
  'This name is taken.': 'هذا الاسم محجوز.',
  'This name looks like one that is taken.': 'هذا الاسم يشبه اسمًا محجوزًا.',
  'A name is written in one script: letters of others can look the same.':
    'يُكتب الاسم بأحرف لغة واحدة، فقد تتشابه أحرف اللغات المختلفة.',
  'This name is kept for those who run the board.': 'هذا الاسم محجوز لمن يديرون المنتدى.',
  'A name has 2 to 30 letters, digits, dots, dashes or underscores and starts with a letter or digit.':
    'يتكوّن الاسم من 2 إلى 30 من الحروف أو الأرقام أو النقاط أو الشرطات أو الشرطات السفلية، ويبدأ بحرف أو رقم.',
  'This needs a token: Authorization: Bearer <token>.': 'يلزم رمز وصول: Authorization: Bearer <token>.',
  'This token is not known.': 'رمز الوصول هذا غير معروف.',
  'The token was not made.': 'لم يُنشأ رمز الوصول.',
  'This token was revoked.': 'أُبطل رمز الوصول هذا.',
  'There is no such token.': 'لا يوجد رمز وصول كهذا.',
  "A token's name has 1 to {longest} ordinary characters.":
    'اسم رمز الوصول من 1 إلى {longest} من الأحرف العادية.',
  'This is done by who signed in with a password, not by a token.':
    'هذا لمن سجّل دخوله بكلمة مرور، لا لرمز وصول.',
  'Each change here asks for it.': 'كل تغيير هنا يطلبها.',

  'Second factor': 'العامل الثاني',
  'Code of your app, or a recovery code': 'رمز من تطبيقك، أو رمز احتياطي',
  'Your account has a second factor.': 'حسابك محمي بعامل ثانٍ.',
  'Off. With it, nobody who learns your password gets into your account.':
    'غير مُفعّل. مع تفعيله لا يدخل حسابك من عرف كلمة مرورك وحدها.',
  'Your keys': 'مفاتيح دخولك',
  'On since {day}.': 'مُفعّل منذ {day}.',
  'Your tokens': 'رموز وصولك',
  None: 'لا شيء',
  Lately: 'ما حدث مؤخرًا',
  'Something else happened.': 'حدث شيء آخر.',
  'Somebody signed in by password.': 'سُجّل الدخول بكلمة المرور.',
  'Somebody signed in by a passkey.': 'سُجّل الدخول بمفتاح مرور.',
  'The password was changed.': 'غُيّرت كلمة المرور.',
  'The address for mail was changed.': 'غُيّر عنوان البريد.',
  'The second factor was set up.': 'أُعدّ العامل الثاني.',
  'The second factor was turned off.': 'أُوقف العامل الثاني.',
  'New recovery codes were made. Those of before are no good any more.':
    'أُنشئت رموز احتياطية جديدة، ولم تعد السابقة صالحة.',
  'A recovery code was used.': 'استُخدم رمز احتياطي.',
  'Somebody who knows the password gave ten wrong codes.': 'أدخل شخص يعرف كلمة المرور عشرة رموز خاطئة.',
  'A passkey was added.': 'أُضيف مفتاح مرور.',
  'A passkey was removed.': 'أُزيل مفتاح مرور.',
  'A passkey was refused, of which somebody may have a copy.': 'رُفض مفتاح مرور قد تكون لدى أحد نسخة منه.',
  'An API token was made.': 'أُنشئ رمز وصول.',
  'An API token was revoked.': 'أُلغي رمز وصول.',
  'An admin made you an admin.': 'جعلك مشرف مشرفًا.',
  'An admin took your role of an admin.': 'سحب مشرف منك دور المشرف.',
  'An admin made a link for a new password of yours.': 'أنشأ مشرف رابطًا لكلمة مرور جديدة لك.',
  'Codes and apps': 'الرموز والتطبيقات',
  'Set it up': 'إعداده',
  'You need a second factor here. Until you have one you may do what members may.':
    'عليك هنا تفعيل العامل الثاني. وحتى تفعّله يحق لك ما يحق للأعضاء.',
  'You need a second factor for this. Please set it up on the page of your account.':
    'يلزمك لهذا العامل الثاني. يُرجى إعداده في صفحة حسابك.',
  'You need a second factor here: it cannot be turned off.': 'عليك هنا تفعيل العامل الثاني، فلا يمكن إيقافه.',
  'Another app': 'تطبيق آخر',
  'Set up an app': 'إعداد تطبيق',
  'An app for codes on your phone shows a new code every 30 seconds. Signing in will take one.':
    'يعرض تطبيق الرموز على هاتفك رمزًا جديدًا كل 30 ثانية، وسيتطلب تسجيل الدخول أحدها.',
  'Scan this with the app:': 'امسح هذا بالتطبيق:',
  'A QR code for your app': 'رمز QR لتطبيقك',
  'Or {open}, or type this there:': 'أو {open}، أو اكتب هذا فيه:',
  'open the app on this device': 'افتح التطبيق على هذا الجهاز',
  'The code that the app shows now': 'الرمز الذي يعرضه التطبيق الآن',
  'Use this app from now on': 'استخدام هذا التطبيق من الآن',
  'Turn it on': 'تفعيل',
  'It is on': 'مُفعّل',
  'Since {day} signing in takes a code of your app.': 'منذ {day} يتطلب تسجيل الدخول رمزًا من تطبيقك.',
  'Use another app': 'استخدام تطبيق آخر',
  'Recovery codes': 'الرموز الاحتياطية',
  'You have {count} left. Each is good once, in place of a code of your app.':
    'بقي لديك {count}. يصلح كل منها مرة واحدة بدلًا من رمز التطبيق.',
  'Make ten new ones': 'إنشاء عشرة جديدة',
  'Turn it off': 'إيقاف',
  'Your second factor is on.': 'العامل الثاني مُفعّل.',
  'Without your phone you sign in with one of these. Each is good once. Keep them on paper.':
    'عند غياب هاتفك تسجّل الدخول بأحدها. يصلح كل منها مرة واحدة. احفظها على ورق.',
  'I have them': 'حفظتها',
  'You have neither? Whoever runs this board can turn your second factor off.':
    'ليس لديك أي منهما؟ يمكن لمن يدير هذا المنتدى إيقاف العامل الثاني لحسابك.',
  'Give your password, then choose where to sign out.': 'اكتب كلمة مرورك، ثم اختر الجلسة التي تُنهيها.',
  Passkeys: 'مفاتيح المرور',
  'Your data': 'بياناتك',
  'Download it': 'تنزيلها',
  'One file has all that this board keeps of you:': 'ملف واحد فيه كل ما يحتفظ به هذا المنتدى عنك:',
  'It is a tar of pictures and of lines of JSON, and has no password or other secret.':
    'هو ملف tar فيه صور وأسطر JSON، وليس فيه كلمة مرور ولا سر آخر.',
  'Download my data': 'تنزيل بياناتي',
  'If you delete your account': 'إذا حذفت حسابك',
  'What goes': 'ما يزول',
  'What stays': 'ما يبقى',
  'What goes and what stays': 'ما يزول وما يبقى',
  'your name, address for mail, picture and settings, and where you are signed in':
    'اسمك وعنوان بريدك وصورتك وإعداداتك، وأين سجّلت الدخول',
  'your posts and comments with their pictures, also hidden ones and those that wait':
    'منشوراتك وتعليقاتك مع صورها، وكذلك المخفية وما ينتظر',
  'what you like, follow, ordered, offered and answered to offers':
    'ما أعجبك وما تتابعه وما طلبته وعرضته وما أجبت به على العروض',
  'your reports and appeals, and what you confirmed to have read': 'بلاغاتك واعتراضاتك، وما أكّدت أنك قرأته',
  'at once your name, password, keys, address for mail, picture, settings and sessions':
    'فورًا اسمك وكلمة مرورك ومفاتيحك وعنوان بريدك وصورتك وإعداداتك وجلساتك',
  'who you follow, what you like, your notices, texts that wait, answers to offers and appeals':
    'من تتابعه وما أعجبك وإشعاراتك والنصوص المنتظرة والأجوبة على العروض والاعتراضات',
  'your posts and comments, if you choose so, with all that others said below your posts':
    'منشوراتك وتعليقاتك إن اخترت ذلك، مع كل ما قاله غيرك تحت منشوراتك',
  'your posts and comments without your name, if you choose so': 'منشوراتك وتعليقاتك دون اسمك إن اخترت ذلك',
  'your likes in the numbers of posts, and your orders and reports without your name':
    'إعجاباتك في أعداد المنشورات، وطلباتك وبلاغاتك دون اسمك',
  'what moderators decided about you, under a number instead of your name':
    'ما قرره المشرفون بشأنك، برقم بدلًا من اسمك',
  'the name under acts that were posted through the API': 'الاسم تحت ما نُشر عبر واجهة البرمجة',
  'copies in backups, until those who run this board delete them':
    'النسخ في النسخ الاحتياطية إلى أن يحذفها من يدير هذا المنتدى',
  'Download all that this board keeps of you': 'تنزيل كل ما يحتفظ به هذا المنتدى عنك',
  'Somebody downloaded all that this board keeps of you.': 'نزّل أحدهم كل ما يحتفظ به هذا المنتدى عنك.',
  'You have had this file many times. Please try again in an hour.':
    'نزّلت هذا الملف مرات كثيرة. حاول مجددًا بعد ساعة.',
  'Your passkeys': 'مفاتيح مرورك',
  'With a passkey you sign in by your fingerprint, your face or the PIN of your device.':
    'بمفتاح المرور تسجّل الدخول ببصمتك أو وجهك أو رقم جهازك السري.',
  Yours: 'مفاتيحك',
  'Add one': 'إضافة مفتاح',
  'Add a passkey': 'إضافة مفتاح مرور',
  'What is it called?': 'ما اسمه؟',
  'Here they do not work: they are made for {site}.': 'لا تعمل هنا: فهي مخصّصة للموقع {site}.',
  'Here they do not work: browsers tie a passkey to a name, such as board.example, and this board is reached by an address of digits.':
    'لا تعمل هنا: تربط المتصفحات مفتاح المرور باسم، مثل board.example، وهذا المنتدى يُفتح بعنوان من أرقام.',
  'Here they do not work: browsers use passkeys over HTTPS alone, and this board is reached without.':
    'لا تعمل هنا: لا تستخدم المتصفحات مفاتيح المرور إلا عبر HTTPS، وهذا المنتدى يُفتح بدونه.',
  'Passkeys need JavaScript, which is off here. Your password works without.':
    'تحتاج مفاتيح المرور إلى JavaScript، وهو معطّل هنا. أما كلمة مرورك فتعمل بدونه.',
  'This device has a passkey of yours already.': 'على هذا الجهاز مفتاح مرور لك بالفعل.',
  'It was cancelled, or took too long.': 'أُلغيت العملية أو استغرقت وقتًا طويلًا.',
  'This did not work. Please try again.': 'لم ينجح هذا. يُرجى المحاولة مجددًا.',
  'Remove {passkey}': 'إزالة {passkey}',
  'Sign in with a passkey': 'تسجيل الدخول بمفتاح مرور',
  'You have as many passkeys as one may have.': 'لديك أقصى عدد مسموح به من مفاتيح المرور.',
  'This passkey is there already.': 'مفتاح المرور هذا موجود بالفعل.',
  'There is no such passkey.': 'لا يوجد مفتاح مرور كهذا.',
  'This passkey belongs to no account here. Was it removed?': 'مفتاح المرور هذا لا يخص أي حساب هنا. هل أُزيل؟',
  'This passkey was used elsewhere: somebody may have a copy. Sign in by password, and remove it.':
    'استُخدم مفتاح المرور هذا في مكان آخر، وقد تكون لدى أحد نسخة منه. سجّل الدخول بكلمة المرور ثم أزله.',
  'Passkeys do not work at this address of the board.': 'لا تعمل مفاتيح المرور على هذا العنوان للمنتدى.',
  'This passkey was not taken. Please try again, or use your password.':
    'لم يُقبل مفتاح المرور هذا. يُرجى المحاولة مجددًا أو استخدام كلمة المرور.',
  "A passkey's name has 1 to 60 ordinary characters.": 'اسم مفتاح المرور من 1 إلى 60 من الأحرف العادية.',
  'Please give a code of your app, too, or a recovery code.':
    'يُرجى إدخال رمز من تطبيقك أيضًا، أو رمز احتياطي.',
  'This code is not right.': 'هذا الرمز غير صحيح.',
  'Too many wrong codes were given. Please use a recovery code, or try again in an hour.':
    'أُدخلت رموز خاطئة كثيرة. يُرجى استخدام رمز احتياطي، أو المحاولة بعد ساعة.',
  'This code was used already. Please wait for the next one.':
    'استُخدم هذا الرمز من قبل. يُرجى انتظار الرمز التالي.',
  'This is not the code of now. Is the clock of your device right?':
    'ليس هذا هو الرمز الحالي. هل ساعة جهازك مضبوطة؟',
  'This took too long. Please begin again.': 'استغرق هذا وقتًا طويلًا. يُرجى البدء من جديد.',
  'This form is not whole. Please open the page again.': 'هذا النموذج غير مكتمل. يُرجى فتح الصفحة مجددًا.',
  'Your second factor is not on.': 'العامل الثاني غير مُفعّل لديك.',

  'Who comes the first time chooses a name for this board after that.':
    'من يأتي لأول مرة يختار بعد ذلك اسمًا له في هذا المنتدى.',
  'Sign in with {service}': 'تسجيل الدخول عبر {service}',
  'Instead of the password: sign in with {service} once more':
    'بدلًا من كلمة المرور: سجّل الدخول عبر {service} مرة أخرى',
  'Single sign-on': 'تسجيل الدخول الموحّد',
  'Which account is yours?': 'أي حساب هو حسابك؟',
  'You are signed in at {service}. No account here is joined to that yet.':
    'سجّلت الدخول في {service}. لا يوجد هنا حساب مرتبط بذلك بعد.',
  'A new one': 'حساب جديد',
  'One that I have here': 'حساب لي هنا',
  'Make this account': 'إنشاء هذا الحساب',
  'Join it': 'ربط الحساب',
  'Join it to the account {name}?': 'هل تريد ربطه بالحساب {name}؟',
  'You may sign in with {service}.': 'يمكنك تسجيل الدخول عبر {service}.',
  'Joined {day}.': 'رُبط {day}.',
  'No longer sign in with {service}': 'عدم تسجيل الدخول عبر {service} بعد الآن',
  'Join your account to {service}: you sign in there, then give your password here once.':
    'اربط حسابك بـ {service}: سجّل الدخول هناك، ثم اكتب كلمة مرورك هنا مرة واحدة.',
  'You may sign in with it.': 'يمكنك تسجيل الدخول عبره.',
  'You are signed out': 'سُجّل خروجك',
  'You may still be signed in at {service}.': 'ربما ما زلت مسجّل الدخول في {service}.',
  'Sign out of {service}, too': 'تسجيل الخروج من {service} أيضًا',
  'Begin again': 'البدء من جديد',
  'Not joined': 'غير مرتبط',
  'Somebody signed in by single sign-on.': 'سجّل أحدهم الدخول بتسجيل الدخول الموحّد.',
  'Single sign-on was added to the account.': 'أُضيف تسجيل الدخول الموحّد إلى الحساب.',
  'Single sign-on was removed from the account.': 'أُزيل تسجيل الدخول الموحّد من الحساب.',
  'A group of yours made you an admin.': 'جعلتك مجموعة من مجموعاتك مشرفًا.',
  'An admin made you a moderator.': 'جعلك مشرف مراقبًا.',
  'An admin took your role of a moderator.': 'سحب مشرف منك دور المراقب.',
  'A group of yours made you a moderator.': 'جعلتك مجموعة من مجموعاتك مراقبًا.',
  'You are in no group any more that makes moderators.': 'لم تعد في مجموعة تجعل أعضاءها مراقبين.',
  'You are in no group any more that makes admins.': 'لم تعد في مجموعة تجعل أعضاءها مشرفين.',
  'This board has no single sign-on.': 'ليس في هذا المنتدى تسجيل دخول موحّد.',
  'Here one signs in by single sign-on alone.': 'تسجيل الدخول هنا بتسجيل الدخول الموحّد وحده.',
  'This sign-in was begun elsewhere or too long ago. Please begin again.':
    'بدأ تسجيل الدخول هذا في مكان آخر أو منذ وقت طويل. يُرجى البدء من جديد.',
  'This sign-in was used already, or took too long. Please begin again.':
    'استُخدم تسجيل الدخول هذا من قبل، أو استغرق وقتًا طويلًا. يُرجى البدء من جديد.',
  'The sign-in was cancelled.': 'أُلغي تسجيل الدخول.',
  'The sign-in service did not ask you anew. Please begin again.':
    'لم تسألك خدمة تسجيل الدخول من جديد. يُرجى البدء من جديد.',
  'The sign-in service does not answer now. Please try again in a moment.':
    'خدمة تسجيل الدخول لا تجيب الآن. يُرجى المحاولة بعد لحظة.',
  'The sign-in service refused this board. Please tell an admin.':
    'رفضت خدمة تسجيل الدخول هذا المنتدى. يُرجى إخبار الإدارة.',
  'The answer of the sign-in service cannot be trusted, so nobody is signed in.':
    'لا يمكن الوثوق بجواب خدمة تسجيل الدخول، لذلك لم يُسجّل دخول أحد.',
  'The clock of the sign-in service and that of this board disagree. Please tell an admin.':
    'ساعة خدمة تسجيل الدخول وساعة هذا المنتدى مختلفتان. يُرجى إخبار الإدارة.',
  'Your account here is shut. Please ask an admin.': 'حسابك هنا مغلق. يُرجى سؤال الإدارة.',
  'This sign-in belongs to another account here. Please sign out of this one first.':
    'تسجيل الدخول هذا لحساب آخر هنا. يُرجى تسجيل الخروج من هذا الحساب أولًا.',
  'This is the only way into your account, so it stays.': 'هذا هو السبيل الوحيد إلى حسابك، لذلك يبقى.',
  'You are a moderator by a group there, so it stays.': 'أنت مراقب بفضل مجموعة هناك، لذلك يبقى.',
  'You are an admin by a group there, so it stays.': 'أنت مشرف بفضل مجموعة هناك، لذلك يبقى.',
  'This account or this sign-in is joined to another one already.':
    'هذا الحساب أو تسجيل الدخول هذا مرتبط بآخر بالفعل.',

  'This board takes no new members.': 'لا يقبل هذا المنتدى أعضاء جددًا.',
  'One joins this board by invitation: please open the link of yours.':
    'الانضمام إلى هذا المنتدى بدعوة: يُرجى فتح رابط دعوتك.',
  'You are invited. Here one signs in by single sign-on alone.':
    'أنت مدعو. تسجيل الدخول هنا بالدخول الموحّد فقط.',
  'You are invited: fill this in, and you are a member.': 'أنت مدعو: املأ هذا النموذج فتصبح عضوًا.',
  'There is no such invitation.': 'لا توجد دعوة كهذه.',
  'This invitation was withdrawn. Please ask for another one.': 'سُحبت هذه الدعوة. يُرجى طلب غيرها.',
  'This invitation has come to its end. Please ask for another one.': 'انتهت هذه الدعوة. يُرجى طلب غيرها.',
  'This invitation is used up. Please ask for another one.': 'استُنفدت هذه الدعوة. يُرجى طلب غيرها.',
  Apply: 'تقديم الطلب',
  'An admin reads what you write here and decides. Nobody else sees it.':
    'يقرأ مشرف ما تكتبه هنا ثم يقرر. لا يراه أحد سواه.',
  'Who are you, and how did you find this board?': 'من أنت، وكيف وجدت هذا المنتدى؟',
  'Please answer this: an admin decides by it.': 'يُرجى الإجابة: يقرر المشرف بناءً عليها.',
  'The question is another by now. Please answer this one.': 'صار السؤال غيره. يُرجى الإجابة عن هذا.',
  'An admin reads your application. You are told by mail if you gave an address; else try to sign in.':
    'يقرأ مشرف طلبك. يصلك الجواب بالبريد إن أعطيت عنوانًا؛ وإلا فجرّب تسجيل الدخول.',
  'An admin reads your application. Try to sign in after some time.':
    'يقرأ مشرف طلبك. جرّب تسجيل الدخول بعد مدة.',
  'No admin has decided your application yet.': 'لم يبتّ أي مشرف في طلبك بعد.',
  'Many others have applied and wait. Please come again in some days.':
    'قدّم كثيرون غيرك طلبات وينتظرون. يُرجى العودة بعد أيام.',
  'One applies on the page to join, where an admin asks something.':
    'يُقدَّم الطلب في صفحة الانضمام، حيث يسأل المشرف شيئًا.',
  'Here one applies first, on the page to join, and joins that account to this then.':
    'هنا يُقدَّم طلب أولًا في صفحة الانضمام، ثم يُربط ذلك الحساب بهذا.',
  'Leave this empty': 'اترك هذا فارغًا',
  'Something filled in a field that nobody sees, perhaps your browser. Please send this once more.':
    'مُلئ حقل لا يراه أحد، ربما من متصفحك. أرسل هذا مرة أخرى رجاءً.',
  'This was faster than people type. Please wait some seconds, and send it once more.':
    'كان هذا أسرع مما يكتب الناس. انتظر ثوانيَ رجاءً ثم أرسله مرة أخرى.',
} as const
