// The list of tasks: what each is about, the soonest due first, and no notice of a mistake that is put right.

const ABOUT = '<p class="about" ng-if="task.description">{{ task.description }}</p>';
const DATES = '<div class="cells-wrapper">';
const SOONEST_DUE = JSON.stringify([{ sortBy: 'dueDate', sortOrder: 'asc' }]);

/** Reviewers may not query the variables of a case, so the engine's own way to show them in the list shows none. */
function tellWhatTasksAreAbout(list) {
  list.template = list.template.replace(DATES, ABOUT + DATES);
}

/** Otherwise the newest comes first: the list does not ask a filter for its order. */
function sortByDueDate(location) {
  if (location.path() === '/' && !location.search().sorting) location.search('sorting', SOONEST_DUE).replace();
}

const NEEDED = ['$injector', '$rootScope', '$location', 'Notifications'];
window.angular.module('ngLocale').run([...NEEDED, (injector, scope, location, notices) => {
  tellWhatTasksAreAbout(injector.get('camTasksDirective')[0]);
  scope.$on('$routeChangeSuccess', () => sortByDueDate(location));
  scope.$on('$locationChangeSuccess', () => notices.clearAll());
}]);
