// What the front door knows of a case or consultation: who applies, masked, and the working days that are left, beside its tasks; and the way to its
// page from a form. The engine holds none of it. Without the front door, or without a login there, everything else is as ever.

import frontDoor from './front-door.js';

const NUMBER = /^(?:办件|咨询)编号 ([0-9A-Z]+)(?:，(.+))?$/;
const KEPT = 60_000;
const SETTLES = 50;
const SAME_MOMENT = 1_000;

const known = new Map(); // number -> { at, shown, drawn }
const wanted = new Set();
let asking = 0;
let restsUntil = 0;

/** The clock that a task runs by: the one that ends when the task is due, else the first of its item. */
function clockOf(shown, item, due) {
  const mine = shown.clocks.filter((one) => (item ? one.items.includes(item) : true));
  const ends = (one) => Math.abs(Date.parse(one.due) - Date.parse(due)) < SAME_MOMENT;
  return mine.find(ends) || mine.find((one) => item || !one.items.length);
}

function leftOf(clock) {
  if (clock.state === 'paused') return '暂停计时';
  if (clock.state === 'overdue') return clock.days ? `已超期 ${clock.days} 个工作日` : '已超期';
  if (clock.minutes !== null) {
    const hours = Math.floor(clock.minutes / 60);
    return hours ? `还有 ${hours} 小时 ${clock.minutes % 60} 分` : `还有 ${clock.minutes} 分钟`;
  }
  return clock.days ? `还有 ${clock.days} 个工作日` : '今天截止';
}

/** Asked again after a minute, all numbers of a page at once; a minute's rest where there is no answer. */
async function ask(redraw) {
  const numbers = [...wanted];
  wanted.clear();
  asking = 0;
  const query = numbers.map((number) => `case=${encodeURIComponent(number)}`).join('&');
  try {
    const answer = await fetch(`${frontDoor}/staff/tasks?${query}`, { credentials: 'include' });
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    for (const number of numbers) known.set(number, { at: Date.now(), shown: found[number], drawn: {} });
  } catch {
    known.clear();
    restsUntil = Date.now() + KEPT;
  }
  redraw();
}

/** Asked for at every turn of the page: the same object while nothing has changed, or the page would never come to rest. */
function besideTask(task, redraw) {
  const [, number, item] = NUMBER.exec(task?.description || '') || [];
  if (!number) return null;
  const entry = known.get(number);
  if ((!entry || Date.now() - entry.at > KEPT) && Date.now() > restsUntil) {
    wanted.add(number);
    asking ||= setTimeout(ask, SETTLES, redraw);
  }
  if (!entry?.shown) return null;
  const clock = clockOf(entry.shown, item, task.due);
  entry.drawn[task.id] ||= {
    bundle: entry.shown.bundle, applicant: entry.shown.applicant, left: clock ? leftOf(clock) : '', label: clock?.label || '', state: clock?.state || ''
  };
  return entry.drawn[task.id];
}

/** Forms say where the page is at the one address; where the front door has an address of its own, the way leads there. */
function leadToFrontDoor(event) {
  const link = event.target.closest?.('.fjs-container a[href^="/staff/"]');
  if (link) link.href = frontDoor + link.getAttribute('href');
}

/** For what, who applies, and what is left: in the list beneath what the task is about, and above the open task. */
export const CASE = `<p class="case" ng-if="$root.besideTask(task)"><span>{{ $root.besideTask(task).bundle }}</span>
  <span>{{ $root.besideTask(task).applicant }}</span>
  <span class="left {{ $root.besideTask(task).state }}" title="{{ $root.besideTask(task).label }}">{{ $root.besideTask(task).left }}</span></p>`;

if (frontDoor) document.addEventListener('click', leadToFrontDoor, true);
window.angular.module('ngLocale').run(['$rootScope', (scope) => {
  scope.besideTask = (task) => besideTask(task, () => scope.$applyAsync());
}]);
