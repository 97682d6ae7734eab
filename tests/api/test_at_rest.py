"""A whole case, and nothing about its people can be read on the disk, in a dump or in the logs (P13, S13)."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onething.bootstrap import Tools
from onething.store import Account, Store, accounts, applications, certificates, documents, notices, resealing, troubles
from simulation.postgres import program, run_postgres
from tests.uploads.corpus import one_page, stream

NAME, ID_NO, PHONE, ADDRESS = "钱金丝雀", "91410100MA0000000T", "13800000077", "郑州市金水区金丝雀路七号"
AGENT, AGENT_ID = "孙金丝雀", "11010519491231002X"
FILE, CONTENT, WORDS = "金丝雀的身份证.pdf", "canary-in-the-file", "金丝雀想问一问"
CANARIES = (NAME, ID_NO, PHONE, ADDRESS, AGENT, AGENT_ID, FILE, CONTENT, WORDS, "金丝雀")


@pytest.fixture(params=["sqlite", "postgresql"])
def tools(request: pytest.FixtureRequest, tools: Tools, tmp_path: Path, tmp_path_factory: Any) -> Iterator[Tools]:
    if request.param == "sqlite":
        yield tools
        return
    if program("initdb") is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql); only SQLite was looked through")
    with run_postgres(tmp_path_factory.mktemp("postgres"), "-c log_statement=all") as server:
        server.create("city")
        store = Store(server.store_url("city"), tmp_path / "files", tools.store.ring)
        store.migrate()
        object.__setattr__(tools, "store", store)
        yield tools
        (tmp_path / "server.log").write_bytes((server.folder / "log").read_bytes())
        store.close()


def lying_about(tools: Tools, folder: Path) -> dict[str, bytes]:
    """Place -> what lies there: every file of the run-time folder, and a dump of the database."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    url = tools.store.engine.url
    if tools.store.engine.dialect.name == "postgresql":
        dump = [program("pg_dump"), "-h", url.host, "-p", url.port, "-U", url.username, url.database]
        found["dump"] = subprocess.run([str(part) for part in dump], capture_output=True, check=True).stdout
    return found


def lived(tools: Tools, company: Any) -> str:
    """A case with everything a person writes into it, or that is written about them."""
    with tools.store.transaction() as session:
        account: Account = next(row for row in accounts.all_accounts(session) if row.subject == "demo-restaurant")
        account.name, account.id_no, account.phone = NAME, ID_NO, PHONE
    pdf, plan = (one_page(more={4: stream(f"{CONTENT}{end}".encode())}) for end in ("", "2"))
    answer = company.apply(
        applicant={
            "name": NAME, "id_no": ID_NO, "phone": PHONE, "address": ADDRESS, "agent_name": AGENT, "agent_id_no": AGENT_ID,
        },
        materials={"identity": company.upload(FILE, pdf), "plan": company.upload("图.pdf", plan)},
    )
    assert answer.status_code == 201, answer.text
    number = answer.json()["number"]
    asked = company.post("/api/v1/guidance", {
        "kind": "question", "bundle": "restaurant", "district": "410105", "items": ["food-license"],
        "question": f"{WORDS}，{ADDRESS}",
    }, {"Idempotency-Key": "a-question"})
    assert asked.status_code == 201, asked.text
    now = tools.clock.now()
    with tools.store.transaction() as session:
        case = applications.lock(session, number)
        case.form = {"address": ADDRESS}
        case.reason = case.items[0].decision_reason = f"{NAME}，{WORDS}"
        accounts.new_draft(session, case.account_id, "newborn", {"applicant": {"name": NAME, "phone": PHONE}}, now)
        notices.give(session, now, number, "received", f"{NAME}：您的申请已收到，住址{ADDRESS}")
        licence = certificates.reserve(
            session, number, "food-license", "certificate/1", lambda n: f"C{n}", title="许可证", holder=NAME, issuer="局",
            issued_on=now.date(),
        )
        paper = documents.add(session, now, case.account_id, f"{NAME}.pdf", "application/pdf", pdf + b"licence", number=number)
        certificates.publish(licence, paper.id)
    return number


def test_p13_after_a_whole_case_nothing_about_a_person_can_be_read(
    tools: Tools, company: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number = lived(tools, company)
    page = company.get(f"/cases/{number}")
    assert page.status_code == 200
    assert FILE in page.text or NAME in page.text, "the person sees their own"
    places = lying_about(tools, tmp_path) | {"log": caplog.text.encode()}
    assert any(NAME.encode() in content for content in [page.content])
    leaks = [
        (place, canary) for place, content in places.items() for canary in CANARIES
        if canary.encode() in content or json.dumps(canary).encode()[1:-1] in content
    ]
    assert leaks == []
    assert len([place for place in places if place.startswith("files/")]) >= 3


def test_p9_the_hash_on_record_is_that_of_the_paper_itself(tools: Tools, company: Any) -> None:
    number = lived(tools, company)
    tools.store.ring.rotate(tools.clock.now())
    assert resealing.reseal(tools.store).left == 0
    with tools.store.reading() as session:
        [licence] = certificates.of_case(session, number)
        paper = documents.get(session, licence.document_id)
        assert certificates.by_content(session, paper.sha256) is licence
    answer = company.get(f"/documents/{paper.id}")
    assert answer.content.endswith(b"licence")


def test_s13_a_moved_value_is_an_error_with_a_cure_never_somebody_elses_data(tools: Tools, company: Any) -> None:
    number = lived(tools, company)
    with tools.store.transaction() as session:
        session.connection().exec_driver_sql("UPDATE notice SET text = (SELECT name FROM account WHERE subject = 'demo-li-si')")
    answer = company.get(f"/api/v1/applications/{number}")
    assert answer.status_code == 500, answer.text
    assert answer.json()["code"] == "seal-broken"
    assert NAME not in answer.text
    page = company.get(f"/cases/{number}")
    assert page.status_code == 500
    assert "李四" not in page.text
    with tools.store.reading() as session:
        assert [row.key.split("/")[0] for row in troubles.standing(session, [troubles.SEAL])] == ["seal:notice"]
    assert "notice" not in answer.json()["detail"]
