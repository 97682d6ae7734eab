"""`onething up` in demonstration mode: a real server of outside systems, gone with the rest when it stops."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from onething.cli.stack import Stack
from onething.gateways import DemoGateway, GatewayError, HttpGateway, gateways_of
from onething.settings import Settings

HOME = Path(__file__).resolve().parents[2]


def started(tmp_path: Path, **more: Any) -> Stack:
    stack = Stack(Settings(home=HOME, var=tmp_path, **more), lambda _: None)
    logs = tmp_path / "logs"
    logs.mkdir()
    stack._start_demo_systems(logs)
    return stack


def test_workers_and_front_door_talk_http_to_the_demonstration(tmp_path: Path) -> None:
    stack = started(tmp_path)
    try:
        sms = gateways_of(stack.settings).sms
        assert isinstance(sms, HttpGateway)
        for _ in range(100):
            try:
                assert "可以连接" in sms.check()
                break
            except GatewayError:
                time.sleep(0.05)
        assert sms.send("N1:SMS:1", {"text": "好"}) == sms.find("N1:SMS:1") == "sms-1"
        assert stack.check() is None
    finally:
        stack.stop()
    with pytest.raises(GatewayError):
        sms.check()
    later = gateways_of(stack.settings).sms
    assert isinstance(later, DemoGateway), "nobody is sent to a server that is gone"
    assert later.send("N1:SMS:1", {"text": "好"}) == "sms-1", "and what it did is remembered"


@pytest.mark.parametrize("more", [{"demo": False}, {"gateways_file": Path("gateways.yaml")}], ids=str)
def test_real_systems_are_never_replaced_by_a_demonstration(tmp_path: Path, more: dict[str, Any]) -> None:
    stack = started(tmp_path, **more)
    assert stack.check() is None
    stack.stop()
    assert not (tmp_path / "demo-systems").exists()
    assert not (tmp_path / "outgoing").exists()
