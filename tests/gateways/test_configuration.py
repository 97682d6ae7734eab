"""The gateways' file: every fault in it is named with its place; nothing is pretended where it names nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from onething.gateways import DemoGateway, GatewayError, HttpGateway, callback_keys, data_sharing, gateways_of
from onething.gateways.addresses import Blocked
from onething.gateways.configuration import Misconfigured, read_gateways, read_keys
from onething.gateways.demo_setup import prepare
from onething.settings import Settings
from onething.vocabulary import OutsideSystem

SECRET = "s" * 32


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """A file of gateways, and one key file beside it."""

    def write(content: Any, keys: str = f"k1 {SECRET}\n", mode: int = 0o600) -> Path:
        (tmp_path / "sms.key").write_text(keys, encoding="utf-8")
        (tmp_path / "sms.key").chmod(mode)
        path = tmp_path / "gateways.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


def settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings(var=tmp_path / "var", **more)


SMS = {"url": "https://sms.example.gov.cn/api", "keys": "sms.key"}


def test_what_is_named_is_connected_and_the_rest_is_not(write: Any, tmp_path: Path) -> None:
    path = write({"sms": SMS, "departments": {"market-regulation": SMS}})
    gateways = gateways_of(settings(tmp_path, gateways_file=path, demo=False))
    assert isinstance(gateways.sms, HttpGateway)
    assert isinstance(gateways.departments["market-regulation"], HttpGateway)
    for system, department, gateway in gateways.each():
        if system != OutsideSystem.SMS and not department:
            for act in (lambda one=gateway: one.send("k", {}), lambda one=gateway: one.find("k"), gateway.check):
                with pytest.raises(GatewayError) as raised:
                    act()
                assert raised.value.code == "not-connected"
    assert not (tmp_path / "var").exists(), "no witness file pretends that something was sent"


def test_a_demonstration_needs_no_file(tmp_path: Path) -> None:
    gateways = gateways_of(settings(tmp_path))
    assert [system for system, _, _ in gateways.each()] == [one for one in OutsideSystem if one != OutsideSystem.DEPARTMENTS]
    for _, _, gateway in gateways.each():
        assert isinstance(gateway, DemoGateway)
        assert gateway.send("k", {}) == gateway.find("k")
    assert gateways.sharing.look_up("企业登记信息", "91410100MA0000000T")
    assert gateways.licences.look_up("营业执照", "91410100MA0000000T")["licence_no"]


def test_the_demonstrations_own_file_is_found_where_it_runs_and_nowhere_else(tmp_path: Path) -> None:
    path = prepare(tmp_path / "var" / "demo-systems", 4)
    assert isinstance(gateways_of(settings(tmp_path)).sms, HttpGateway)
    assert settings(tmp_path, demo=False).gateways_path is None
    assert settings(tmp_path, gateways_file=Path("x")).gateways_path == Path("x")
    for _, _, one in read_gateways(path).systems():
        assert one.keys.stat().st_mode & 0o077 == 0
    before = {one.keys: read_keys(one.keys) for _, _, one in read_gateways(path).systems()}
    prepare(tmp_path / "var" / "demo-systems", 5)
    assert {one.keys: read_keys(one.keys) for _, _, one in read_gateways(path).systems()} == before, "keys stay"
    secrets = [key.secret for keys in before.values() for key in keys.values()]
    assert len(set(secrets)) == len(secrets) == 7


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("sms: [", "gateways.yaml"), ({"sms": {"url": "https://x.cn"}}, "sms.keys"), ({"smss": SMS}, "smss"),
        ({"sms": SMS | {"answer_seconds": 0}}, "sms.answer_seconds"), ({"sms": SMS | {"secret": "x"}}, "sms.secret"),
        ({"departments": {"a": {"keys": "sms.key"}}}, "departments.a.url"), ([1], "gateways.yaml"),
        ({"sms": SMS | {"adapter": "unheard-of"}}, "unheard-of"), ({"sms": SMS | {"url": "https://x.cn/?a=1"}}, "参数"),
        ({"sms": SMS | {"ca": "none.pem"}}, "ca"), ({"sms": SMS | {"client_certificate": "sms.key"}}, "client_certificate"),
        ({"sms": SMS | {"keys": "none.key"}}, "none.key"),
    ],
    ids=str,
)
def test_a_fault_is_named_with_its_place(write: Any, tmp_path: Path, content: Any, place: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        gateways_of(settings(tmp_path, gateways_file=write(content)))
    assert place in raised.value.message


@pytest.mark.parametrize("url", ["sms.example.gov.cn", "ftp://x.cn", "https://a:b@x.cn", "https://x.cn#a", "https://x .cn"])
def test_s17_an_address_that_could_be_read_in_two_ways_is_refused_at_start(write: Any, tmp_path: Path, url: str) -> None:
    with pytest.raises(Blocked):
        gateways_of(settings(tmp_path, gateways_file=write({"sms": SMS | {"url": url}})))


@pytest.mark.parametrize(
    "keys", ["", "\n", "k1\n", f"k1 {SECRET} more\n", f"k/1 {SECRET}\n", "k1 short\n", f"密钥 {SECRET}\n"], ids=repr
)
def test_s03_a_key_file_holds_ids_and_long_secrets_and_nothing_else(write: Any, tmp_path: Path, keys: str) -> None:
    path = write({"sms": SMS}, keys)
    with pytest.raises(Misconfigured) as raised:
        read_keys(path.parent / "sms.key")
    assert SECRET not in raised.value.message


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_s03_a_secret_that_others_can_read_is_none(write: Any, tmp_path: Path, mode: int) -> None:
    with pytest.raises(Misconfigured, match="chmod 600"):
        gateways_of(settings(tmp_path, gateways_file=write({"sms": SMS}, mode=mode)))


def test_keys_change_without_a_gap(write: Any, tmp_path: Path) -> None:
    """The new key stands first and signs; the old one is still accepted on what comes back."""
    path = write({"courier": SMS}, f"k2 {'t' * 32}\nk1 {SECRET}\n")
    assert list(read_keys(tmp_path / "sms.key")) == ["k2", "k1"]
    assert set(callback_keys(settings(tmp_path, gateways_file=path)).keys["courier"]) == {"k1", "k2"}


def test_the_front_door_needs_the_keys_of_data_sharing_and_of_callers_only(write: Any, tmp_path: Path) -> None:
    hidden = SMS | {"keys": "hidden.key"}
    path = write({"sms": hidden, "platform": SMS, "hotline": hidden, "sharing": SMS, "licences": hidden})
    one = settings(tmp_path, gateways_file=path)
    assert isinstance(data_sharing(one), HttpGateway)
    assert set(callback_keys(one).keys) == {"platform"}
    with pytest.raises(Misconfigured, match=r"hidden\.key"):
        gateways_of(one)


def test_s18_two_departments_never_share_a_key(write: Any, tmp_path: Path) -> None:
    path = write({"departments": {"a": SMS, "b": SMS}})
    with pytest.raises(Misconfigured, match="两个部门"):
        callback_keys(settings(tmp_path, gateways_file=path))
