"""Leases, effects, inbox and troubles, on both databases (security.md section 5)."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onething.errors import Conflict
from onething.store import Store, effects, inbox, outbox, troubles
from onething.store.effects import EffectState
from onething.store.inbox import Begun, InboxState, Known
from workers.together import Together

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
BODY = {"text": "已办结"}


def begun(task_id: str, worker: str = "w1") -> Begun:
    return Begun(task_id, "intake", "N1", "instance", worker)


def claim_entries(store: Store, relay: str, at: datetime = NOW, limit: int = 10) -> list[str]:
    with store.transaction() as session:
        return [entry.key for entry in outbox.claim(session, at, at + timedelta(minutes=2), relay, limit)]


def put(store: Store, key: str, number: str) -> None:
    with store.transaction() as session:
        outbox.put(session, NOW, key, "push", number=number)


def test_what_concerns_one_case_is_in_one_relays_hands(store: Store) -> None:
    for key, number in (("a", "N1"), ("b", "N2"), ("c", "")):
        put(store, key, number)
    assert claim_entries(store, "r1", limit=1) == ["a"]
    put(store, "d", "N1")
    assert claim_entries(store, "r2") == ["b", "c"], "N1 is in the first one's hands, what comes later too"
    assert claim_entries(store, "r1") == ["d"]
    assert claim_entries(store, "r2", LATER) == ["a", "b", "c", "d"], "a relay that died leaves its entries to the others"


def test_two_relays_that_ask_at_once_never_get_the_same_case(store: Store) -> None:
    for place in range(40):
        put(store, f"k{place}", f"N{place % 10}")
    taken: dict[str, list[str]] = {"r1": [], "r2": [], "r3": []}

    def take(relay: str) -> None:
        for _ in range(6):
            taken[relay] += claim_entries(store, relay, limit=3)

    threads = [threading.Thread(target=take, args=[relay]) for relay in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        holders = {entry.key: (entry.number, entry.claimed_by) for entry in outbox.waiting(session) if entry.claimed_by}
    of_case: dict[str, set[str]] = {}
    for number, relay in holders.values():
        of_case.setdefault(number, set()).add(relay)
    assert all(len(relays) == 1 for relays in of_case.values())
    assert sum(map(len, taken.values())) == len(set().union(*taken.values()))


def test_an_entry_that_is_stuck_lies_still_until_a_person_lets_it_run(store: Store) -> None:
    put(store, "a", "N1")
    [_] = claim_entries(store, "r1")
    with store.transaction() as session:
        entry_id = outbox.waiting(session)[0].id
        outbox.give_up(session, entry_id, NOW, "不接受")
    assert claim_entries(store, "r1", LATER) == []
    with store.transaction() as session:
        assert [entry.error for entry in outbox.failing(session, 5)] == ["不接受"]
        assert outbox.release(session, LATER, ["a"]) == 1
    assert claim_entries(store, "r1", LATER) == ["a"]


def claim_effect(store: Store, sender: str, at: datetime = NOW, body: Any = BODY) -> effects.Claim:
    [found] = claim_effects(store, sender, [effects.Intent("sms:N1::decided", "sms", "N1", body)], at)
    if isinstance(found, Conflict):
        raise found
    return found


def claim_effects(
    store: Store, sender: str, intents: list[effects.Intent], at: datetime = NOW
) -> list[effects.Claim | Conflict]:
    with store.transaction() as session:
        return effects.claim(session, at, at + timedelta(minutes=2), sender, intents)


def settle(store: Store, state: EffectState, **more: str) -> None:
    with store.transaction() as session:
        effects.settle(session, NOW, [effects.Ending("sms:N1::decided", state, **more)])


def test_an_effect_is_in_one_senders_hands_and_asked_about_where_that_one_died(store: Store) -> None:
    assert claim_effect(store, "s1") == effects.Claim(None, ask=False)
    with pytest.raises(Conflict):
        claim_effect(store, "s2")
    assert claim_effect(store, "s2", LATER) == effects.Claim(None, ask=True)
    settle(store, EffectState.DONE, receipt="R7")
    assert claim_effect(store, "s3") == effects.Claim("R7", ask=False)
    settle(store, EffectState.UNKNOWN)
    assert claim_effect(store, "s3").receipt == "R7", "what is done stays done"


def test_effects_claimed_together_do_not_share_their_fate(store: Store) -> None:
    claim_effect(store, "s1")
    settle(store, EffectState.DONE, receipt="R7")
    with store.transaction() as session:
        effects.claim(session, NOW, LATER, "s1", [effects.Intent("sms:held", "sms", "N2", BODY)])
    done, held, fresh, twice = claim_effects(store, "s2", [
        effects.Intent(key, "sms", "N1", BODY) for key in ("sms:N1::decided", "sms:held", "sms:new", "sms:new")
    ])
    assert (done, fresh) == (effects.Claim("R7", ask=False), effects.Claim(None, ask=False))
    assert isinstance(held, Conflict)
    assert isinstance(twice, Conflict)
    with store.reading() as session:
        [row] = [row for row in effects.of_case(session, "N1") if row.key == "sms:new"]
        assert (row.attempts, row.claimed_by, row.state) == (1, "s2", EffectState.SENDING)


@pytest.mark.parametrize(("state", "ask"), [
    (EffectState.PLANNED, False), (EffectState.UNKNOWN, True), (EffectState.VOID, False),
])
def test_only_an_effect_whose_fate_is_unknown_is_asked_about(store: Store, state: EffectState, ask: bool) -> None:
    claim_effect(store, "s1")
    settle(store, state, problem="没有回答")
    assert claim_effect(store, "s2") == effects.Claim(None, ask=ask)


def test_a_changed_text_is_never_sent_under_a_key_whose_fate_is_unknown(store: Store) -> None:
    claim_effect(store, "s1")
    settle(store, EffectState.UNKNOWN)
    with pytest.raises(Conflict, match="人工核实"):
        claim_effect(store, "s2", body={"text": "改了"})


def begin(store: Store, *tasks: Begun) -> dict[str, Known]:
    with store.transaction() as session:
        return inbox.begin(session, NOW, LATER, tasks)


def test_a_task_begun_again_is_counted_and_one_that_is_done_is_answered(store: Store) -> None:
    assert begin(store, begun("t"), begun("u")) == {"t": Known(None, 1), "u": Known(None, 1)}
    assert begin(store, begun("t", "w2"))["t"].attempts == 2
    with store.transaction() as session:
        inbox.keep(session, NOW, {"t": {"accepted": True}, "u": {}})
    assert begin(store, begun("t", "w3"), begun("u")) == {"t": Known({"accepted": True}, 2), "u": Known({}, 1)}


@pytest.mark.parametrize("state", [InboxState.FAILED, InboxState.LOST])
def test_a_task_whose_end_was_told_begins_its_count_anew(store: Store, state: InboxState) -> None:
    begin(store, begun("t"))
    begin(store, begun("t"))
    with store.transaction() as session:
        inbox.end(session, NOW, {"t": state})
    assert begin(store, begun("t"))["t"] == Known(None, 1)


def test_what_never_ended_is_found_and_what_ended_long_ago_is_forgotten(store: Store) -> None:
    begin(store, begun("running"), begun("kept"), begun("ended"))
    with store.transaction() as session:
        inbox.keep(session, NOW, {"kept": {}, "ended": {}})
        inbox.end(session, NOW, {"ended": InboxState.COMPLETED})
    with store.reading() as session:
        assert {row.task_id for row in inbox.unfinished(session, LATER + timedelta(seconds=1))} == {"running", "kept"}
        assert inbox.unfinished(session, NOW) == []
    with store.transaction() as session:
        assert inbox.forget(session, NOW + timedelta(days=1)) == 1


def test_a_trouble_is_one_however_often_it_is_found(store: Store) -> None:
    with store.transaction() as session:
        assert troubles.open_(session, NOW, "k", "outbox", "N1", "平台维护中")
        assert not troubles.open_(session, LATER, "k", "outbox", "N1", "平台仍在维护")
        [row] = troubles.standing(session)
        assert (row.since, row.seen_at, row.what) == (NOW, LATER, "平台仍在维护")
        assert troubles.close(session, LATER, ["k", "other"]) == 1
        assert troubles.standing(session) == []
        assert troubles.open_(session, LATER, "k", "outbox", "N1", "又来了")


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_group_commit_saves_each_value_once_or_tells_its_owner(fails: list[bool]) -> None:
    saved: list[str] = []
    guard = threading.Lock()

    def commit(batch: Sequence[tuple[str, bool]]) -> Sequence[str]:
        with guard:
            assert not {key for key, _ in batch} & set(saved)
            if any(bad for _, bad in batch):
                raise Conflict("请重试")
            saved.extend(key for key, _ in batch)
            return [f"saved {key}" for key, _ in batch]

    together, told = Together(commit), {}

    def slot(key: str, bad: bool) -> None:
        try:
            mine = together.save((key, bad))
        except Conflict:
            told[key] = "failed"
        else:
            assert mine == f"saved {key}", "each its own result"
            told[key] = "saved"

    threads = [threading.Thread(target=slot, args=[str(place), bad]) for place, bad in enumerate(fails)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key for key, how in told.items() if how == "saved"} == set(saved)
    assert len(told) == len(fails)
    assert all(told[str(place)] == "failed" for place, bad in enumerate(fails) if bad)
