"""How often is too often: windows that slide, kept in the store, exact beside each other (S22)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.limits import Window, bucket, kept, parse, spoken, wait
from onething.settings import Settings
from onething.store import Store, limits

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
SMS = parse("1/minute 5/hour 10/day")


def take(store: Store, key: str, at: datetime, rule: tuple[Window, ...] = SMS) -> float:
    with store.transaction() as session:
        return limits.take(session, at, {key: rule})


def test_a_rule_is_read_as_it_is_written() -> None:
    assert parse("10/15minute") == (Window(10, 900),)
    assert parse("1/minute 5/hour 10/day") == (Window(1, 60), Window(5, 3600), Window(10, 86400))
    assert parse("off") == ()
    for text in ("", "10", "ten/hour", "0/hour", "5/0minute", "5/fortnight", "5/hour off", "-1/hour", "5/hour,3/day"):
        with pytest.raises(ValueError, match="expected"):
            parse(text)


def test_s22_a_setting_that_is_no_limit_stops_the_start() -> None:
    with pytest.raises(ValueError, match="expected"):
        Settings(limit_sms="many")
    assert Settings(limits=False).limit("sms") == ()
    assert Settings().limit("sms") == SMS


@given(st.lists(st.integers(0, 400), max_size=60), st.integers(1, 5), st.integers(1, 100))
def test_s22_no_window_ever_holds_more_than_its_count(steps: list[int], count: int, seconds: int) -> None:
    """Whenever `wait` is 0 one goes, and only then; what is granted never exceeds the rule, wherever the window lies."""
    rule, now, times, granted = (Window(count, seconds), Window(count * 2, seconds * 3)), 0.0, [], []
    for step in steps:
        now += step / 4
        left = wait(rule, times, now)
        assert (left == 0) == all(sum(now - t < w.seconds for t in granted) < w.count for w in rule)
        if not left:
            granted.append(now)
            times = kept(rule, [*times, now], now)
        else:
            assert wait(rule, times, now + left) == 0, "who waits as long as was said is let in"


def test_s22_sms_one_a_minute_five_an_hour_ten_a_day(store: Store) -> None:
    sent, at = [], NOW
    while at < NOW + timedelta(days=1):
        left = take(store, "phone", at)
        if not left:
            sent.append(at)
        at += timedelta(seconds=left or 1)
    assert len(sent) == 10
    for window in SMS:
        for one in sent:
            assert sum(one <= other < one + timedelta(seconds=window.seconds) for other in sent) <= window.count
    assert take(store, "another phone", at) == 0


def test_s22_what_was_counted_survives_a_restart_and_counts_for_all(store: Store, tmp_path: Path) -> None:
    rule = parse("3/hour")
    assert [take(store, "a", NOW, rule) for _ in range(3)] == [0, 0, 0]
    again = Store(store.url, tmp_path / "files")
    assert take(again, "a", NOW + timedelta(minutes=10), rule) == 50 * 60
    assert take(again, "a", NOW + timedelta(minutes=60), rule) == 0
    again.close()


def test_s22_twenty_at_one_moment_are_five(store: Store) -> None:
    rule, results = parse("5/hour"), []
    threads = [threading.Thread(target=lambda: results.append(take(store, "a", NOW, rule) == 0)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 15 + [True] * 5


def test_s22_under_several_keys_all_count_or_none(store: Store) -> None:
    rule = parse("1/hour")
    assert take(store, "phone", NOW, rule) == 0
    with store.transaction() as session:
        assert limits.take(session, NOW, {"account": rule, "phone": rule}) == 3600
    assert take(store, "account", NOW, rule) == 0


def test_s22_what_was_rolled_back_was_not_counted(store: Store) -> None:
    class Refused(Exception):
        pass

    with pytest.raises(Refused), store.transaction() as session:
        assert limits.take(session, NOW, {"a": parse("1/hour")}) == 0
        raise Refused
    assert take(store, "a", NOW, parse("1/hour")) == 0


def test_what_counts_for_nothing_any_more_is_forgotten(store: Store) -> None:
    for count in range(30):
        take(store, f"k{count}", NOW, parse("1/minute"))
    for _ in range(2):
        take(store, "later", NOW + timedelta(hours=1), parse("9/minute"))
    with store.reading() as session:
        left = session.connection().exec_driver_sql("SELECT count(*) FROM rate_limit").scalar()
    assert left == 1


def test_s22_a_clock_that_is_ahead_locks_nobody_out(store: Store) -> None:
    rule = parse("1/minute")
    assert take(store, "a", NOW + timedelta(hours=2), rule) == 0
    assert take(store, "a", NOW, rule) == 60
    with store.reading() as session:
        assert limits.times_of(session, NOW, "a", rule) == [NOW.timestamp()]


def test_s13_keys_say_nothing_of_whom_they_count() -> None:
    key = bucket("secret", "sms", "phone", "13800000004")
    assert len(key) == 64
    assert "138" not in key or key != bucket("other", "sms", "phone", "13800000004")
    assert len({bucket(secret, kind, scope, "x") for secret in "ab" for kind in "ab" for scope in "ab"}) == 8


def test_waiting_is_said_in_words() -> None:
    assert [spoken(seconds) for seconds in (0.2, 59.1, 90, 91, 3600, 5400, 5401)] == [
        "1 秒", "60 秒", "90 秒", "2 分钟", "60 分钟", "90 分钟", "2 小时"]
