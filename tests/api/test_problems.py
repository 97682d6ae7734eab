"""A program learns everything that is wrong with what it sent at once, as people do (RFC 9457, P11)."""

from __future__ import annotations

from typing import Any

from api.problems import MOST_FAULTS
from api.schemas import Problem

URL = "/api/v1/applications"


def fields_of(answer: Any) -> list[str]:
    """Where the faults are; the whole answer is as described, its first fault the one it says in words."""
    found = Problem.model_validate(answer.json())
    assert (found.errors[0].field, found.errors[0].code, found.errors[0].detail) == (found.field, found.code, found.detail)
    return [one.field for one in found.errors]


def test_all_faults_of_an_application_come_at_once(company: Any) -> None:
    applicant = {"name": " ", "id_no": "91410100MA0000000X", "phone": "12345"}
    answer = company.apply(applicant=applicant, delivery_way="courier", form={"nobody_asked": "x"}, materials={})
    assert answer.status_code == 422
    assert fields_of(answer) == [
        "applicant.name", "applicant.id_no", "applicant.phone", "applicant.address", "applicant.id_no", "form.nobody_asked",
        "materials",
    ]
    assert all(one["detail"] and one["code"] for one in answer.json()["errors"])


def test_all_fields_that_are_missing_or_made_up_come_at_once(company: Any) -> None:
    answer = company.post(URL, {"bundle": "restaurant", "state": "completed"}, {"Idempotency-Key": "first-key"})
    assert answer.status_code == 422
    assert set(fields_of(answer)) == {"district", "items", "applicant", "delivery_way", "state"}


def test_of_many_faults_so_many_are_told(company: Any) -> None:
    answer = company.apply(**{f"made_up_{place}": 1 for place in range(5000)})
    assert answer.status_code == 422
    assert fields_of(answer) == [f"made_up_{place}" for place in range(MOST_FAULTS)]
    answer = company.apply(form={f"made_up_{place}": "x" for place in range(90)})
    assert len(fields_of(answer)) == MOST_FAULTS


def test_a_page_that_says_no_leads_back_to_where_one_was(company: Any, person: Any) -> None:
    number = company.apply().json()["number"]
    page = company.get(f"/cases/{number}/rating")
    assert (page.status_code, f'href="/cases/{number}">返回办件' in page.text) == (409, True)
    sent = company.client.post(
        f"/cases/{number}/rating", data={"csrf": company.csrf, "grade": "satisfied"},
        headers={"Referer": f"{company.client.base_url}/cases/{number}/rating"},
    )
    assert (sent.status_code, f'href="/cases/{number}/rating">返回上一页' in sent.text) == (409, True)
    elsewhere = company.client.post("/nowhere", headers={"Referer": "https://example.org/cases/1"})
    assert "example.org" not in elsewhere.text


def test_what_is_no_fault_of_the_input_has_none(company: Any) -> None:
    for answer in (company.get(f"{URL}/NONE"), company.client.post(URL, json={})):
        assert "errors" not in answer.json(), answer.text
