/** Comments, tags, search and pages that follow what happens. */
export const talk = {
  Comment: 'تعليق',
  Comments: 'التعليقات',
  'No comments yet': 'لا تعليقات بعد',
  '{signIn} to comment.': '{signIn} للتعليق.',
  'Your comment': 'تعليقك',
  'Your reply': 'ردّك',
  Reply: 'ردّ',
  'Comment by {name}': 'تعليق {name}',
  'What this answers': 'ما يردّ عليه هذا',
  'All comments from the first': 'كل التعليقات من أولها',
  'More comments': 'مزيد من التعليقات',
  'More replies': 'مزيد من الردود',
  'Edit a comment': 'تعديل تعليق',
  'Delete this comment': 'حذف هذا التعليق',
  'Delete it': 'حذفه',
  'Remove this comment': 'إزالة هذا التعليق',
  removed: 'مُزال',
  'This comment was deleted.': 'حُذف هذا التعليق.',
  'This comment was removed: {reason}': 'أُزيل هذا التعليق: {reason}',
  'There is no such comment.': 'لا يوجد تعليق كهذا.',
  'This comment is gone.': 'لم يعد هذا التعليق موجودًا.',
  'This account is gone.': 'لم يعد هذا الحساب موجودًا.',
  'What you answer is gone.': 'لم يعد ما تردّ عليه موجودًا.',
  'No more answers fit below this comment. Please write one on the post itself.':
    'لا يتسع ما تحت هذا التعليق لردود أخرى. يُرجى كتابة تعليق على المنشور نفسه.',
  'A comment has at most {longest} characters.': 'أقصى طول للتعليق بالأحرف: {longest}.',
  'A comment cannot hold a NUL character.': 'لا يمكن أن يحوي التعليق محرف NUL.',
  'A comment cannot hold half a character.': 'لا يمكن أن يحوي التعليق محرفًا ناقصًا.',

  'There is no such tag.': 'لا يوجد وسم كهذا.',
  'No post has this tag.': 'لا منشور بهذا الوسم.',

  'Search: {words}': 'بحث: {words}',
  'Older hits': 'نتائج أقدم',
  Where: 'مكان البحث',
  'Type some words: all of them must be there, and each may go on.':
    'يبحث الموقع عن النصوص التي فيها كل الكلمات المكتوبة، وقد تكون كل منها بداية كلمة أطول.',
  'This is long: only its first ten words were looked for.':
    'النص طويل، لذلك شمل البحث كلماته العشر الأولى فقط.',
  'This is long: only its beginning was looked for.': 'النص طويل، لذلك شمل البحث بدايته فقط.',
  'Texts are found by letters, digits and emoji.': 'يُعثر على النصوص بالأحرف والأرقام والرموز التعبيرية.',
  'In the market: {name}': 'في السوق: {name}',
  'More hits': 'نتائج أخرى',
  'In which order': 'ترتيب النتائج',
  'Best first': 'الأنسب أولًا',
  'Narrow it by {author}, {category}, {after}, {before} and {phrase}.':
    'يمكن تضييق البحث هكذا: {author} و{category} و{after} و{before} و{phrase}.',
  'A question has at most {longest} characters.': 'أقصى طول لما يُبحث عنه بالأحرف: {longest}.',
  'Only the first {n} filters were taken.': 'لم يؤخذ من شروط البحث غير أولها، وعددها: {n}.',
  'before: and after: want a day, such as 2026-11-29.': 'بعد before: أو after: يأتي يوم، مثل 2026-11-29.',
  'Nobody here is called {name}.': 'لا أحد هنا اسمه {name}.',
  'No category is called {name}.': 'لا قسم اسمه {name}.',
  'Search is being made ready and knows the newest {n} % of the board. Older texts follow.':
    'يُجهَّز البحث الآن، ويعرف أحدث ما في المنتدى بنسبة {n} ٪. ستتبعه النصوص الأقدم.',
  'Search is away at the moment, everything else is there. Please try again in a while.':
    'البحث غائب في هذه اللحظة، وكل ما عداه موجود. تُرجى المحاولة مجددًا بعد حين.',
  'Members, tags and what is in the market are found all the same.':
    'مع ذلك يُعثر على الأعضاء والوسوم وما في السوق.',
  'No comment has all these words.': 'لا تعليق فيه كل هذه الكلمات.',
  'No post has all these words.': 'لا منشور فيه كل هذه الكلمات.',

  Notices: 'الإشعارات',
  'Older notices': 'إشعارات أقدم',
  'Mark as read': 'وضع علامة مقروء',
  'Mark all as read': 'وضع علامة مقروء على الكل',
  '{what} by {member}': '{what} من {member}',
  'An answer': 'ردّ',
  'A mention': 'ذكر',
  'A post': 'منشور',
  'A comment': 'تعليق',
  'Nothing yet. You read here when somebody answers or mentions you, or closes your order.':
    'لا شيء بعد. يُعرض هنا كل ردّ عليك وكل ذكر لك وكل إغلاق لطلب من طلباتك.',
  '{mention} or {quoted} tells a member, twenty in a text at most.':
    'يُشعِر {mention} أو {quoted} عضوًا، وأقصى عدد في النص عشرون.',
  'Say which notices you have read.': 'يلزم ذكر الإشعارات المقروءة.',

  new: 'جديد',
  'First new comment': 'أول تعليق جديد',

  'Follow or mute': 'متابعة أو كتم',
  'Notices in this browser': 'الإشعارات في هذا المتصفح',
  'Your device shows you what is new, also while no page of this site is open.':
    'يعرض جهازك الجديد حتى وإن لم تكن أي صفحة من هذا الموقع مفتوحة.',
  'Switch it off in this browser': 'إيقافها في هذا المتصفح',
  'Switch it on in this browser': 'تشغيلها في هذا المتصفح',
  'Switch it off everywhere': 'إيقافها في كل المتصفحات',
  'This board sends nothing by web push.': 'لا يرسل هذا الموقع إشعارات إلى المتصفحات.',
  'Notices cannot be sent to this browser.': 'لا يمكن إرسال الإشعارات إلى هذا المتصفح.',
  'It ends when you sign out. What you have read here by then is not shown.':
    'تنتهي عند تسجيل الخروج. ولا يُعرض ما قرأته هنا قبل ذلك.',
  'Your browser cannot do that here. It needs scripts, and an address that begins with https.':
    'لا يستطيع متصفحك ذلك هنا. يلزم تشغيل البرامج النصية وعنوان يبدأ بـ https.',
  'Your browser does not let this site show notices. Its settings may allow it.':
    'لا يسمح متصفحك لهذا الموقع بعرض الإشعارات. يمكن السماح بذلك في إعداداته.',
  'You are offline': 'لا اتصال لديك بالشبكة',
  'You are offline. This is what you have read here before, as it was then.':
    'لا اتصال لديك بالشبكة. هذا ما قرأته هنا من قبل، كما كان حينها.',
  'Members to mention': 'أعضاء يمكن ذكرهم',
  'Follow: {name}': 'متابعة: {name}',
  'Tell me of every new post and comment': 'إشعاري بكل منشور وتعليق جديد',
  'Tell me of new posts': 'إشعاري بالمنشورات الجديدة',
  'Tell me only when somebody answers or mentions me': 'إشعاري فقط بكل ردّ عليّ وكل ذكر لي',
  'Tell me nothing of it': 'عدم إشعاري بشيء منه',
  'Tell me nothing of them, and fold away what they write': 'عدم إشعاري بشيء منه، وطيّ ما يكتبه',
  'Muted: {name}': 'مكتوم: {name}',
  'All that you follow': 'كل ما تتابعه',
  'Follow each thread that I write in': 'متابعة كل نقاش أكتب فيه',
  'You follow nothing yet.': 'لا تتابع شيئًا بعد.',
  'There is no such thing to follow.': 'لا يوجد ما يُتابَع هنا.',
  'At most 1,000 members can be muted. Let one of them go first.':
    'يمكن كتم 1,000 عضو على الأكثر. يلزم أولا إلغاء كتم واحد منهم.',
  'Choose how you follow it.': 'يلزم اختيار طريقة المتابعة.',
  everything: 'كل شيء',
  'new posts': 'المنشورات الجديدة',
  muted: 'مكتوم',
  Tags: 'الوسوم',

  'There is no room for another stream.': 'لا مكان لبث آخر.',
  'This is nothing that a page of ours shows.': 'ليس هذا مما تعرضه صفحة من صفحاتنا.',
} as const
