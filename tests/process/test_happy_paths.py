"""Each of the 50 bundles, from submission to archive, on the real engine (R25, R50, R61, R71, R81-R83, R92, R93)."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from onething.catalogue import Bundle, load_catalogue
from onething.papers.signing import verify
from onething.store import applications, certificates, documents, outbox
from onething.vocabulary import ItemState, PaperKind
from simulation.clock import START, simulated_time
from simulation.people import People
from simulation.story import Story, covering_choices
from simulation.town import Town
from simulation.world import Life, World

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]
CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2])


def walked(town: Town, number: str, item: str) -> list[str]:
    """The item's own steps, in the order they began."""
    return [step.removeprefix(f"{item}-") for step in town.path(number) if step.startswith(f"{item}-")]


def expected_path(item_slug: str) -> list[set[str]]:
    """The steps of an item that is granted, in groups that must follow one another."""
    item = CATALOGUE.items[item_slug]
    opening = [{"acceptance"}, {"accepted"}] if item.has_acceptance_decision else [{"handover"}]
    ending = [{"approved"}, {"fork"}, {"certificate", "result"}, {"join"}] if item.result.certificate else [{"result"}]
    return [{"start"}, *opening, {"approval"}, *ending, {"done"}]


@pytest.fixture(scope="module")
def granted(town: Town) -> Mapping[str, list[Life]]:
    """Choices that together have every item, all granted."""
    stories = [
        Story(f"{bundle.slug}/{turn}", bundle.slug, items, START)
        for bundle in CATALOGUE.in_plan_order() for turn, items in enumerate(covering_choices(bundle))
    ]
    with simulated_time(town.clock, town.tools.calendar, town.var / "simulated-years"):
        lives = World(town, People(CATALOGUE, town.tools.calendar)).play(stories)
    found = defaultdict(list)
    for life in lives:
        found[life.story.bundle].append(life)
    return found


@pytest.mark.parametrize("bundle", CATALOGUE.in_plan_order(), ids=lambda bundle: bundle.slug)
def test_happy_path(town: Town, granted: Mapping[str, list[Life]], bundle: Bundle) -> None:
    lives = granted[bundle.slug]
    assert {item for life in lives for item in life.story.items} == {row.item for row in bundle.rows}
    for life in lives:
        check_granted(town, life.number, life.story.items)


def check_granted(town: Town, number: str, chosen: tuple[str, ...]) -> None:
    assert town.case(number).state == "completed"
    assert town.states(number) == dict.fromkeys(chosen, ItemState.APPROVED)
    assert town.admin.process_state(number) == "COMPLETED"
    for item in chosen:
        steps = iter(walked(town, number, item))
        for group in expected_path(item):
            assert {next(steps) for _ in group} == group or group == {"join"}, (item, group)
            if group == {"certificate", "result"}:
                next(steps)  # the parallel join is entered once by each branch
    with town.tools.store.reading() as session:
        made = {c.item: c for c in certificates.of_case(session, number)}
        assert set(made) == {item for item in chosen if CATALOGUE.items[item].result.certificate}
        told = {row.item for row in documents.papers(session, number) if row.paper_kind == PaperKind.RESULT_NOTICE}
        assert told == set(chosen) - set(made), "what has no certificate has a notice of its result"
        for certificate in made.values():
            pdf = documents.content(session, documents.get(session, certificate.document_id or ""))
            assert verify(pdf, town.authority.trust).valid
        assert all(clock.ended_at and not clock.overdue_at for clock in applications.clocks(session, number))
        pending = [entry.key for entry in outbox.waiting(session) if number in entry.key and entry.attempts > 3]
        assert not pending


def test_r71_r76_no_item_is_decided_before_the_one_in_front_of_it(town: Town) -> None:
    bundle = CATALOGUE.bundle("open-medical-institution")
    number = town.submit(bundle.slug, [row.item for row in bundle.rows])
    town.work(number)
    decided = {row.item: row.decided_at for row in town.case(number).items}
    edges = [(front, row.item) for row in bundle.rows for front in row.after]
    assert edges
    for front, back in edges:
        assert decided[front] < decided[back], (front, back)
    assert "pre-review" in town.path(number)
    assert "wait-front-result" in town.path(number)
