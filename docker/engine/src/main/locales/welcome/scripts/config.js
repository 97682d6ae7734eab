// Settings of the start page, where a clerk edits the own profile and password.
export default {
  app: {
    name: '工作台',
    vendor: '一件事一次办'
  },
  locales: {
    availableLocales: ['zh-CN', 'en'],
    fallbackLocale: 'zh-CN'
  }
};
