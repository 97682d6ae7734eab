"""The typed client against the real front door over HTTP; the example of docs/api.md runs as it stands there."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from onething.client import Client, Refused, Unreachable, records

from .conftest import PDF

HOME = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def address(app: Any) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def test_the_example_of_the_documentation_runs(address: str, capsys: Any) -> None:
    text = (HOME / "docs" / "api.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.S)
    assert code
    exec(code[1], {"address": address, "pdf": PDF})
    assert "already-withdrawn" in capsys.readouterr().out


def test_a_refusal_carries_its_problem(address: str) -> None:
    with pytest.raises(Refused) as caught:
        Client(address).get_bundle("no-such-thing")
    assert (caught.value.status, caught.value.code) == (404, "unknown-bundle")
    assert caught.value.problem["title"]
    assert caught.value.faults == ()


def test_a_refusal_carries_all_faults(address: str) -> None:
    with pytest.raises(Refused) as caught:
        Client(address).log_in_as("demo-restaurant").submit_application(records.NewApplication(
            bundle="restaurant", district="410105", items=["food-license"], delivery_way="electronic",
            applicant=records.Applicant(name="", id_no="1", phone="2"),
        ))
    assert [one["field"] for one in caught.value.faults][:3] == ["applicant.name", "applicant.id_no", "applicant.phone"]


def test_a_door_that_is_closed_is_passed_by(address: str) -> None:
    noted: list[str] = []
    client = Client(["http://127.0.0.1:9", address], note=lambda what, where: noted.append(what))
    assert client.list_bundles()
    assert noted == ["ConnectionError"]


def test_a_form_that_is_left_out_is_not_sent_as_an_empty_one() -> None:
    """A correction without a marked form was refused for the form that nobody had given."""
    assert "form" not in records.Correction(materials={}).model_dump(mode="json", exclude_none=True)


def test_patience_ends() -> None:
    with pytest.raises(Unreachable):
        Client("http://127.0.0.1:9", patience=0.2).list_bundles()
