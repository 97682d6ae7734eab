"""Three sample cases, done as people would: the citizen over HTTP, each reviewer through the task API as themselves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from onething.application_form import examples, fields_for
from onething.catalogue import cached_catalogue
from onething.cli import console
from onething.cli.stack import Stack, StartError, admin_client
from onething.client import Client, records
from onething.deadlines import CHINA
from onething.eligibility import materials_for
from onething.engine import identity
from onething.engine.client import EngineClient
from onething.engine.records import UserTask
from onething.engine.roster import member_of
from onething.gateways.registers import DemoRegisters
from onething.papers.signing import LocalAuthority, verify
from simulation.answers import answer_to, group_of

DISTRICT = "410105"
SECONDS_PER_CASE = 120


def _sample_sheet() -> bytes:
    """A sheet one sees to be a sample: a frame, a heading, lines of writing and a round seal, without a font."""
    lines = [f"90 {height} {width} 8 re f" for height, width in zip(range(660, 300, -30), [415, 415, 300] * 4, strict=True)]
    seal = (
        "0.75 0.15 0.2 RG 4 w 480 200 m 480 228 458 250 430 250 c 402 250 380 228 380 200 c "
        "380 172 402 150 430 150 c 458 150 480 172 480 200 c S"
    )
    drawn = "\n".join(["0.6 G 1 w 50 50 495 742 re S", "0.35 g 197 720 200 16 re f", "0.8 g", *lines, seal]).encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Resources<<>>/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj%b endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"%bxref\n0 5\n0000000000 65535 f \n%btrailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        content, table, len(content),
    )


SAMPLE_PDF = _sample_sheet()


@dataclass(frozen=True)
class Sample:
    """A case to take through: who applies for what. `form`: what an example of the field would not make a good sample of."""

    subject: str
    bundle: str
    items: tuple[str, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)
    way: str = "electronic"
    form: Mapping[str, Any] = field(default_factory=dict)


SAMPLES = (
    Sample(
        "demo-restaurant", "open-restaurant",
        ("food-business-license", "fire-safety-inspection", "urban-drainage-permit"), {"fire_area_reached": True},
        form={
            "premises_address": "郑州市金水区示例路 1 号", "business_area": 320, "food_business_form": "catering",
            "food_business_items": ["hot", "cold", "drinks"], "food_safety_manager": "李四（演示）",
            "fire_venue_kind": "restaurant", "fire_safety_manager": "李四（演示）",
            "drainage_outlet": "示例路污水管网", "drainage_daily_volume": 12, "drainage_key_discharger": False,
        },
    ),
    Sample(
        "demo-zhang-san", "newborn",
        ("birth-medical-certificate", "vaccination-certificate", "birth-registration",
         "newborn-insurance-one-parent-enrolled", "social-security-card"),
        {"parent_insurance": "one-enrolled"}, "counter",
        {
            "child_name": "张小宝（演示）", "child_sex": "female", "child_birth_date": "2026-11-20", "child_ethnicity": "汉族",
            "child_birth_place": "郑州市示例医院", "mother_name": "李四（演示）", "mother_id": "410103198503150025",
            "father_name": "张三（演示）", "father_id": "410102199001010012", "card_bank": "示例银行",
        },
    ),
    Sample(
        "demo-li-si", "second-hand-home-transfer",
        ("stock-housing-online-contract", "real-estate-tax-declaration", "real-estate-registration",
         "electricity-account-transfer", "water-account-transfer"),
        form={
            "seller_name": "李四（演示）", "buyer_name": "王五（演示）", "house_price": 1280000, "contract_no": "示例-2026-0001",
            "property_unit_no": "410105001001GB00001F00010101", "house_shares_detail": "",
        },
    ),
)


@dataclass(frozen=True)
class Outcome:
    case: records.ApplicationDetail
    steps: int
    files: list[Path]
    valid: int


def run_demo(stack: Stack) -> None:
    """Take every sample through to its certificates and print what happened."""
    bar = Progress(
        TextColumn("  {task.description}"), BarColumn(24), MofNCompleteColumn(), TextColumn("步"), TimeElapsedColumn(),
        console=console.out,
    )
    console.step("办理三个样例办件 · taking three sample cases through")
    with bar:
        outcomes = [_Run(stack, sample, bar).go() for sample in SAMPLES]
    console.out.print(_table(stack, outcomes))


class _Run:
    def __init__(self, stack: Stack, sample: Sample, bar: Progress) -> None:
        self.stack, self.sample, self.bar = stack, sample, bar
        self.settings, self.admin = stack.settings, admin_client(stack.settings)
        self.citizen = Client(self.settings.base_url).log_in_as(sample.subject)

    def go(self) -> Outcome:
        number = self._apply()
        row = self.bar.add_task(number, total=None)
        end = time.monotonic() + SECONDS_PER_CASE
        while (case := self.citizen.get_application(number)).state != "completed":
            if time.monotonic() > end:
                logs = self.settings.var_dir / "logs"
                raise StartError(f"办件 {number} 停在“{case.label}”；请查看 {logs} · a sample case got stuck, see the logs")
            for task in self.admin.user_tasks(number):
                self._do(number, task)
            self.bar.update(row, completed=len(self.admin.activities(number)))
            time.sleep(0.1)
        steps = len(self.admin.activities(number))
        self.bar.update(row, completed=steps, total=steps, description=f"{number} {case.name[:12]}")
        files = self._download(number, case)
        trust = LocalAuthority(self.settings.var_dir / "authority").trust
        return Outcome(case, steps, files, sum(verify(path.read_bytes(), trust).valid for path in files))

    def _apply(self) -> str:
        """As a citizen's own program does it: read the guide, upload, hand in."""
        sample, catalogue = self.sample, cached_catalogue(self.settings.home).in_district(DISTRICT)
        bundle = catalogue.bundle(sample.bundle)
        materials = {
            need.material.key: self.citizen.upload_document(f"{need.material.name}.pdf", SAMPLE_PDF).document_id
            for need in materials_for(catalogue, bundle, sample.items, sample.answers) if need.upload
        }
        needs = fields_for(catalogue, bundle, sample.items)
        applicant, registers = _applicant(sample.subject, self.citizen.name), DemoRegisters()
        shared = {need.field.shared.dataset for need in needs if need.field.shared}
        known = {key for dataset in shared for key in registers.look_up(dataset, applicant["id_no"])}
        form = {key: value for key, value in examples(needs).items() if key not in known}
        asked = self.citizen.get_consents(sample.bundle, list(sample.items), DISTRICT)
        return self.citizen.submit_application(records.NewApplication.model_validate({
            "bundle": sample.bundle, "district": DISTRICT, "items": list(sample.items), "answers": dict(sample.answers),
            "applicant": applicant, "materials": materials,
            "delivery_way": sample.way, "form": {**form, **sample.form},
            "consents": {part.key: part.version for part in asked if part.separate},
        })).number

    def _do(self, number: str, task: UserTask) -> None:
        """The person whose task it is claims and completes it, with no more rights than they have in Tasklist."""
        shown = self.admin.form_variables(task.id)
        person = self._person(task, shown)
        if not any(seen.id == task.id for seen in person.user_tasks(number)):
            return  # the engine finished it meanwhile
        person.claim(task.id)
        answer = dict(answer_to(task.key, cached_catalogue(self.settings.home), str(shown.get("item") or "")))
        if task.key == "joint-appointment":
            answer["joint_time"] = f"{datetime.now(CHINA) + timedelta(minutes=2):%Y-%m-%d %H:%M}"
        person.complete_task(task.id, answer)

    def _person(self, task: UserTask, shown: Mapping[str, Any]) -> EngineClient:
        group = group_of(task.key, shown)
        user = member_of(cached_catalogue(self.settings.home), group, task.key)
        return EngineClient(self.settings.rest_url, *identity.credentials_of(self.settings.var_dir, user))

    def _download(self, number: str, case: records.ApplicationDetail) -> list[Path]:
        folder, files = self.settings.var_dir / "sample-cases" / number, []
        papers = [(paper.document_id, paper.name) for paper in case.papers]
        licences = [(c.document_id or "", f"{c.title}_{c.certificate_no}.pdf") for c in case.certificates]
        for document_id, name in [*papers, *licences]:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(self.citizen.get_document(document_id))
            files.append(folder / name)
        return files


def _applicant(subject: str, name: str) -> dict[str, str]:
    """The same fictional people the front door seeds."""
    numbers = {
        "demo-zhang-san": ("410102199001010012", "13800000001"), "demo-li-si": ("410103198503150025", "13800000002"),
        "demo-restaurant": ("91410100MA0000000T", "13800000004"),
    }
    id_no, phone = numbers[subject]
    return {"name": name, "id_no": id_no, "phone": phone, "address": ""}


def _table(stack: Stack, outcomes: list[Outcome]) -> Table:
    """One block per case: its items with result, promised date and certificate."""
    table = Table("办件", "事项", "结果", "承诺办结", "证照编号", caption_justify="left")
    for outcome in outcomes:
        case, first = outcome.case, True
        due = {clock.item: clock for clock in case.clocks if clock.clock == "promised"}
        numbers = {certificate.item: certificate.certificate_no for certificate in case.certificates}
        files = f"{outcome.steps} 步，文书 {len(outcome.files)} 份，签名有效 {outcome.valid} 份"
        about = f"{case.name}（{case.label}）\n{case.number}\n{files}"
        for item in case.items:
            clock = due.get(item.item)
            promised = clock.due_at[:10] + ("（暂定）" if clock.provisional else "") if clock else "—"
            table.add_row(about if first else "", item.name, item.label, promised, numbers.get(item.item, "—"))
            first = False
        table.add_section()
    for column in table.columns:
        column.overflow = "fold"
    table.caption = f"文书在 {stack.settings.var_dir / 'sample-cases'}"
    return table
