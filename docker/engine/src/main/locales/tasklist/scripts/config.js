// Settings of the Tasklist for clerks; anything not named here keeps the webapp's own default.
export default {
  app: {
    name: '待办任务',
    vendor: '一件事一次办'
  },
  // The webapp compares only the first part of the browser's language ("zh", "en") with this list: a browser set to
  // English gets English, every other one, "zh" included, gets the fallback.
  locales: {
    availableLocales: ['zh-CN', 'en'],
    fallbackLocale: 'zh-CN'
  },
  customScripts: ['scripts/chinese', 'scripts/queue'],
  disableWelcomeMessage: true,
  shortcuts: {
    claimTask: {
      key: 'ctrl+alt+c',
      description: '认领当前选中的任务'
    },
    focusFilter: {
      key: 'ctrl+shift+f',
      description: '转到列表中的第一个筛选条件'
    },
    focusList: {
      key: 'ctrl+alt+l',
      description: '转到列表中的第一项任务'
    },
    focusForm: {
      key: 'ctrl+alt+f',
      description: '转到任务表单的第一个输入框'
    },
    startProcess: {
      key: 'ctrl+alt+p',
      description: '打开发起流程窗口'
    }
  }
};
