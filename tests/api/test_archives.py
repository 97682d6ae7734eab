"""Taking a package out: staff who handle the case, whole or one item, recorded; nobody else (R110, S10)."""

import io
import zipfile

import pytest

from onething import archive
from onething.archive import Entry, as_json
from onething.store import applications, audit, documents

WINDOW = "window-410105"


@pytest.fixture
def number(company, tools) -> str:
    number = company.apply().json()["number"]
    entries = [Entry("case/application.json", as_json({})), Entry("case/guide.json", as_json({}))]
    entries += [Entry(f"items/{item}/item.json", as_json({"materials": []})) for item in ("food-license", "fire-check")]
    made = io.BytesIO()
    archive.write(made, entries, {"number": number, "items": ["food-license", "fire-check"]})
    with tools.store.transaction() as session:
        case = applications.get(session, number)
        documents.add(
            session, tools.clock.now(), case.account_id, "归档包.zip", "application/zip", made, number=number,
            paper_kind="archive", paper_no=number,
        )
    return number


def names(answer) -> set[str]:
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        return set(package.namelist()) - {archive.MANIFEST}


@pytest.mark.parametrize("path", ["/api/v1/applications/{}/archive", "/staff/cases/{}/archive"])
def test_r110_staff_take_out_the_case_or_one_item_and_it_is_recorded(person, number, tools, path) -> None:
    staff = person(WINDOW)
    whole = staff.get(path.format(number))
    assert len(names(whole)) == 4
    assert "case/application.json" in names(whole)
    one = staff.get(path.format(number), params={"item": "fire-check"})
    assert names(one) == {"case/application.json", "case/guide.json", "items/fire-check/item.json"}
    assert staff.get(path.format(number), params={"item": "../../etc"}).status_code in (404, 422)
    with tools.store.reading() as session:
        taken = [(row.actor, row.item) for row in audit.trail(session, number) if row.action == "take-out-archive"]
    assert taken == [(WINDOW, ""), (WINDOW, "fire-check")]


def test_s10_the_package_is_for_staff_of_the_case_only(person, company, number, tools) -> None:
    with tools.store.reading() as session:
        row = documents.paper(session, number, "archive")
    for visitor in (company, person("demo-zhang-san"), person("window-410100")):
        assert visitor.get(f"/api/v1/applications/{number}/archive").status_code == 404
        assert visitor.get(f"/documents/{row.id}").status_code == 404
    assert "归档包" in person(WINDOW).get(f"/staff/cases/{number}").text
    assert "归档包" not in company.get(f"/cases/{number}").text


def test_r109_an_open_case_has_no_package_yet(company, person) -> None:
    number = company.apply().json()["number"]
    answer = person(WINDOW).get(f"/api/v1/applications/{number}/archive")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-archived")
