/** What is around every page, and errors that any page may show. */
export const site = {
  'A community board where every like counts exactly once.':
    'منتدى لمجتمعك، يُحتسب فيه كل إعجاب مرة واحدة بالضبط.',
  'A body of this type is not read here.': 'لا يُقرأ هنا محتوى من هذا النوع.',
  'This is more than is taken at once.': 'هذا أكبر مما يُقبل في المرة الواحدة.',
  'Skip to content': 'الانتقال إلى المحتوى',
  'Every like counts exactly once.': 'كل إعجاب يُحتسب مرة واحدة بالضبط.',
  'Check the count': 'التحقّق من العدد',
  API: 'الواجهة البرمجية',
  Language: 'اللغة',
  'The server that drew this page': 'الخادم الذي أعدّ هذه الصفحة',
  Site: 'الموقع',
  'Name and look': 'الاسم والمظهر',
  Shortcuts: 'اختصارات',
  Home: 'الرئيسية',
  Write: 'كتابة',
  You: 'صفحتك',
  Market: 'السوق',
  Admin: 'الإدارة',
  'Sign out': 'تسجيل الخروج',
  'Sign in': 'تسجيل الدخول',
  Join: 'انضمام',
  'Please sign in': 'يُرجى تسجيل الدخول',
  'Not allowed': 'غير مسموح',
  'Not found': 'غير موجود',
  Removed: 'أُزيل',
  'Too large': 'كبير جدًا',
  'One moment, please': 'لحظة من فضلك',
  'Something went wrong': 'حدث خطأ ما',
  'To the front page': 'إلى الصفحة الرئيسية',
  'There is nothing at this address.': 'لا يوجد شيء في هذا العنوان.',
  'The body of this request cannot be read.': 'تعذّرت قراءة محتوى هذا الطلب.',
  'Something in this request is missing or of the wrong kind.': 'في هذا الطلب شيء ناقص أو من نوع خاطئ.',
  'Nothing is lost: sign in in the tab that opens, then send it again from here.':
    'لم يضع شيء: يمكن تسجيل الدخول في علامة التبويب التي تُفتح، ثم الإرسال من هنا مجددًا.',
  'Nothing is lost: send it again in a moment.': 'لم يضع شيء: يمكن الإرسال مجددًا بعد لحظات.',
  'Nothing is lost: copy what you wrote from here.': 'لم يضع شيء: يمكن نسخ النص المكتوب من هنا.',
  'What you wrote': 'النص المكتوب',
  'The picture has to be chosen once more': 'تلزم إعادة اختيار الصورة',
  'Send again': 'إرسال مجددًا',
  'Something broke on our side.': 'تعطّل شيء لدينا.',
  'A part of the site is restarting. Please try again in a moment.':
    'يُعاد تشغيل جزء من الموقع. تُرجى المحاولة مجددًا بعد لحظات.',
  'Nothing can be changed at the moment, only read. Please try again in a while.':
    'لا يمكن تغيير شيء في هذه اللحظة، بل القراءة فقط. تُرجى المحاولة مجددًا بعد حين.',
  'There is no room for anything new at the moment. Please try again later.':
    'لا مكان لأي جديد في هذه اللحظة. تُرجى المحاولة مجددًا لاحقًا.',
  'This took too long and was stopped. Please try again, or ask for less.':
    'استغرق هذا وقتًا طويلًا فأُوقف. تُرجى المحاولة مجددًا أو طلب ما هو أقل.',
  'This may have been done already. Please look before you send it again.':
    'ربما نُفِّذ هذا بالفعل. يُرجى التحقّق قبل إرساله مرة أخرى.',
  'A part of the site is away. This page shows what was known last; it may be out of date.':
    'جزء من الموقع غائب. تعرض هذه الصفحة آخر ما كان معروفًا، وقد لا يكون حديثًا.',
  'As of {time}. Much of this site has been read from your network. {sign_in} to read it as it is now.':
    'كما كانت الساعة {time}. قُرئ كثير من هذا الموقع من شبكتك. {sign_in} لقراءته كما هو الآن.',
  'Much of this site has been read from your network. Please sign in, or come back later.':
    'قُرئ كثير من هذا الموقع من شبكتك. يُرجى تسجيل الدخول أو العودة لاحقًا.',
  'Your account cannot be looked up now.': 'لا يمكن الاطّلاع على حسابك الآن.',
  Memory: 'الذاكرة',
  'There is no such language here.': 'لا توجد لغة كهذه هنا.',
  'The body must be JSON in UTF-8.': 'يجب أن يكون المحتوى JSON بترميز UTF-8.',
  'The form in the body cannot be read.': 'تعذّرت قراءة النموذج في المحتوى.',
  'The body must be a JSON object.': 'يجب أن يكون المحتوى كائن JSON.',
  'This came from another site and was not done.': 'جاء هذا من موقع آخر فلم يُنفَّذ.',
  'Very many people want this at the moment. Please try again soon.':
    'كثيرون يطلبون هذا في هذه اللحظة. تُرجى المحاولة مجددًا بعد قليل.',
  'This replica broke down, as it was asked to.': 'تعطّلت هذه النسخة كما طُلب منها.',
  'This did not get through: the site cannot be reached.': 'لم يصل هذا: تعذّر الوصول إلى الموقع.',
  'Try again': 'إعادة المحاولة',
  'There is no such file.': 'لا يوجد ملف كهذا.',
} as const
