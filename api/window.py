"""窗口工作台: the queue of a counter by deadline, the search, and one case with what can be done for it now (R38-R60, R97)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api import form_view
from api.case_view import CaseView, view
from api.local_time import local, local_day, short_day
from api.scans import may_scan, may_scan_again
from api.staff_names import staff_names
from onething.bootstrap import Tools
from onething.custody import APPLICANT
from onething.engine import contract
from onething.engine.roster import roster_of
from onething.errors import NotAllowed
from onething.intake import Judgement
from onething.numbers import meant
from onething.store import Account, Application, Dispatch, WindowAct, applications, custody, intake, window
from onething.store.window import Told, Waiting
from onething.vocabulary import CaseState
from onething.window import (
    COUNTER_CASE,
    DELIVER,
    DIGITISE,
    GIVE_BACK,
    HAND_OVER,
    REVIEW,
    Act,
    agent_of,
    group_of,
)

LABELS = {REVIEW: "待收件", DIGITISE: "待扫描", HAND_OVER: "待移交原件", DELIVER: "待交付", GIVE_BACK: "待退还"}
"""The queues; what stands on the tabs."""
SHOWN, SHOWN_BESIDE, FOUND_MOST = 60, 30, 20
"""Lines of the queue on its own page and beside a case; cases that a search shows."""
WHOLE_NUMBER = 15
"""Letters of the shortest identity number."""
SETTLES = timedelta(seconds=60)
"""How long an act that was handed to the engine may take until the worker has recorded it."""
COMES = timedelta(seconds=20)


@dataclass(frozen=True)
class Entry:
    """An act of the queue. `pending`: registered, the engine is being told."""

    case: Waiting
    act: Act
    pending: bool


@dataclass(frozen=True)
class Line:
    """One row of the queue as it is shown. `who` applies."""

    number: str
    name: str
    task: str
    label: str
    due_at: datetime | None
    left: str
    overdue: bool
    pending: bool
    counts: bool
    who: str


@dataclass(frozen=True)
class Task:
    """An act that the case waits for, and what became of the last try at it."""

    act: Act
    label: str
    mine: bool
    left: str
    today: bool
    overdue: bool
    pending: bool
    problem: str

    @property
    def counts(self) -> bool:
        """Whether what is left counts down on the page."""
        return self.today and not self.overdue

    @property
    def key(self) -> str:
        return f"{self.act.task}.{self.act.scope}" if self.act.scope else self.act.task


@dataclass(frozen=True)
class Original:
    name: str
    holder: str
    at: datetime
    receiver: str


@dataclass(frozen=True)
class Desk:
    """One case on the counter's screen. `handed_to`: who took the originals and has not counted them yet; `settling`: the act
    that the engine is being told of when nothing else is to do; `agent`: who was sent."""

    case: CaseView
    form: form_view.FormView
    tasks: tuple[Task, ...]
    judgements: dict[str, Judgement]
    originals: tuple[Original, ...]
    dispatches: tuple[tuple[Dispatch, str], ...]
    record: tuple[tuple[WindowAct, str], ...]
    clerk_of_window: bool
    may_correct: bool
    may_scan: bool
    may_scan_again: bool
    lead: str
    handed_to: str
    settling: str
    agent: str


def districts(account: Account) -> list[str]:
    """The districts whose counter the account works at. Raises `NotAllowed` for everybody else."""
    found = [
        group.rpartition("-")[2] for group in account.organisation.split() if group.startswith(("window-", "delivery-"))
    ]
    if not found:
        raise NotAllowed("窗口工作台只对综合受理窗口和发证窗口开放；请用窗口岗位登录", code="not-the-window")
    return list(dict.fromkeys(found))


def own_district(account: Account) -> str:
    """Where the clerk takes applications in. Raises `NotAllowed` for who does not."""
    found = [group for group in account.organisation.split() if group.startswith("window-")]
    if not found:
        raise NotAllowed("只有综合受理窗口可以登记窗口申请；请用综合受理窗口岗位登录", code="not-the-window")
    return contract.district_of(found[0])


def case_at_the_window(session: Any, account: Account, number: str, *, lock: bool = False) -> Application:
    """A case of the clerk's counter; any other looks as if it were not there, and who is no clerk learns nothing (S10)."""
    here = districts(account)
    row = applications.lock(session, number) if lock else applications.get(session, number)
    if row.district not in here:
        raise applications.unknown(number)
    return row


def queue(session: Any, tools: Tools, account: Account) -> list[Entry]:
    """Everything the account's counter has to do, soonest first."""
    here, mine = districts(account), set(account.organisation.split())
    cases, numbers = {row.number: row for row in window.candidates(session, here)}, window.candidate_numbers(here)
    told = window.told(session, numbers)
    found = [
        Entry(cases[number], act, _state(tools, told, number, act)[0])
        for number, acts in window.due_of(session, list(cases.values()), numbers).items() for act in acts
        if group_of(act.task, cases[number].district) in mine
    ]
    return sorted(found, key=lambda one: (one.pending, one.act.due_at is None, one.act.due_at and one.act.due_at.timestamp()))


def lines(session: Any, tools: Tools, entries: Sequence[Entry]) -> list[Line]:
    """As they are shown. Who applies is sealed, and opened for these only."""
    names = window.names(session, {one.case.number for one in entries}) if entries else {}
    return [_line(tools, one, names.get(one.case.number, "")) for one in entries]


def _line(tools: Tools, one: Entry, who: str) -> Line:
    name, act, now = tools.catalogue_of(one.case).bundle(one.case.bundle).short_name, one.act, tools.clock.now()
    label, rest = LABELS[act.task], left(now, act.due_at)
    return Line(one.case.number, name, act.task, label, act.due_at, rest, _late(now, act), one.pending, _counts(now, act), who)


def _late(now: datetime, act: Act) -> bool:
    return act.due_at is not None and act.due_at <= now


def left(now: datetime, due_at: datetime | None) -> str:
    """What a clerk sees at a glance: the time that is left of today, else the day."""
    if due_at is None:
        return "尽快"
    if due_at <= now:
        return "已超期"
    if local_day(due_at) != local_day(now):
        return f"{short_day(due_at)} {local(due_at):%H:%M} 前"
    minutes = int((due_at - now).total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    return f"还剩 {hours} 小时 {rest} 分" if hours else f"还剩 {rest} 分钟"


def _counts(now: datetime, act: Act) -> bool:
    """Whether what is left counts down on the page."""
    return act.due_at is not None and act.due_at > now and local_day(act.due_at) == local_day(now)


def search(session: Any, tools: Tools, account: Account, text: str) -> list[Application]:
    """By number or its end, by a whole identity number; among the newest also by name, by the last four of the identity number
    or of the phone."""
    wanted, places = meant(text), districts(account)
    found = list(window.by_number(session, places, wanted)) if wanted.isalnum() and len(wanted) >= 4 else []
    if len(wanted) >= WHOLE_NUMBER:
        found += [row for row in window.of_person(session, places, wanted) if row not in found]
    known = {row.number for row in found}
    for row in window.newest(session, places):
        if row.number not in known and _about(row, wanted):
            found.append(row)
        if len(found) >= FOUND_MOST:
            break
    return found[:FOUND_MOST]


def _about(row: Application, wanted: str) -> bool:
    person = row.applicant
    tails = (str(person.get("id_no", "")).upper(), str(person.get("phone", "")))
    named = len(wanted) >= 2 and not wanted.isascii() and wanted in "".join(str(person.get("name", "")).split()).upper()
    return named or (len(wanted) >= 4 and any(tail.endswith(wanted) for tail in tails))


def desk(session: Any, tools: Tools, account: Account, application: Application) -> Desk:
    number = application.number
    case, catalogue = view(session, tools, application), tools.catalogue_of(application)
    mine = set(account.organisation.split())
    names, told = {row.key: name for row, name, _ in case.materials}, window.told(session, [number])
    record, originals = tuple(_record(session, tools, application)), tuple(_originals(session, tools, application, names))
    visit = next((act for act, _ in record if act.task == COUNTER_CASE), None)
    tasks = tuple(_task(tools, told, application, act, mine) for act in window.due(session, application))
    return Desk(
        case=case, form=form_view.form_view(session, tools, application, disputed="disputes" in case.rare),
        tasks=tasks,
        judgements=intake.last_judgements(session, number),
        originals=originals,
        dispatches=tuple((row, catalogue.department_name(row.department)) for row in intake.dispatches(session, number)),
        record=record,
        clerk_of_window=contract.window_group(application.district) in mine,
        may_correct=application.state == CaseState.CORRECTION and contract.window_group(application.district) in mine,
        may_scan=may_scan(account, application), may_scan_again=may_scan_again(session, application),
        lead=catalogue.department_name(catalogue.bundle(application.bundle).lead),
        handed_to="" if any(task.act.task == HAND_OVER for task in tasks) else _handed_to(originals, record),
        settling=_settling(tools, record),
        agent=agent_of(visit, application.applicant),
    )


def _handed_to(originals: Iterable[Original], record: Iterable[tuple[WindowAct, str]]) -> str:
    """Who took the originals, until the lead department has counted them."""
    moved = max((row.at for row in originals), default=None)
    acts = [act for act, _ in record if act.task == HAND_OVER and (moved is None or act.at >= moved)]
    return acts[-1].person if acts else ""


def _settling(tools: Tools, record: Iterable[tuple[WindowAct, str]]) -> str:
    """What was registered a moment ago: the next thing to do comes once the engine has been told."""
    just = [act.task for act, _ in record if tools.clock.now() - act.at <= COMES]
    return just[-1] if just else ""


def _task(tools: Tools, told: Told, case: Application, act: Act, mine: set[str]) -> Task:
    pending, problem = _state(tools, told, case.number, act)
    now, late = tools.clock.now(), _late(tools.clock.now(), act)
    today = late or (act.due_at is not None and local_day(act.due_at) == local_day(now))
    group = group_of(act.task, case.district)
    return Task(act, LABELS[act.task], group in mine, left(now, act.due_at), today, late, pending, problem)


def _state(tools: Tools, told: Told, number: str, act: Act) -> tuple[bool, str]:
    """Whether the act is registered and under way, and what holds it up or why it must be done again."""
    entry = told.of(number, act)
    if entry is None:
        return False, ""
    if entry.done_at is None:
        return True, entry.error if entry.attempts else ""
    if tools.clock.now() - entry.done_at <= SETTLES:
        return True, ""
    return False, "上一次登记没有生效；请核对后重新登记，或者在任务中心查看退回的原因"


def _originals(session: Any, tools: Tools, application: Application, names: dict[str, str]) -> Iterable[Original]:
    """Every change of hands, oldest first."""
    groups = roster_of(tools.catalogue_of(application)).groups
    for row in custody.ledger(session, application.number):
        holder = "申请人" if row.holder == APPLICANT else groups.get(row.holder, row.holder)
        yield Original(names.get(row.material, row.material), holder, row.at, row.receiver)


def _record(session: Any, tools: Tools, application: Application) -> Iterable[tuple[WindowAct, str]]:
    acts = window.of_case(session, application.number)
    named = staff_names(session, tools, {row.clerk: group_of(row.task, application.district) for row in acts})
    for row in acts:
        yield row, named[row.clerk]
