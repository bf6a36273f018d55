/** What moderators did, and how it is told. */
export const moderation = {
  Moderation: 'الرقابة',
  'Whatever moderators hide or bring back stands here, and why. Nothing is changed later: each entry has a hash over it and the one before, which the count checks.':
    'كل ما يخفيه المراقبون أو يعيدونه مذكور هنا مع سببه. ولا يُغيَّر شيء لاحقًا: لكل مدخل بصمة تشمله وتشمل ما قبله، ويتحقق منها العدّ.',
  'What is hidden of yours': 'ما أُخفي مما كتبت',
  'Moderators hid this, nobody but you and they can read it, and it can be brought back. {log}':
    'أخفى المراقبون هذا، ولا يقرؤه سواك وسواهم، ويمكن إعادته. {log}',
  'All that they did': 'كل ما فعلوه',
  'Nothing of yours is hidden.': 'لا شيء مخفي مما كتبت.',
  'Your post “{title}”': 'منشورك «{title}»',
  'Your comment on “{title}”': 'تعليقك على «{title}»',
  'Why: {reason}': 'السبب: {reason}',
  'Nothing was hidden yet.': 'لم يُخفَ شيء بعد.',
  Feed: 'خلاصة',
  'CSV of {year}': 'CSV لعام {year}',
  'JSON of {year}': 'JSON لعام {year}',
  'Older entries': 'مدخلات أقدم',
  '{what} was hidden': 'أُخفي {what}',
  '{what} was brought back': 'أُعيد {what}',
  'Post {n}': 'المنشور {n}',
  'Comment {n}': 'التعليق {n}',
  'Entry {n} of the moderation log is not as it was written.': 'المدخل {n} من سجل الرقابة ليس كما كُتب.',
  'There is no such page.': 'لا توجد صفحة كهذه.',
}
