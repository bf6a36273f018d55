/** The count of all likes, and the log. */
export const audit = {
  'The count': 'العدّ',
  'A like that was answered is in the database exactly once. Each batch of likes is kept with a hash over it and the one before; here they are all added up again and compared with the numbers on the board.':
    'كل إعجاب أُجيب عنه موجود في قاعدة البيانات مرة واحدة بالضبط. تُحفظ كل دفعة من الإعجابات مع بصمة تشملها وتشمل ما قبلها؛ وهنا تُجمع كلها من جديد وتُقارن بالأعداد المعروضة في المنتدى.',
  'Count again': 'إعادة العدّ',
  'Every number is right.': 'كل الأعداد صحيحة.',
  'Something does not add up.': 'في الأعداد ما لا يتطابق.',
  Answered: 'أُجيب عنه',
  'Waiting for the database': 'ينتظر قاعدة البيانات',
  'In the database': 'في قاعدة البيانات',
  'Came with the sample board or an import': 'جاء مع المنتدى النموذجي أو باستيراد',
  Batches: 'الدفعات',
  Drift: 'الفارق',
  'Last hash': 'آخر بصمة',
  'none yet': 'لا شيء بعد',
  Counted: 'وقت العدّ',
  '{moment}: {posts} in {ms} ms': '{moment}: {posts} في {ms} م.ث',
  'Post {number}': 'المنشور {number}',
  '{post} shows {likes}, its batches add up to {counted}.':
    'يعرض {post} العدد {likes} ومجموع دفعاته {counted}.',
  'Batch {number} of {batcher}: {wrong}.': 'الدفعة {number} من {batcher}: {wrong}.',
  'the batch before it is missing': 'الدفعة التي قبلها مفقودة',
  'its entries cannot be read': 'تعذّرت قراءة مدخلاتها',
  'its hash does not fit its content': 'بصمتها لا تطابق محتواها',
  'its sums do not fit its entries': 'مجاميعها لا تطابق مدخلاتها',
  'Likes are not taken at the moment: the disk that keeps them is full.':
    'لا تُقبل الإعجابات في الوقت الحالي: القرص الذي يحفظها ممتلئ.',
  'Likes are not taken at the moment: somebody has to look at the count first.':
    'لا تُقبل الإعجابات حاليًا: يجب أن يراجع أحد القائمين العدّ أولًا.',
  'The journal of {batcher} and the database do not go on from each other, so no likes are taken until somebody decides: ./agora reconcile.':
    'سجل {batcher} وقاعدة البيانات لا يُكمل أحدهما الآخر، فلا تُقبل الإعجابات إلى أن يقرر أحد القائمين: ‎./agora reconcile.',
  '{n} likes that {batcher} answered neither wait nor are in the database.':
    'إعجابات أجاب عنها {batcher} وليست منتظرة ولا في قاعدة البيانات، عددها {n}.',
  'The database has {n} likes more than {batcher} answered.':
    'في قاعدة البيانات إعجابات لم يُجب عنها {batcher}، عددها {n}.',
  'the likes of the batches up to it do not add up': 'إعجابات الدفعات حتى هذه لا يطابق مجموعها المحفوظ',
  earlier: 'قبل ذلك',
  Batchers: 'المُجمِّعات',
  Batcher: 'المُجمِّع',
  Batch: 'الدفعة',
  Waiting: 'ينتظر',
  'Oldest, s': 'الأقدم (ثانية)',
  'Likes of {title}': 'إعجابات {title}',
  'Where its likes came from': 'من أين جاءت إعجاباته',
  '{post}: {likes} now. Newest batches first.': '{post}: {likes} الآن. أحدث الدفعات أولًا.',
  When: 'الوقت',
  Added: 'المُضاف',

  Log: 'السجل',
  'What all replicas were asked, and asked of the database.':
    'ما طُلب من كل النُّسخ، وما طلبته من قاعدة البيانات.',
  Calls: 'الاستدعاءات',
  'Nothing.': 'لا شيء.',
  'This site keeps no log of its calls.': 'لا يحتفظ هذا الموقع بسجل لاستدعاءاته.',
  'Out of range.': 'خارج المدى.',
  'limit is a whole number from 1 to 10000.': 'limit عدد صحيح من 1 إلى 10000.',
} as const
