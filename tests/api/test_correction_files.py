"""A correction with something wrong in it: told all at once, and what was good is not chosen again (R43, S14)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from onething.store import Document, accounts, applications
from tests.api.conftest import NEIGHBOUR, PDF
from tests.api.test_case_actions import returned_for_two, states

BAD = ("坏.pdf", b"x")


@pytest.fixture
def returned(company: Any, tools: Any) -> str:
    return returned_for_two(tools, company)


def kept_in(page: str, key: str) -> list[str]:
    return re.findall(rf'name="kept-{key}" value="([^"]+)" checked', page)


@pytest.fixture(params=["page", "counter"])
def place(request: Any, returned: str, company: Any, person: Any) -> tuple[Any, str]:
    if request.param == "page":
        return company, f"/cases/{returned}/correction"
    return person("window-410105"), f"/staff/window/{returned}/correction"


def test_the_good_file_is_kept_and_only_the_bad_one_is_chosen_again_r43(place: Any, tools: Any, returned: str) -> None:
    who, path = place
    refused = who.send(path, files={"material-identity": BAD, "material-plan": ("新图.pdf", PDF + b"\n")})
    assert refused.status_code == 415, refused.text
    assert 'href="#material-identity"' in refused.text
    assert 'href="#material-plan"' not in refused.text, "what was brought is not missing"
    assert ("新图.pdf" in refused.text, "已上传，待提交" in refused.text) == (True, True)
    [kept] = kept_in(refused.text, "plan")
    assert kept_in(refused.text, "identity") == []
    assert states(tools, returned)[""] == "correction"
    again = who.send(path, {"kept-plan": kept}, files={"material-identity": ("新证.pdf", PDF + b"\n\n")})
    assert again.status_code == 303, again.text
    with tools.store.reading() as session:
        rows = {row.key: row for row in applications.materials(session, returned)}
        owner = applications.get(session, returned).account_id
        files = [session.get(Document, rows[key].document_id) for key in ("plan", "identity")]
    assert rows["plan"].document_id == kept
    assert [row.version for row in rows.values() if row.source == "applicant"] == [2, 2]
    assert {(row.account_id, row.number) for row in files} == {(owner, returned)}


def test_every_bad_file_and_what_is_missing_is_told_at_once_r43(place: Any, tools: Any, returned: str) -> None:
    who, path = place
    both = who.send(path, files={"material-identity": BAD, "material-plan": ("程序.exe", b"MZ")})
    assert [f'href="#material-{key}"' in both.text for key in ("identity", "plan")] == [True, True]
    assert ("坏.pdf" in both.text, "程序.exe" in both.text) == (True, True)
    one = who.send(path, files={"material-identity": BAD, "material-letter": BAD})
    assert [f'href="#material-{key}"' in one.text for key in ("identity", "plan", "letter")] == [True, True, False]
    assert one.text.count("还没有重新上传") == 2, "in the summary and at its place"


def test_a_new_file_goes_before_the_kept_one_and_a_tick_taken_out_drops_it(place: Any, tools: Any, returned: str) -> None:
    who, path = place
    [kept] = kept_in(who.send(path, files={"material-plan": ("一.pdf", PDF)}).text, "plan")
    page = who.send(path, {"kept-plan": kept}, files={"material-plan": ("二.pdf", PDF + b"\n")}).text
    [newer] = kept_in(page, "plan")
    assert (newer != kept, "二.pdf" in page, "一.pdf" in page) == (True, True, False)
    still = who.send(path, {"kept-plan": newer}, files={"material-plan": BAD}).text
    assert kept_in(still, "plan") == [newer], "a bad replacement takes nothing away"
    assert 'href="#material-plan"' in who.send(path, {}).text or "至少重新上传一份" in who.send(path, {}).text


def test_the_kept_file_of_somebody_else_is_not_there_s10(place: Any, tools: Any, person: Any, returned: str) -> None:
    who, path = place
    foreign = person(NEIGHBOUR).upload("别人的.pdf")
    for unknown in (foreign, "none"):
        answer = who.send(path, {"kept-plan": unknown})
        assert (answer.status_code, "别人的" in answer.text) == (404, False)
    assert states(tools, returned)[""] == "correction"


def test_a_file_of_another_case_is_not_kept_s10(company: Any, returned: str, tools: Any) -> None:
    plan = company.upload("用过.pdf")
    company.apply("second-key", materials={"identity": company.upload(), "plan": plan})
    answer = company.send(f"/cases/{returned}/correction", {"kept-plan": plan})
    assert (answer.status_code, "已用于其他办件" in answer.text, kept_in(answer.text, "plan")) == (422, True, [])


def test_nothing_is_kept_where_no_correction_is_due(company: Any, tools: Any) -> None:
    number = company.apply().json()["number"]
    late = company.send(f"/cases/{number}/correction", files={"material-plan": ("迟.pdf", PDF)})
    assert late.status_code == 409
    with tools.store.reading() as session:
        assert "迟.pdf" not in session.scalars(select(Document.name)).all()


def test_a_kept_file_is_seen_by_its_owner(company: Any, tools: Any, returned: str) -> None:
    page = company.send(f"/cases/{returned}/correction", files={"material-plan": ("一.pdf", PDF)}).text
    [kept] = kept_in(page, "plan")
    assert f'href="/documents/{kept}/view"' in page
    assert company.get(f"/documents/{kept}/view").status_code == 200
    with tools.store.reading() as session:
        assert accounts.get(session, session.get(Document, kept).account_id).subject == "demo-restaurant"
