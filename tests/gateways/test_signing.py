"""S18: what is signed cannot be changed, reused for something else, or kept for later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.gateways import signing
from onething.gateways.signing import ALGORITHMS, Algorithm, BadSignature, Key, Message, sign, verify

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
KEY = Key("courier-1", b"0123456789abcdef0123456789abcdef")
KEYS = {KEY.id: KEY}
MESSAGE = Message("POST", "/api/v1/callbacks/courier", '{"event":"签收"}'.encode(), "N1:SMS:1")


def test_s18_a_signed_message_is_known_by_its_key_and_nonce() -> None:
    headers = sign(KEY, MESSAGE, NOW)
    found = verify(KEYS, MESSAGE, headers, NOW)
    assert (found.key_id, found.nonce) == ("courier-1", headers[signing.NONCE])
    assert found.expires_at > NOW + signing.WINDOW
    assert sign(KEY, MESSAGE, NOW)[signing.NONCE] != headers[signing.NONCE]


@pytest.mark.parametrize("seconds", [-301, 301, -86400, 86400 * 365])
def test_s18_old_and_future_messages_are_refused(seconds: int) -> None:
    headers = sign(KEY, MESSAGE, NOW + timedelta(seconds=seconds))
    with pytest.raises(BadSignature) as raised:
        verify(KEYS, MESSAGE, headers, NOW)
    assert raised.value.code == "clock-skew"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_s18_five_minutes_either_way_are_taken(seconds: int) -> None:
    assert verify(KEYS, MESSAGE, sign(KEY, MESSAGE, NOW + timedelta(seconds=seconds)), NOW)


def test_s18_a_nonce_is_kept_as_long_as_its_message_would_be_taken() -> None:
    headers = sign(KEY, MESSAGE, NOW + timedelta(seconds=300))
    expires = verify(KEYS, MESSAGE, headers, NOW).expires_at
    with pytest.raises(BadSignature):
        verify(KEYS, MESSAGE, headers, expires)


@pytest.mark.parametrize(
    "changed",
    [
        replace(MESSAGE, method="GET"), replace(MESSAGE, path="/api/v1/callbacks/platform"),
        replace(MESSAGE, body=MESSAGE.body + b" "), replace(MESSAGE, body=b""),
        replace(MESSAGE, idempotency_key="N1:SMS:2"), replace(MESSAGE, path=MESSAGE.path + "?a=1"),
    ],
    ids=str,
)
def test_s18_no_part_may_be_changed(changed: Message) -> None:
    with pytest.raises(BadSignature):
        verify(KEYS, changed, sign(KEY, MESSAGE, NOW), NOW)


@pytest.mark.parametrize("name", [signing.ALGORITHM, signing.KEY_ID, signing.TIME, signing.NONCE, signing.SIGNATURE])
@pytest.mark.parametrize("value", [None, "", "x", "1764122400", "hmac-sha256", "none", "é", "a" * 5000, "\n", "courier-2"])
def test_s18_no_header_may_be_changed_or_left_out(name: str, value: str | None) -> None:
    headers: dict[str, str | None] = dict(sign(KEY, MESSAGE, NOW))
    if headers[name] == value:
        return
    headers[name] = value
    others = KEYS | {"courier-2": Key("courier-2", b"another secret that is long enough")}
    with pytest.raises(BadSignature):
        verify(others, MESSAGE, headers, NOW)  # type: ignore[arg-type]


@given(bit=st.integers(0, 255))
def test_s18_one_bit_of_the_signature_is_enough(bit: int) -> None:
    headers = sign(KEY, MESSAGE, NOW)
    value = int(headers[signing.SIGNATURE], 16) ^ (1 << bit)
    with pytest.raises(BadSignature):
        verify(KEYS, MESSAGE, headers | {signing.SIGNATURE: f"{value:064x}"}, NOW)


@given(first=st.text(max_size=5), second=st.text(max_size=5), third=st.binary(max_size=5))
def test_s18_different_messages_have_different_signatures(first: str, second: str, third: bytes) -> None:
    """Parts cannot be shifted into their neighbours; none holds a line break on the wire."""
    first, second = first.encode().hex(), second.encode().hex()
    one, other = Message("POST", f"/{first}{second}", third, ""), Message("POST", f"/{first}", third, second)
    if one != other:
        signatures = [sign(KEY, message, NOW, "n" * 16)[signing.SIGNATURE] for message in (one, other)]
        assert signatures[0] != signatures[1]


def test_another_algorithm_is_an_entry_and_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Public-key ones fit too: the two sides need not hold the same secret. A key is for its own algorithm only."""
    toy = Algorithm(
        digest=lambda body: str(len(body)), sign=lambda secret, text: f"signed by {secret!r}",
        verify=lambda public, text, given: given == f"signed by {public[::-1]!r}",
    )
    monkeypatch.setattr(signing, "ALGORITHMS", {**ALGORITHMS, "toy": toy})
    headers = sign(Key("k", b"private", "toy"), MESSAGE, NOW)
    assert headers[signing.ALGORITHM] == "toy"
    assert verify({"k": Key("k", b"etavirp", "toy")}, MESSAGE, headers, NOW)
    with pytest.raises(BadSignature):
        verify({"k": Key("k", b"etavirp")}, MESSAGE, headers, NOW)


def test_s03_a_key_does_not_print_its_secret() -> None:
    assert "0123456789abcdef" not in repr(KEY)
