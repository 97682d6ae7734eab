"""What comes of a decision: pushes, certificates, proofs, and items that are no approvals (R45, R62-R66, R73, R81-R83,
R92, R93, R99, R100, R106)."""

import io
from typing import Any

import pytest

from onething import archive
from onething.numbers import masked_id
from onething.store import applications, certificates, documents, notices, outbox
from onething.vocabulary import CaseState, ItemState, PaperKind
from simulation.answers import YES
from simulation.town import Town
from tests.process.test_run_twice import text_of
from workers import certificate

pytestmark = pytest.mark.engine
TWO = [
    ("open-restaurant", ("food-business-license", "fire-safety-inspection")),
    ("newborn", ("birth-medical-certificate", "birth-registration")),
]
both = pytest.mark.parametrize(("bundle", "items"), TWO)


def papers(town: Town, number: str, kind: PaperKind) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.item for row in documents.papers(session, number) if row.paper_kind == kind]


def pushed(town: Town, prefix: str) -> list[dict[str, Any]]:
    with town.tools.store.reading() as session:
        return [{**row.body, "done": row.done_at} for row in outbox.keyed(session, prefix)]


@both
def test_r45_what_is_complete_is_taken_in_with_a_receipt_at_once(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = town.submit(bundle, items)
    town.work(number, until="acceptance-review")
    assert papers(town, number, PaperKind.RECEIPT) == [""]
    case = town.case(number)
    assert case.state == CaseState.IN_PROGRESS
    with town.tools.store.reading() as session:
        receipt = next(p for p in documents.papers(session, number) if p.paper_kind == PaperKind.RECEIPT)
    assert abs((receipt.created_at - case.received_at).total_seconds()) < 5
    town.work(number)


@both
def test_r62_r63_r73_r82_decisions_go_to_the_platform_and_the_applicant_at_once(
    town: Town, bundle: str, items: tuple[str, ...]
) -> None:
    number = town.submit(bundle, items)
    town.work(number)
    judged = [item for item in items if town.tools.catalogue.items[item].has_acceptance_decision]
    for item in judged:
        [accepted] = pushed(town, f"acceptance:{number}:{item}")
        assert (accepted["what"], accepted["item"]) == ("acceptance", item)
    for item in items:
        [result] = pushed(town, f"result:{number}:{item}")
        assert (result["what"], result["state"]) == ("result", ItemState.APPROVED)
    assert set(papers(town, number, PaperKind.ACCEPTANCE_NOTICE)) == set(judged)
    with town.tools.store.reading() as session:
        told = [n for n in notices.of_case(session, number) if "已受理" in n.text]
    assert {n.item for n in told} == set(judged)
    town.wait(lambda: all(entry["done"] for entry in pushed(town, f"result:{number}")))


@both
def test_r66_r99_a_refusal_is_handed_over_by_the_window_like_a_certificate(
    town: Town, bundle: str, items: tuple[str, ...]
) -> None:
    number = town.submit(bundle, items[:1], way="counter")
    no = {"acceptance_decision": "refuse", "acceptance_reason": "不属于本机关职权范围"}
    town.work(number, lambda key, item: no if key == "acceptance-review" else {})
    assert town.states(number) == {items[0]: ItemState.NOT_ACCEPTED}
    assert papers(town, number, PaperKind.REFUSAL_DECISION) == [items[0]]
    assert "result-handover" in town.path(number)
    with town.tools.store.reading() as session:
        told = [n.text for n in notices.of_case(session, number) if "不予受理" in n.text]
    assert told
    assert all("不属于本机关职权范围" in text for text in told)


@both
@pytest.mark.parametrize("way", ["counter", "courier", "electronic"])
def test_r99_r100_each_way_of_delivery_is_proved_to_every_department(
    town: Town, bundle: str, items: tuple[str, ...], way: str
) -> None:
    number = town.submit(bundle, items, way=way)
    town.work(number)
    assert ("result-handover" in town.path(number)) == (way != "electronic")
    departments = {row.department for row in town.case(number).items}
    assert {entry["department"] for entry in pushed(town, f"proof:{number}:")} == departments
    assert papers(town, number, PaperKind.DELIVERY_RECORD) == [""]


def test_r83_a_failing_certificate_system_is_tried_again_and_the_decision_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = certificate.licence, []

    def failing(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("the certificate system is away")
        return real(*args)

    monkeypatch.setattr(certificate, "licence", failing)
    number = town.submit("open-restaurant", ["food-business-license"])
    town.work(number, until="approval-decision")
    [(task, item)] = town.open_tasks(number)
    town.do(task, YES["approval-decision"])
    town.wait(lambda: calls)
    assert town.states(number) == {item: ItemState.APPROVED}, "the decision stands meanwhile"
    town.work(number)
    assert len(calls) == 2
    with town.tools.store.reading() as session:
        [made] = certificates.of_case(session, number)
    assert made.document_id


@pytest.mark.parametrize(
    ("bundle", "query"),
    [("new-home-deed-tax", "home-count-query"), ("second-hand-home-transfer", "electricity-account-transfer")],
)
def test_r92_r93_a_query_or_partner_gives_a_result_without_acceptance_or_certificate(
    town: Town, bundle: str, query: str
) -> None:
    item = town.tools.catalogue.items[query]
    assert item.kind in ("query", "partner")
    number = town.submit(bundle, [query])
    town.work(number)
    assert town.states(number) == {query: ItemState.APPROVED}
    assert "acceptance-review" not in town.path(number)
    assert papers(town, number, PaperKind.ACCEPTANCE_NOTICE) == []
    with town.tools.store.reading() as session:
        assert certificates.of_case(session, number) == []
        clock = next(c for c in applications.clocks(session, number) if (c.item, c.clock) == (query, "promised"))
    assert clock.days == item.limits.promised.days, "a partner keeps its service norm"
    assert pushed(town, f"result:{number}:{query}")


@pytest.mark.parametrize(
    ("bundle", "items"), [TWO[0], ("open-hotel", ("hotel-special-trade-permit", "environmental-impact-approval-form"))]
)
def test_r106_what_is_archived_is_the_electronic_material(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = town.submit(bundle, items)
    town.work(number)
    with town.tools.store.reading() as session:
        path = io.BytesIO(documents.content(session, documents.paper(session, number, str(PaperKind.ARCHIVE))))
        handed_in = [m for m in applications.materials(session, number) if m.document_id]
    assert archive.faults(path) == []
    kept = [name for name in archive.manifest(path)["files"] if name.startswith("case/materials/")]
    assert len(kept) == len(handed_in) > 0


def test_r83_the_certificate_of_a_birth_is_the_childs(town: Town) -> None:
    item = "birth-medical-certificate"
    number = town.submit("newborn", [item], answers={"parent_insurance": "one-enrolled"})
    town.work(number)
    with town.tools.store.reading() as session:
        case, [made] = applications.get(session, number), certificates.of_case(session, number)
        [paper] = [row for row in documents.papers(session, number) if row.paper_kind == PaperKind.LICENCE]
        said = text_of(documents.content(session, paper))
    assert made.holder == case.form["child_name"] != case.applicant["name"]
    assert made.holder in said
    assert masked_id(case.applicant["id_no"]) not in said, "whose number it is would be unclear"
