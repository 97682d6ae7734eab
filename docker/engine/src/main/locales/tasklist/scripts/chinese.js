// The parts of the Tasklist that take no translation file: the date picker and the messages inside task forms.
// Does nothing when the page is shown in another language.

const FORM_MESSAGES = [
  [/^Field is required\.$/, '此项必填。'],
  [/^Field must match pattern .*$/, '格式不正确。'],
  [/^Field must be a valid email\.$/, '请填写正确的电子邮箱。'],
  [/^Field must be a valid .*phone number.*$/, '请填写正确的电话号码。'],
  [/^Field must have minimum length of (\d+)\.$/, '至少填写 $1 个字。'],
  [/^Field must have maximum length of (\d+)\.$/, '最多填写 $1 个字。'],
  [/^Field must have minimum value of (.+)\.$/, '不得小于 $1。'],
  [/^Field must have maximum value of (.+)\.$/, '不得大于 $1。'],
  [/^Value is not a number\.$/, '请填写数字。']
];

function translateMessage(node) {
  for (const [pattern, text] of FORM_MESSAGES) {
    if (pattern.test(node.data)) {
      node.data = node.data.replace(pattern, text);
      return;
    }
  }
}

/** Rewrites the text nodes only, so the form keeps the nodes it has drawn. */
function watchForms() {
  new MutationObserver(() => {
    for (const error of document.querySelectorAll('.fjs-form-field-error')) {
      const texts = document.createTreeWalker(error, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) translateMessage(texts.currentNode);
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}

function translateDates(formats, picker) {
  const days = [...'日一二三四五六'];
  const months = Array.from({ length: 12 }, (_, month) => `${month + 1}月`);
  Object.assign(formats, {
    MONTH: months,
    SHORTMONTH: months,
    STANDALONEMONTH: months,
    DAY: days.map((day) => `星期${day}`),
    SHORTDAY: days
  });
  Object.assign(picker, { formatDayTitle: 'yyyy年M月', formatMonthTitle: 'yyyy年', startingDay: 1 });
}

// Run blocks run after every module is loaded, before the first page is drawn.
window.angular.module('ngLocale').run(['$locale', '$translate', 'uibDatepickerConfig', (locale, translate, picker) => {
  if (translate.preferredLanguage() !== 'zh-CN') return;
  document.documentElement.lang = 'zh-CN';
  translateDates(locale.DATETIME_FORMATS, picker);
  watchForms();
}]);
