/** What moderators did, and how it is told. */
export const moderation = {
  Moderation: 'الرقابة',
  'Whatever moderators hide or bring back stands here, and why. Nothing is changed later: each entry has a hash over it and the one before, which the count checks.':
    'كل ما يخفيه المراقبون أو يعيدونه مذكور هنا مع سببه. ولا يُغيَّر شيء لاحقًا: لكل مدخل بصمة تشمله وتشمل ما قبله، ويتحقق منها العدّ.',
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
