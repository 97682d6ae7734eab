"""The archive of a real case: everything, once, only after delivery or withdrawal (R102, R106, R109, R110)."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from onething import archive
from onething.cli.reports import archive_report, case_report, export_archive
from onething.engine.contract import Topic
from onething.engine.worker import Task
from onething.errors import Conflict
from onething.store import applications, audit, documents
from onething.vocabulary import CaseState, PaperKind
from simulation.town import Town
from workers.table import HANDLERS

RESTAURANT = ["food-business-license", "fire-safety-inspection"]
HOME = ["stock-housing-online-contract", "real-estate-tax-declaration", "real-estate-registration"]
pytestmark = pytest.mark.engine


def package(town: Town, number: str) -> io.BytesIO | None:
    with town.tools.store.reading() as session:
        row = documents.paper(session, number, str(PaperKind.ARCHIVE))
        return io.BytesIO(documents.content(session, row)) if row else None


def inside(path: io.BytesIO, name: str) -> object:
    with zipfile.ZipFile(path) as opened:
        return json.loads(opened.read(name))


@pytest.mark.parametrize(
    ("bundle", "items"), [("open-restaurant", RESTAURANT), ("second-hand-home-transfer", HOME)]
)
def test_r109_r110_one_package_holds_everything_of_the_case(
    town: Town, bundle: str, items: list[str], tmp_path: Path
) -> None:
    number = town.submit(bundle, items, way="counter")
    town.work(number, until="result-handover")
    assert package(town, number) is None, "nothing is archived before delivery"
    town.work(number)
    path = package(town, number)
    assert path
    assert archive.faults(path) == []
    about, files = archive.manifest(path)["about"], set(archive.manifest(path)["files"])
    assert about["items"] == items
    assert {m["process"] for m in about["models"]} - {"joint-act"} == {bundle, "intake", "acceptance", "approval", "delivery"}
    wanted = {"application", "guide", "materials", "notices", "clocks", "deliveries", "audit", "papers",
              "intake-check", "material-judgement", "dispatch"}
    assert {f"case/{name}.json" for name in wanted} <= files
    assert {"case/papers/receipt-1.pdf", "case/papers/delivery-record-1.pdf"} <= files
    for item in items:
        kept = {f"items/{item}/{name}.json" for name in ("item", "clocks", "results", "notices")}
        assert kept | {f"items/{item}/papers/acceptance-notice-1.pdf"} <= files
    with town.tools.store.reading() as session:
        versions = applications.material_versions(session, number)
        trail = [row.action for row in audit.trail(session, number)]
    assert len([name for name in files if name.startswith("case/materials/")]) == sum(bool(v.document_id) for v in versions)
    kept = [row["action"] for row in inside(path, "case/audit.json")]
    assert kept == trail[: trail.index("close-case") + 1]
    assert "deliver" in kept
    one = export_archive(town.tools.settings, number, items[0], tmp_path, "console:clerk")
    assert archive_report(one)["完整"]
    assert export_archive(town.tools.settings, number, "", tmp_path, "console:clerk").read_bytes() == path.getvalue()
    assert not [name for name in archive.manifest(one)["files"] if name.startswith(f"items/{items[1]}")]
    assert case_report(town.tools.settings, number, "console:clerk")["办件编号"] == number
    with town.tools.store.reading() as session:
        looked = [(row.action, row.item) for row in audit.trail(session, number) if row.actor == "console:clerk"]
    assert looked == [("take-out-archive", items[0]), ("take-out-archive", ""), ("look-at-case", "")], "on record (S25)"


@pytest.mark.parametrize(("bundle", "items"), [("open-restaurant", RESTAURANT), ("second-hand-home-transfer", HOME)])
def test_r109_a_withdrawn_case_is_archived_too(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items)
    town.work(number, until="acceptance-review")
    town.withdraw(number)
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    path = package(town, number)
    assert path
    assert archive.faults(path) == []
    assert archive.manifest(path)["about"]["state"] == CaseState.WITHDRAWN
    assert town.path(number)[-1] == "withdrawn"


def test_r102_an_undelivered_case_cannot_be_archived(town: Town) -> None:
    number = town.submit("open-restaurant", RESTAURANT[:1], way="counter")
    town.work(number, until="result-handover")
    [(task, _item)] = town.open_tasks(number)
    town.do(task, {"delivery_outcome": "failed", "delivery_reason": "无人领取"})
    town.wait(lambda: town.case(number).state == CaseState.UNDELIVERED)
    again = Task("archive", Topic.ARCHIVE, number, "", "archive", {}, None, "somebody")
    with pytest.raises(Conflict):
        HANDLERS[Topic.ARCHIVE](again, town.desk)
    assert package(town, number) is None
