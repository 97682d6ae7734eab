// The list of tasks: what each is about, the soonest due first, and no notice of a mistake that is put right.

import { CASE } from './cases.js';

const ABOUT = '<p class="about" ng-if="task.description">{{ task.description }}</p>';
const NAME = /<h2 class="task">[^<]*<\/h2>/;
const DATES = '<div class="cells-wrapper">';
const ROUGHLY = 'am-time-ago="task.due">{{ task.due }}';
const EXACTLY = '>{{ task.due | date:"M月d日 HH:mm" }}';
const SOONEST_DUE = JSON.stringify([{ sortBy: 'dueDate', sortOrder: 'asc' }]);

/** Reviewers may not query the variables of a case, so the engine's own way to show them in the list shows none. */
function tellWhatTasksAreAbout(list, open) {
  list.template = list.template.replace(DATES, ABOUT + CASE + DATES);
  open.template = open.template.replace(NAME, (name) => name + CASE);
}

/** "A month from now" is no date that one can keep. */
function tellWhenTheyAreDue(directive) {
  directive.template = directive.template.replace(ROUGHLY, EXACTLY);
}

/** Otherwise the newest comes first: the list does not ask a filter for its order. */
function sortByDueDate(location) {
  if (location.path() === '/' && !location.search().sorting) location.search('sorting', SOONEST_DUE).replace();
}

const NEEDED = ['$injector', '$rootScope', '$location', 'Notifications'];
window.angular.module('ngLocale').run([...NEEDED, (injector, scope, location, notices) => {
  const [list, open, facts] = ['camTasks', 'camTasklistTask', 'camTasklistTaskMeta'].map((name) => injector.get(`${name}Directive`)[0]);
  tellWhatTasksAreAbout(list, open);
  [list, facts].forEach(tellWhenTheyAreDue);
  scope.$on('$routeChangeSuccess', () => sortByDueDate(location));
  scope.$on('$locationChangeSuccess', () => notices.clearAll());
}]);
