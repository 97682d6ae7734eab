"""Nonces on both databases: used once, also by two requests at one moment, and forgotten when they are of no use (S18)."""

import threading
from datetime import UTC, datetime, timedelta

from onething.store import Store, callbacks

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=600)


def use(store: Store, nonce: str, at: datetime = NOW) -> bool:
    with store.transaction() as session:
        return callbacks.use_nonce(session, "courier-1", nonce, at, at + timedelta(seconds=600))


def test_s18_a_nonce_is_used_once(store: Store) -> None:
    assert use(store, "a")
    assert not use(store, "a")
    assert use(store, "b")
    with store.transaction() as session:
        assert callbacks.use_nonce(session, "platform-1", "a", NOW, LATER), "each key has its own"


def test_s18_a_nonce_is_forgotten_when_its_message_is_too_old_anyway(store: Store) -> None:
    assert use(store, "a")
    assert not use(store, "a", NOW + timedelta(seconds=600))
    assert use(store, "a", NOW + timedelta(seconds=601))


def test_s18_twenty_at_one_moment_are_one(store: Store) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(use(store, "a"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 19 + [True]


def test_s18_what_failed_has_not_used_its_nonce(store: Store) -> None:
    class Refused(Exception):
        pass

    try:
        with store.transaction() as session:
            assert callbacks.use_nonce(session, "courier-1", "a", NOW, LATER)
            raise Refused
    except Refused:
        pass
    assert use(store, "a")


def test_s22_messages_of_the_last_minute_are_counted(store: Store) -> None:
    for count in range(5):
        use(store, f"n{count}", NOW + timedelta(seconds=count))
    with store.reading() as session:
        assert callbacks.taken_since(session, "courier-1", NOW + timedelta(seconds=2)) == 2
        assert callbacks.taken_since(session, "platform-1", NOW) == 0
