"""The description of the API: complete, true to what is answered, never less than what was released (issue 6)."""

from __future__ import annotations

import copy
import json
import threading
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api import client_code
from api.compatibility import broken
from api.description import describe, operations
from onething.store import applications

from .conftest import PDF

HOME = Path(__file__).resolve().parent.parent.parent


def test_every_operation_says_what_it_is_with_examples_and_refusals(app: Any) -> None:
    described = describe(app)
    for key, operation in operations(described).items():
        assert any("一" <= letter <= "鿿" for letter in operation["summary"]), key
        assert operation["description"], key
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
        assert refusals, key
        assert all(answer["$ref"].startswith("#/components/responses/") for answer in refusals.values()), key
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert {"examples", "enum", "$ref", "anyOf"} & schema.keys() or schema.get("type") == "boolean" or (
                parameter.get("example") or parameter.get("examples") or key[1].startswith("/api/v1/callbacks")
                or key[1].endswith(("/estimate", "/consents"))), (key, parameter)
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (b.get("content", {}).get("application/json") for b in bodies):
            if media is not None:
                jsonschema_rs.validator_for(
                    {**media.get("schema", {}), "components": described["components"]}
                ).validate(media.get("example") or media["schema"]["examples"][0])


def test_nothing_of_the_last_release_is_gone(app: Any) -> None:
    released = json.loads((HOME / "docs" / "openapi-released.json").read_text(encoding="utf-8"))
    assert broken(released, describe(app)) == []


def test_what_is_taken_away_is_named(app: Any) -> None:
    old = json.loads(json.dumps(describe(app)))
    new = copy.deepcopy(old)
    del new["paths"]["/api/v1/certificates"]
    del new["paths"]["/api/v1/bundles"]["get"]["responses"]["422"]
    parts = new["components"]["schemas"]
    del parts["ClockInfo"]["properties"]["due_at"]
    parts["Withdrawal"]["required"] = ["item"]
    parts["Submitted"]["properties"]["number"] = {"type": "integer"}
    parts["DeliveryWay"]["enum"].pop()
    parts["ResultInfo"]["properties"]["more"] = {"type": "string"}
    cases = new["paths"]["/api/v1/applications"]
    cases["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Submitted"}
    cases["post"]["requestBody"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Withdrawal"}
    [page] = [one for one in cases["get"]["parameters"] if one["name"] == "page"]
    page["schema"] = {"type": "string"}
    new["paths"]["/api/v1/applications/{number}/delivery"]["post"]["responses"]["418"] = {"description": "more"}
    found = "\n".join(broken(old, new))
    for words in (
        "GET /api/v1/certificates: the operation is gone", "GET /api/v1/bundles: status 422 is gone", "ClockInfo.due_at is gone",
        "Withdrawal.item is now required", "Submitted.number is of another type", "DeliveryWay: value",
        "GET /api/v1/applications: answers 200 with something else", "POST /api/v1/applications: takes another body",
        "GET /api/v1/applications: parameter page is of another type",
    ):
        assert words in found
    assert len(found.splitlines()) == 9


def test_the_client_is_the_one_that_is_described(app: Any) -> None:
    """`python -m api client` writes it anew."""
    for name, text in client_code.files(describe(app)).items():
        assert (HOME / "onething" / "client" / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/login", 405), ("GET", "/api/v1/bundles/%00", 404),
    ("GET", "/api/v1/verify/%F0%9F%99%82", 422),
])
def test_what_no_route_takes_is_a_problem_too(person: Any, method: str, path: str, status: int) -> None:
    answer = person().client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert status != 405 or "POST" in answer.headers["allow"]


@pytest.mark.parametrize("body", [
    '{"subject": "\\u0000"}', '{"subject": "\\ud800"}', '{"\\ud800": 1}', '{"subject": 1e999}', "[" * 5000,
    '{"subject": ' + "9" * 5000 + "}", b'{"subject": "\xff"}', "",
], ids=range(8))
def test_hostile_json_is_refused_in_words(person: Any, body: Any) -> None:
    answer = person().client.post("/api/v1/login", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


def test_a_body_of_another_format_is_refused(company: Any) -> None:
    token = {"X-CSRF-Token": company.csrf}
    for path, kind in (("/applications", "text/plain"), ("/documents", "application/json"), ("/login", "text/xml")):
        keyed = {**token, "content-type": kind, "Idempotency-Key": "a-key-of-mine"}
        answer = company.client.post(f"/api/v1{path}", content=b"{}", headers=keyed)
        assert (answer.status_code, answer.json()["code"]) == (415, "wrong-content-type"), path


def test_the_page_shows_every_operation_without_a_script(app: Any, person: Any) -> None:
    page = person().get("/api/v1/docs")
    assert page.status_code == 200
    for operation in operations(describe(app)).values():
        assert f'id="{operation["operationId"]}"' in page.text
        assert operation["summary"] in page.text
    assert page.text.count("<script") == 1


def test_only_what_holds_no_token_is_compressed(company: Any, person: Any) -> None:
    """BREACH: a page with the token of the login is never compressed."""
    assert person().get("/").headers["content-encoding"] == "gzip"
    assert "content-encoding" not in company.get("/").headers


def test_a_withdrawal_that_is_sent_again_gets_the_same_answer(company: Any) -> None:
    number = company.apply().json()["number"]
    path, key = f"/api/v1/applications/{number}/withdrawal", {"Idempotency-Key": "withdraw-1"}
    first, again = (company.post(path, {}, key) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())
    assert company.post(path, {}).json()["code"] == "already-withdrawn"
    other = company.post(path, {"item": "fire-check"}, key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")


def test_uploads_pressed_at_once_keep_one_file(company: Any) -> None:
    found: list[str] = []

    def press() -> None:
        sent = {"file": ("图.pdf", PDF)}
        answer = company.post("/api/v1/documents", headers={"Idempotency-Key": "upload-1"}, files=sent)
        found.append(answer.json()["document_id"])

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_another_body_under_the_same_key_is_refused(company: Any, tools: Any) -> None:
    """Also where only the address of the applicant differs."""
    body = {"materials": {"identity": company.upload(), "plan": company.upload()}}
    number = company.apply(**body).json()["number"]
    changed = {"name": "郑州示例餐饮有限公司（演示）", "id_no": "91410100MA0000000T", "phone": "13800000009"}
    answer = company.apply(applicant=changed, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-key-reused")
    with tools.store.reading() as session:
        assert applications.get(session, number).applicant["phone"] == "13800000004"


def test_what_was_refused_may_be_asked_again_under_its_key(company: Any) -> None:
    assert company.apply(materials={}).status_code == 422
    assert company.apply().status_code == 201
