"""Who applies for what, and when: a seed makes the same stories every time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from onething.catalogue import Bundle, Catalogue
from onething.deadlines import WorkCalendar
from onething.eligibility import MaterialNeed, check_choice, materials_for, not_offered
from onething.errors import InvalidInput
from onething.promises import kinds_for
from onething.vocabulary import Channel, DeliveryMode, DeliveryWay

OFFICE_DAY = 7
"""Office hours in a day of the window, roughly: how long people take is drawn in office hours."""


@dataclass(frozen=True)
class Withdrawal:
    """Of an item, or of the case (`item` empty), so many office hours after handing in."""

    after: int
    item: str = ""


@dataclass(frozen=True)
class Story:
    """One application and what its applicant will do. `name` tells stories of a run apart."""

    name: str
    bundle: str
    items: tuple[str, ...]
    at: datetime
    district: str = "410105"
    channel: Channel = Channel.ONLINE
    way: DeliveryWay = DeliveryWay.ELECTRONIC
    mode: DeliveryMode = DeliveryMode.UNIFIED
    promises: Mapping[str, str] = field(default_factory=dict)
    withdrawals: tuple[Withdrawal, ...] = ()


def covering_choices(bundle: Bundle) -> list[tuple[str, ...]]:
    """Choices an applicant may make that together have every item: of each situation one option at a time."""
    options: dict[str, list[str]] = {}
    for row in bundle.rows:
        if row.situation and row.option:
            known = options.setdefault(row.situation, [])
            known += [row.option] if row.option not in known else []
    rounds = max((len(known) for known in options.values()), default=1)
    return [
        tuple(row.item for row in bundle.rows
              if not row.situation or row.option == options[row.situation][min(turn, len(options[row.situation]) - 1)])
        for turn in range(rounds)
    ]


def depth(bundle: Bundle, item: str, chosen: tuple[str, ...]) -> int:
    """How many items must be decided one after another before this one can be."""
    fronts = [front for front in bundle.fronts_of(item) if front in chosen]
    return 1 + max(depth(bundle, front, chosen) for front in fronts) if fronts else 0


def stories(
    catalogue: Catalogue, calendar: WorkCalendar, bundles: list[Bundle], seed: int, cases: int, start: datetime
) -> list[Story]:
    """At least `cases` for each bundle, and so many that every item is in one; handed in within the first week."""
    told = []
    for bundle in bundles:
        choices = covering_choices(bundle)
        for turn in range(max(cases, len(choices))):
            name = f"{bundle.slug}/{turn + 1}"
            told.append(_story(catalogue, calendar, bundle, choices, turn, name, Random(f"{seed}/{name}"), start))
    return told


def _story(
    catalogue: Catalogue, calendar: WorkCalendar, bundle: Bundle, choices: list[tuple[str, ...]], turn: int, name: str,
    random: Random, start: datetime,
) -> Story:
    items = choices[turn] if turn < len(choices) else _some_of(catalogue, bundle, random.choice(choices), random)
    channel = Channel.WINDOW if random.random() < 0.25 else Channel.ONLINE
    ways = (DeliveryWay.ELECTRONIC, DeliveryWay.COUNTER, DeliveryWay.COURIER)
    return Story(
        name=name, bundle=bundle.slug, items=items, at=moment_after(calendar, start, random.randint(1, 4 * OFFICE_DAY)),
        district=random.choice(_districts(catalogue, bundle, items)),
        channel=channel, way=random.choices(ways, (60, 25, 15))[0],
        mode=DeliveryMode.SEPARATE if random.random() < 0.25 else DeliveryMode.UNIFIED,
        promises=_promises(materials_for(catalogue, bundle, items, {}), random), withdrawals=_withdrawals(items, random),
    )


def _districts(catalogue: Catalogue, bundle: Bundle, items: tuple[str, ...]) -> list[str]:
    """Those that are open and offer all of `items`."""
    opened = [code for code, entry in sorted(catalogue.districts.items()) if entry.open]
    return [code for code in opened if not set(items) & set(not_offered(bundle, code))]


def _some_of(catalogue: Catalogue, bundle: Bundle, widest: tuple[str, ...], random: Random) -> tuple[str, ...]:
    """Some items left out, if what remains may be chosen."""
    some = tuple(item for item in widest if random.random() < 0.7)
    try:
        check_choice(catalogue, bundle, some, {})
    except InvalidInput:
        return widest
    return some


def _promises(needs: list[MaterialNeed], random: Random) -> dict[str, str]:
    return {
        need.material.key: str(random.choice(kinds)) for need in needs
        if (kinds := kinds_for(need)) and random.random() < 0.2
    }


def _withdrawals(items: tuple[str, ...], random: Random) -> tuple[Withdrawal, ...]:
    draw, after = random.random(), random.randint(2, 8 * OFFICE_DAY)
    if draw < 0.04:
        return (Withdrawal(after),)
    return (Withdrawal(after, random.choice(items)),) if draw < 0.12 else ()


def moment_after(calendar: WorkCalendar, moment: datetime, hours: float) -> datetime:
    """So many office hours later on the half hour; never the closing hour itself, when limits end."""
    due = calendar.working_hours(moment, hours, "window").due
    early = due.replace(minute=due.minute // 30 * 30, second=0, microsecond=0)
    return early if early < calendar.hours["window"].closing(early.date()) else early - timedelta(minutes=30)
