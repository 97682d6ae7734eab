// The list of tasks: what each is about, the soonest due first, and no notice of a mistake that is put right.

const ABOUT = '<p class="about" ng-if="task.description">{{ task.description }}</p>';
const DATES = '<div class="cells-wrapper">';
const ROUGHLY = 'am-time-ago="task.due">{{ task.due }}';
const EXACTLY = '>{{ task.due | date:"M月d日 HH:mm" }}';
const SOONEST_DUE = JSON.stringify([{ sortBy: 'dueDate', sortOrder: 'asc' }]);

/** Reviewers may not query the variables of a case, so the engine's own way to show them in the list shows none. */
function tellWhatTasksAreAbout(list) {
  list.template = list.template.replace(DATES, ABOUT + DATES);
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
  const [list] = injector.get('camTasksDirective');
  tellWhatTasksAreAbout(list);
  [list, injector.get('camTasklistTaskMetaDirective')[0]].forEach(tellWhenTheyAreDue);
  scope.$on('$routeChangeSuccess', () => sortByDueDate(location));
  scope.$on('$locationChangeSuccess', () => notices.clearAll());
}]);
