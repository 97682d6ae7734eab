"""The run of time: everybody acts at their moment, the automatic steps come to rest, then the clock jumps on."""

from __future__ import annotations

import heapq
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onething.cases import FINAL_CASE_STATES, OPEN_ITEM_STATES
from onething.deadlines import CHINA
from onething.engine.errors import EngineRefused
from onething.engine.records import UserTask
from onething.errors import Conflict, OneThingError
from onething.store import Application, applications, outbox
from onething.vocabulary import CaseState, ItemState
from simulation.answers import group_of
from simulation.people import Call, People
from simulation.story import Story, moment_after
from simulation.town import Town
from workers.watch import Watch

PATIENCE = timedelta(days=730)
"""A case that is open two years after the last one was handed in hangs."""
SECONDS_TO_REST = 120
HANDS = 3
"""Cases worked on at once; the steps of one case are taken one after another."""
STAGES = ("accepted", "decided", "terminal")


class DoesNotRest(OneThingError):
    default_code = "simulation"
    default_status = 500


@dataclass(frozen=True)
class Deed:
    """What somebody did: for the story, and to see two runs do the same."""

    at: datetime
    key: str
    item: str
    what: str


@dataclass
class Life:
    """A story as it goes."""

    story: Story
    number: str = ""
    deeds: list[Deed] = field(default_factory=list)
    turns: Counter[tuple[str, ...]] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    awaits_correction: bool = False
    supplemented: bool = False
    ended: bool = False


@dataclass(order=True)
class _Plan:
    """Within one moment in the order of the names, so that a story never depends on which step was faster."""

    at: datetime
    name: str
    place: int
    life: Life = field(compare=False)
    act: Callable[[], None] = field(compare=False)


class World:
    """`play` takes stories to their end. `told` hears after each moment how many cases are still open."""

    def __init__(self, town: Town, people: People, told: Callable[[datetime, int], None] | None = None) -> None:
        self.town, self.people, self.told = town, people, told or (lambda _at, _open: None)
        self.watch, self.agenda, self.places = Watch(town.tools), [], itertools.count()
        self.lives: list[Life] = []
        self.numbers: set[str] = set()
        self.moment = self.start = datetime.now(CHINA)

    def play(self, stories: Iterable[Story], until: str = "terminal") -> list[Life]:
        self.lives = [Life(story) for story in stories]
        self.moment = self.start = min(life.story.at for life in self.lives)
        last = max(life.story.at for life in self.lives) + PATIENCE
        for life in self.lives:
            self._plan(life.story.at, life, "", lambda life=life: self._submit(life))
        with ThreadPoolExecutor(HANDS) as self.hands:
            while (moment := self._next_moment()) and moment < last:
                self._step(moment)
                self._look_around(until)
                self.told(moment, sum(not life.ended for life in self.lives))
        return self.lives

    # time

    def _plan(self, at: datetime, life: Life, name: str, act: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, _Plan(max(at, self.moment), f"{life.story.name}/{name}", next(self.places), life, act))

    def _next_moment(self) -> datetime | None:
        """The next deed or the next limit, whichever comes first; None when all has ended or nothing will happen."""
        while self.agenda and self.agenda[0].life.ended:
            heapq.heappop(self.agenda)
        if all(life.ended for life in self.lives):
            return None
        due = self.town.admin.next_timer(self.moment)
        return min([*([self.agenda[0].at] if self.agenda else []), *([due] if due else [])], default=None)

    def follow(self, numbers: Iterable[str]) -> None:
        """Cases that were handed in elsewhere: their messages are hurried too."""
        self.numbers = set(numbers)

    def move(self, moment: datetime) -> None:
        """The clock jumps, and what is due by then fires."""
        new_day = moment.astimezone(CHINA).date() != self.moment.astimezone(CHINA).date()
        before, self.moment = self.moment, moment
        self.town.clock.go_to(moment)
        if new_day:
            self.watch.look()
        for job in self.town.admin.timers_between(before, moment) if moment > before else []:
            self._fire(job)
        self.rest()

    def _step(self, moment: datetime) -> None:
        self.move(moment)
        due: dict[int, list[_Plan]] = {}
        while self.agenda and self.agenda[0].at <= moment:
            plan = heapq.heappop(self.agenda)
            due.setdefault(id(plan.life), []).append(plan)
        for _ in self.hands.map(self._act, due.values()):
            pass
        self.rest()

    def _fire(self, job: str) -> None:
        try:
            self.town.admin.execute_job(job)
        except EngineRefused as error:
            if error.http_status != 404 and not error.transient:  # else it went with its task, or is tried by the engine
                raise

    @staticmethod
    def _act(plans: list[_Plan]) -> None:
        for plan in plans:
            if not plan.life.ended:
                plan.act()

    def rest(self) -> None:
        """Until no automatic step is under way and no message waits for a place that is there."""
        since, end, pause = datetime.now(CHINA), time.monotonic() + SECONDS_TO_REST, 0.02
        while time.monotonic() < end:
            if self._under_way() or not self._calm(since):
                time.sleep(pause)
                pause = min(pause * 1.5, 0.3)  # asking costs the engine as much as a step does
            elif not self._hurry():
                return
        incidents = "；".join(f"{one.type} {one.message}" for one in self.town.admin.incidents())
        raise DoesNotRest(f"自动办理 {SECONDS_TO_REST} 秒没有停下来：{incidents or '没有事件'} · the steps do not come to rest")

    def _under_way(self) -> bool:
        return bool(self._tally()[0]) or self.town.admin.busy()

    def _calm(self, since: datetime) -> bool:
        before = self._pulse(since)
        return not self._under_way() and self._pulse(since) == before

    def _pulse(self, since: datetime) -> tuple[int | None, ...]:
        """Unchanged between two looks if nothing moved: each single question may miss what turns from one into another."""
        return (*self._tally(), self.town.admin.steps_taken(since))

    def _tally(self) -> tuple[int, int, int | None]:
        with self.town.tools.store.reading() as session:
            return outbox.tally(session, self.town.clock.now())

    def _hurry(self) -> bool:
        """Messages nobody waited for at first are tried once more; whether one has arrived."""
        tools = self.town.tools
        with tools.store.transaction() as session:
            tried = outbox.hurry(session, tools.clock.now(), self.numbers)
        if not tried:
            return False
        while self._tally()[0]:
            time.sleep(0.02)
        with tools.store.reading() as session:
            return bool(outbox.arrived(session, tried))

    # people

    def _submit(self, life: Life) -> None:
        story = life.story
        life.number = self.town.submit(
            story.bundle, story.items, district=story.district, way=story.way, mode=story.mode, channel=story.channel,
            promises=story.promises,
        )
        self.numbers.add(life.number)
        self._did(life, "submit", "", str(story.channel))
        for one in story.withdrawals:
            at = moment_after(self.people.calendar, self.moment, one.after)
            self._plan(at, life, f"withdraw/{one.item}", lambda item=one.item: self._withdraw(life, item))

    def _withdraw(self, life: Life, item: str) -> None:
        try:
            self.town.withdraw(life.number, item)
        except Conflict as refused:
            self._did(life, "withdraw", item, f"refused: {refused.code}")
        else:
            self._did(life, "withdraw", item, "withdrawn")

    def _correct(self, life: Life) -> None:
        case = self.town.case(life.number)
        life.awaits_correction = False
        if case.state == CaseState.CORRECTION:
            self.town.correct(life.number, self.town.wanting(life.number))
            self._did(life, "correct", "", "handed in")

    def _supplement(self, life: Life) -> None:
        if keys := self.town.supplement(life.number):
            self._did(life, "supplement", "", " ".join(keys))

    def _do(self, life: Life, task: UserTask, call: Call) -> None:
        answer = self.people.answer(call)
        if task.key == "digitising":
            self.town.scan(life.number)
        try:
            self.town.do(task, answer)
        except EngineRefused:
            if any(other.id == task.id for other in self.town.admin.user_tasks(life.number)):
                raise
            return  # it went while the person was about to answer
        said = [str(answer[name]) for name in answer if name.endswith(("_decision", "_opinion", "_outcome", "opinion"))]
        self._did(life, call.key, call.item, said[0] if said else "done")

    def _did(self, life: Life, key: str, item: str, what: str) -> None:
        life.deeds.append(Deed(self.moment, key, item, what))

    # what there is to do

    def _look_around(self, until: str) -> None:
        """New tasks get their moment, waiting applicants too; who has arrived is let go."""
        self._close_ended(until)
        by_number = {life.number: life for life in self.lives if life.number and not life.ended}
        known = set().union(*(life.seen for life in by_number.values()))
        new = [task for task in self.town.admin.user_tasks() if task.id not in known]
        for task, shown in zip(new, self.hands.map(self._shown, new), strict=True):
            life = by_number.get(str(shown.get("application_no") or ""))
            if life is not None:
                self._expect(life, task, shown)
        cases = self._cases(by_number)
        for number, life in by_number.items():
            self._expect_applicant(life, cases[number])

    def _shown(self, task: UserTask) -> dict:
        try:
            return self.town.admin.form_variables(task.id)
        except EngineRefused:
            return {}

    def _expect(self, life: Life, task: UserTask, shown: dict) -> None:
        life.seen.add(task.id)
        about = task.key, str(shown.get("item") or ""), group_of(task.key, shown)
        call = Call(life.story, *about, life.turns[about], shown, task.due, self.moment)
        life.turns[about] += 1
        self._plan(self.people.when(call), life, "/".join(about), lambda: self._do(life, task, call))

    def _expect_applicant(self, life: Life, case: Application) -> None:
        if case.state == CaseState.CORRECTION and not life.awaits_correction:
            life.awaits_correction, turn = True, life.turns["correct",]
            life.turns["correct",] += 1
            if at := self.people.correction(life.story, turn, self.moment):
                self._plan(at, life, "correct", lambda: self._correct(life))
        if life.story.promises and not life.supplemented and case.state == CaseState.IN_PROGRESS:
            life.supplemented = True
            if at := self.people.supplement(life.story, self.moment):
                self._plan(at, life, "supplement", lambda: self._supplement(life))

    def _close_ended(self, until: str) -> None:
        open_lives = {life.number: life for life in self.lives if life.number and not life.ended}
        for number, case in self._cases(open_lives).items():
            open_lives[number].ended = self._arrived(case, until)

    def _cases(self, numbers: Iterable[str]) -> dict[str, Application]:
        with self.town.tools.store.reading() as session:
            return {case.number: case for case in applications.several(session, numbers)}

    def _arrived(self, case: Application, until: str) -> bool:
        states = {ItemState(row.state) for row in case.items}
        if until == "accepted":
            return not states & {ItemState.SUBMITTED, ItemState.RECEIVED}
        if until == "decided":
            return not states & OPEN_ITEM_STATES
        if case.state not in FINAL_CASE_STATES:
            return False
        return self.town.admin.process_state(case.number) not in (None, "ACTIVE")
