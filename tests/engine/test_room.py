"""Who gets the slots, and whose turn it is to report."""

import threading
import time
from collections.abc import Callable

import pytest

from onething.engine import room as rooms
from onething.engine.reporting import Held, Turns
from onething.engine.room import Lane, Room
from onething.engine.task import Task


def held(number: int, topic: str) -> Held:
    return Held(Task(f"{topic}-{number}", topic, f"N{number}", "", "", {}, None, "w"), time.monotonic() + 60)


def begin(*taken: Held, ago: float = 0.0) -> None:
    for one in taken:
        one.began = time.monotonic() - ago


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "GATHER_SECONDS", 0.0)
    monkeypatch.setattr(rooms, "LOOK_SECONDS", 0.0)


def test_all_topics_are_quick_until_one_turns_out_to_be_slow() -> None:
    room = Room(["a", "b"], 4)
    assert room.wait(Lane.QUICK) == (["a", "b"], 4)
    assert room.wait(Lane.SLOW) == ([], 0)


def test_quick_tasks_take_slots_and_no_more() -> None:
    room = Room(["a"], 2)
    taken = [held(1, "a"), held(2, "a")]
    room.add(taken)
    begin(*taken)
    assert room.wait(Lane.QUICK) == (["a"], 0)
    room.ended(taken[0])
    room.release(taken[0])
    assert room.wait(Lane.QUICK) == (["a"], 1)


def test_a_slow_topic_gives_its_slots_back_and_is_fetched_apart() -> None:
    """Four tasks run for seconds: the other topic has all four slots again."""
    room = Room(["slow", "quick"], 4)
    taken = [held(number, "slow") for number in range(4)]
    room.add(taken)
    begin(*taken, ago=2.0)
    assert room.wait(Lane.QUICK) == (["quick"], 4)
    assert room.wait(Lane.SLOW)[1] == 0, "no more of them than half of the slots"
    for one in taken[:3]:
        room.ended(one)
        room.release(one)
    assert room.wait(Lane.SLOW) == (["slow"], 1)
    assert room.wait(Lane.QUICK) == (["quick"], 4)


def test_what_is_held_never_exceeds_the_threads() -> None:
    room = Room(["a", "b", "c"], 4)
    for topic in ("a", "b"):
        taken = [held(number, topic) for number in range(4)]
        room.add(taken)
        begin(*taken, ago=2.0)
    assert len(room.held()) == room.slots + room.spare
    assert room.wait(Lane.QUICK) == (["c"], 0)
    assert room.wait(Lane.SLOW)[1] == 0


def test_a_topic_that_is_quick_again_goes_back() -> None:
    room = Room(["a"], 4)
    taken = [held(0, "a")]
    begin(*taken, ago=5.0)
    room.ended(taken[0])
    assert room.wait(Lane.SLOW) == (["a"], 2)
    for _ in range(10):
        begin(*taken)
        room.ended(taken[0])
    assert room.wait(Lane.QUICK) == (["a"], 4)


def test_reports_of_one_case_follow_each_other_and_nobody_waits() -> None:
    turns, begun, go_on = Turns(), threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        order.append("first begins")
        begun.set()
        assert go_on.wait(10)
        order.append("first ends")

    def says(text: str) -> Callable[[], None]:
        return lambda: order.append(text)

    thread = threading.Thread(target=turns.take, args=("N1", first))
    thread.start()
    assert begun.wait(10)
    turns.take("N1", says("second"))
    turns.take("N2", says("another case"))
    assert order == ["first begins", "another case"]
    go_on.set()
    thread.join(10)
    turns.take("N1", says("third"))
    assert order == ["first begins", "another case", "first ends", "second", "third"]
