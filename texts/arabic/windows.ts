/** Order windows, what is done with their orders, and money on paper. */
export const windows = {
  'Order windows': 'فترات الطلب',
  'Where there is a window, members order while one is open. Without any they order when they like.':
    'حيث توجد فترة طلب يطلب الأعضاء ما دامت إحداها مفتوحة. وبدون أي فترة يطلبون متى شاؤوا.',
  'Add a window': 'إضافة فترة',
  'There are no windows here.': 'لا توجد فترات هنا.',
  'Older windows': 'فترات أقدم',
  'Not open yet': 'لم تُفتح بعد',
  Open: 'مفتوحة',
  Closed: 'مغلقة',
  'Close it now': 'إغلاقها الآن',
  'Time zone of all these times': 'المنطقة الزمنية لكل هذه الأوقات',
  Opens: 'تُفتح',
  Closes: 'تُغلق',
  'A pick-up whose fields are all empty is left out. Saved, the form has room for more.':
    'الاستلام الذي كل حقوله فارغة يُترك. بعد الحفظ يتّسع النموذج للمزيد.',
  'Pick-up {number}': 'الاستلام {number}',
  Place: 'المكان',
  From: 'من',
  'Pick-up': 'الاستلام',
  'Pick-up: {where}': 'الاستلام: {where}',
  'It can be changed until {when}.': 'يمكن تغييره حتى {when}.',
  '{window}: order until {when}.': '{window}: الطلب متاح حتى {when}.',
  'A window has at most {most} pick-ups.': 'للفترة {most} استلامًا على الأكثر.',
  'Nobody can order at the moment: no further window is planned yet.':
    'لا يمكن لأحد الطلب الآن: لم تُحدَّد فترة قادمة بعد.',
  'Nobody can order at the moment: the next window opens on {when}.':
    'لا يمكن لأحد الطلب الآن: تُفتح الفترة القادمة في {when}.',
  'Somebody picks up at {place}: it can be changed, but not left out.':
    'هناك من يستلم في {place}: يمكن تغييره لا حذفه.',
  '{name} is open for some of this time: there is one window at a time.':
    '{name} مفتوحة في جزء من هذا الوقت: فترة واحدة في كل وقت.',
  '{item} is no longer sold. Nothing was changed.': 'لم يعد {item} يُباع. لم يتغيّر شيء.',
  'Your order is changed.': 'تغيّر طلبك.',
  'Somebody else was quicker. Nothing was changed, please try again.':
    'سبقك شخص آخر. لم يتغيّر شيء، حاول مجددًا.',
  'Choose where and when you pick it up.': 'اختر مكان الاستلام ووقته.',
  'Nothing is picked up there any more. Please choose again.': 'لم يعد هناك استلام هناك. اختر مجددًا.',
  'Its window has closed: this order stays as it is. Ask who runs the market.':
    'أُغلقت فترته: يبقى هذا الطلب كما هو. اسأل من يدير السوق.',
  'There is no such window.': 'لا توجد فترة كهذه.',
  'This window is not open.': 'هذه الفترة ليست مفتوحة.',
  'Somebody has ordered in this window, so it stays.': 'طلب أحدهم في هذه الفترة، لذا تبقى.',
  'Nothing would be left of this order. Cancel it instead.': 'لن يبقى شيء من هذا الطلب. ألغه بدلًا من ذلك.',
  'This order can only be cancelled.': 'لا يمكن سوى إلغاء هذا الطلب.',
  'This order is closed already.': 'هذا الطلب مغلق بالفعل.',
  'A window needs a pick-up.': 'تحتاج الفترة إلى استلام.',
  'Give a day and a time.': 'اذكر يومًا ووقتًا.',
  'This ends before it begins.': 'هذا ينتهي قبل أن يبدأ.',
  'A pick-up begins when the window has closed.': 'يبدأ الاستلام بعد إغلاق الفترة.',
}
