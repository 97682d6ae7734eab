"""A front door on a real store in a temporary folder, with a small catalogue and a clock that stands still."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from onething.bootstrap import Tools
from onething.catalogue import (
    Bundle,
    Catalogue,
    Department,
    District,
    Item,
    Material,
    Question,
    Row,
    Theme,
    load_procedures,
    load_service,
)
from onething.catalogue.models import Limit, Limits, MaterialUse, Option, Result, Situation
from onething.cli.demo import SAMPLE_PDF
from onething.settings import Settings
from onething.store import applications
from onething.vocabulary import CaseState, ItemState
from tests.days import city_days
from tests.stores import empty_store

HOME = Path(__file__).resolve().parent.parent.parent
BASE = "http://127.0.0.1:8000"
PDF = SAMPLE_PDF
COMPANY, CITIZEN, NEIGHBOUR = "demo-restaurant", "demo-zhang-san", "demo-li-si"


class StillClock:
    """Monday 23 November 2026, 10:00 in China, until moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


def item(slug: str, name: str, kind: str, materials: list[str], days: int = 5) -> Item:
    limits = Limits(statutory=Limit(days=20), promised=Limit(days=days, confirmed=True))
    uses = tuple(MaterialUse(key=key.rstrip("?"), required=not key.endswith("?")) for key in materials)
    return Item(
        slug=slug, name=name, kind=kind, result=Result(name=f"{name}结果", certificate=kind == "licence"),
        limits=limits, materials=uses,
    )


def row(slug: str, department: str = "market", **more: Any) -> Row:
    return Row(item=slug, department=department, levels=more.pop("levels", ("city", "county")), **more)


def bundle(slug: str, audience: str, number: int, name: str, rows: list[Row], **more: Any) -> Bundle:
    theme = "opening" if audience == "enterprise" else "family"
    return Bundle(
        slug=slug, audience=audience, number=number, name=name, short_name=name, national=False, lead="market",
        theme=theme, rows=tuple(rows), **more,
    )


def small_catalogue() -> Catalogue:
    items = [
        item("food-license", "食品经营许可", "licence", ["identity", "plan", "letter?"], 9),
        item("signboard", "店招设置备案", "filing", ["plan", "photo"]),
        item("fire-check", "消防安全检查", "licence", ["plan", "licence-copy"]),
        item("final-check", "开业核查", "confirmation", []),
        item("birth-in", "婚内出生登记", "registration", ["identity"]),
        item("birth-out", "非婚出生登记", "registration", ["identity"]),
        item("tax", "税费申报", "filing", ["contract"]),
        item("transfer", "转移登记", "registration", ["contract"]),
        item("query", "不动产查询", "query", []),
    ]
    yes_no = Question(key="signs", text="是否设置店招？", type="boolean")
    marriage = Question(key="marriage", text="孩子属于哪种情形？", type="choice", options=(
        Option(value="in", label="婚内生育"), Option(value="out", label="非婚生育")))
    bundles = [
        bundle("restaurant", "enterprise", 1, "开饭店", [
            row("food-license"), row("signboard", "city-management", when="signs == true", remark="设置店招的需办理"),
            row("fire-check", "fire", levels=("city",)), row("final-check", after=("fire-check",)),
        ], questions=(yes_no,), licence_first=True),
        bundle("newborn", "individual", 1, "新生儿出生", [
            row("birth-in", situation="marriage", option="in"), row("birth-out", situation="marriage", option="out"),
            row("query"),
        ], questions=(marriage,), situations=(Situation(group="marriage", title="生育情形", question="marriage"),)),
        bundle("second-hand-house", "individual", 2, "二手房", [
            row("tax", parallel="deal"), row("transfer", parallel="deal"), row("query"),
        ]),
    ]
    materials = [
        Material(key=key, name=name, source=source, formats=formats) for key, name, source, formats in (
            ("identity", "身份证明", "applicant", ("pdf", "jpg", "png")),
            ("plan", "平面图", "applicant", ("pdf", "jpg", "png")),
            ("letter", "说明", "applicant", ("pdf",)), ("photo", "店招效果图", "applicant", ("jpg", "png")),
            ("contract", "买卖合同", "applicant", ("pdf", "jpg", "png")),
            ("licence-copy", "营业执照", "government", ("pdf",)),
        )
    ]
    departments = [("market", "市场监管部门"), ("city-management", "城管部门"), ("fire", "消防救援机构")]
    return Catalogue(
        bundles={b.slug: b for b in bundles}, items={i.slug: i for i in items}, materials={m.key: m for m in materials},
        departments={s: Department(slug=s, name=n, kind="government") for s, n in departments},
        districts={
            "410100": District(code="410100", name="郑州市", kind="city", open=True),
            "410105": District(code="410105", name="金水区", kind="county", open=True),
            "410122": District(code="410122", name="中牟县", kind="county", open=False),
        },
        themes={
            "opening": Theme(slug="opening", name="准入准营", audience="enterprise", order=1),
            "family": Theme(slug="family", name="生育与住房", audience="individual", order=1),
        },
        procedures=load_procedures(HOME), service=load_service(HOME),
    )


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tools(tmp_path: Path, clock: StillClock) -> Iterator[Tools]:
    settings = Settings(home=HOME, var=tmp_path, max_upload_mib=1, limits=False)
    store = empty_store(tmp_path)
    calendar = city_days()
    yield Tools(settings=settings, store=store, catalogue=small_catalogue(), calendar=calendar, clock=clock)
    store.close()


@pytest.fixture
def app(tools: Tools) -> Any:
    return create_app(tools)


class Person:
    """A browser or program of one person."""

    def __init__(self, app: Any, subject: str = "") -> None:
        self.client = TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
        self.csrf = ""
        if subject:
            answer = self.client.post("/api/v1/login", json={"subject": subject})
            self.csrf = answer.json()["csrf_token"]

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """JSON to the API."""
        more = more if "files" in more else {"json": body or {}}
        return self.client.post(path, headers={"X-CSRF-Token": self.csrf} | (headers or {}), **more)

    def send(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        """A form to a page."""
        return self.client.post(path, data={"csrf": self.csrf} | (fields or {}), **more)

    def upload(self, name: str = "图.pdf", content: bytes = PDF) -> str:
        return self.post("/api/v1/documents", files={"file": (name, content)}).json()["document_id"]

    def apply(self, key: str = "first-key", **changes: Any) -> Any:
        body = restaurant(self) | changes
        return self.post("/api/v1/applications", body, {"Idempotency-Key": key})


def restaurant(person: Person) -> dict[str, Any]:
    return {
        "bundle": "restaurant", "district": "410105", "items": ["food-license", "fire-check", "final-check"],
        "answers": {"signs": False}, "delivery_way": "electronic",
        "applicant": {"name": "郑州示例餐饮有限公司（演示）", "id_no": "91410100MA0000000T", "phone": "13800000004"},
        "materials": {"identity": person.upload("身份证明.pdf"), "plan": person.upload("平面图.pdf")},
    }


@pytest.fixture
def person(app: Any) -> Callable[[str], Person]:
    return lambda subject="": Person(app, subject)


@pytest.fixture
def company(app: Any) -> Person:
    return Person(app, COMPANY)


@pytest.fixture
def take_in(tools: Tools) -> Callable[[str], None]:
    """What the worker does when the window takes a case in."""

    def take_in(number: str) -> None:
        with tools.store.transaction() as session:
            application = applications.lock(session, number)
            applications.set_case_state(application, CaseState.IN_PROGRESS)
            application.received_at = tools.clock.now()
            for entry in application.items:
                applications.set_item_state(entry, ItemState.RECEIVED)

    return take_in


def png(width: int = 4, height: int = 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    body = chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


@pytest.fixture
def make_png() -> Callable[[int, int], bytes]:
    return png
