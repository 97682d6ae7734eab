"""Every route for every role, with the owner's id and with one that never was: the table is in `matrix.py` (S10, S20, P11)."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from api.app import create_app
from onething.catalogue import cached_catalogue
from onething.cli.demo import SAMPLE_PDF
from onething.store import DataDispute, applications, certificates, consents, documents, guides, questions
from tests.api.conftest import HOME, PDF, Person, restaurant
from tests.api.matrix import MATRIX, PEOPLE, PUBLIC, ROLES, routes_of
from workers import clocks

SAME = {"slug": "restaurant", "size": "large", "name": "guide", "token": "no-such-token", "door": "citizen", "system": "courier",
        "key": "plan", "step": "items", "page": "1", "paper": "form", "field": "operating_items", "task": "intake-review",
        "question": "00000000-0000-4000-8000-000000000001"}
STRANGE = {"number": "410105209901010000019", "draft_id": "00000000-0000-4000-8000-000000000000",
           "document_id": "00000000-0000-4000-8000-000000000000",
           "consent_id": "00000000-0000-4000-8000-000000000002", "certificate_no": "JY0"}
UNSAFE = [route for route in MATRIX if route.startswith("POST ") and route not in PUBLIC]
DRAWN = ("GET /bundles/{slug}/flow.svg", "GET /bundles/{slug}/{name}.pdf")
"""What is drawn from the models and facts of a real bundle."""
DETAILS = {"delivery_mode": "unified", "delivery_way": "electronic"}


def test_s10_a_new_route_needs_a_row(app: Any) -> None:
    found = set(routes_of(app.routes))
    described = {
        f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods
    }
    assert described <= found, "the walk through the routers misses some"
    assert found == set(MATRIX)
    assert all(len(statuses) == len(ROLES) for statuses in MATRIX.values())


class Town:
    """One front door with everybody logged in, and what the owner has: made anew when a test has used it up."""

    def __init__(self, app: Any, tools: Any, take_in: Any) -> None:
        self.app, self.tools, self.take_in, self._serial = app, tools, take_in, itertools.count()
        self.owner = Person(app, PEOPLE["owner"])

    def person(self, role: str) -> Person:
        return Person(self.app, PEOPLE.get(role, ""))

    def belongings(self, route: str) -> dict[str, str]:
        """Ids of the owner's, for the names in the route's path."""
        draft = "" if "draft" not in route else self.draft_of_the_counter() if "/staff/window" in route else self.draft()
        document = self.owner.upload()
        number = self.question() if "guidance/{number}" in route else self.case()
        document = self.plan if "papers" in route else document
        with self.tools.store.reading() as session:
            told = consents.of_case(session, number)
        return {"number": number, "document_id": document, "draft_id": draft, "consent_id": told[0].id if told else "",
                **self.beside(route, number),
                "certificate_no": self.certificate(number, document) if "certificate_no" in route else ""}

    def certificate(self, number: str, document: str) -> str:
        with self.tools.store.transaction() as session:
            row = certificates.reserve(
                session, number, "food-license", f"s{number}", lambda n: f"JY{number}-{n}", title="食品经营许可证", holder="示例",
                issuer="市场监管部门", issued_on=self.tools.clock.now().date(),
            )
            certificates.publish(row, document)
            return row.certificate_no

    def beside(self, route: str, number: str) -> dict[str, str]:
        """What the case has that this route is about: a package, a receipt, a question to the window, a disputed datum."""
        now = self.tools.clock.now()
        with self.tools.store.transaction() as session:
            if "question}" in route:
                return {"question": questions.add(session, now, number, PEOPLE["window"], "还要多久？").id}
            if "disputes" in route:
                guides.dispute(session, DataDispute(
                    number=number, field=SAME["field"], department="market", dataset="企业登记信息", shared="甲", stated="乙",
                    raised_at=now, answer="", answered_by="",
                ))
            if kind := "archive" if "archive" in route else "receipt" if route.endswith("receipt.pdf") else "":
                documents.add(
                    session, now, applications.get(session, number).account_id, f"{kind}.pdf", "application/pdf",
                    io.BytesIO(SAMPLE_PDF), number=number, paper_kind=kind, paper_no=number,
                )
        return {}

    def draft_of_the_counter(self) -> str:
        """With an item chosen, by the clerk, for the owner."""
        clerk = self.person("window")
        first = clerk.send("/staff/window/new", {
            "bundle": "restaurant", "relation": "legal", "agent.name": "张三", "agent.id_no": "410102199001010012",
            "applicant.name": "郑州示例餐饮有限公司", "applicant.id_no": "91410100MA0000000T", "applicant.phone": "13800000004",
        }).headers["location"]
        clerk.send(first, {"signs": "no", "action": "save"})
        return first.rpartition("/")[2]

    def case(self) -> str:
        """Taken in and accepted: clocks run, and a worker's item is open."""
        self.plan = self.owner.upload("平面图.pdf", SAMPLE_PDF)
        files = restaurant(self.owner)["materials"] | {"plan": self.plan}
        number = self.owner.apply(f"key-{next(self._serial):05}", materials=files).json()["number"]
        self.take_in(number)
        with self.tools.store.transaction() as session:
            applications.end_all_clocks(session, number, self.tools.clock.now())
            clocks.start_handling(
                session, self.tools, applications.get(session, number), "food-license", self.tools.clock.now()
            )
        return number

    def question(self) -> str:
        body = asking() | {"items": ["food-license"]}
        return self.owner.post("/api/v1/guidance", body, {"Idempotency-Key": f"key-{next(self._serial):05}"}).json()["number"]

    def draft(self) -> str:
        """With items chosen and a file, at the page of the materials."""
        first = self.owner.send("/apply/restaurant", {"licence": "yes"}).headers["location"]
        draft = first.split("/")[2]
        self.owner.send(first, {"signs": "no"})
        self.owner.send(f"/drafts/{draft}/items", {"item": ["food-license"], "district": "410105"})
        self.owner.send(f"/drafts/{draft}/materials/plan", files={"file": ("平面图.pdf", PDF)})
        return draft


def asking() -> dict[str, Any]:
    return {"kind": "question", "bundle": "restaurant", "district": "410105", "items": ["food-license"],
            "answers": {"signs": False}, "question": "租的房子能不能办？"}


def ask(person: Person, role: str, route: str, ids: dict[str, str]) -> Any:
    """The request that a well-meant program or page would send."""
    method, path = route.split(" ")
    path = re.sub(r"\{(\w+)\}", lambda match: (SAME | ids)[match[1]], path)
    if route == "GET /items/{slug}/sample.pdf":
        path = "/items/food-license/sample.pdf"
    if method == "GET":
        chosen = path.endswith(("/estimate", "/consents"))
        query = {"item": ["food-license"]} if chosen else {"q": "饭店"} if "answers" in path else {}
        return person.get(path, params=query)
    if "multipart" in (sent := body_of(person, role, route, ids)):
        return person.post(path, **sent["multipart"]) if "/api/" in path else person.send(path, **sent["multipart"])
    if path.startswith("/api/"):
        return person.post(path, sent, {"Idempotency-Key": "key-of-the-matrix"})
    return person.send(path, sent)


def body_of(person: Person, role: str, route: str, ids: dict[str, str]) -> dict[str, Any]:
    """What is sent with it; files as `multipart`."""
    hall = {"requester": {"name": "赵六", "phone": "13800000009"}} if PEOPLE.get(role, "demo").partition("-")[0] != "demo" else {}
    name = route.removeprefix("POST ").removeprefix("/api/v1")
    if name == "/applications" and role != "anonymous":
        return restaurant(person)
    if name in ("/documents", "/drafts/{draft_id}/materials/{key}", "/cases/{number}/materials/{key}",
                "/staff/cases/{number}/materials/{key}", "/cases/{number}/correction", "/verify",
                "/staff/window/{number}/supplement/{key}") and (
                    "/api/" not in route or name in ("/documents", "/verify")):
        return {"multipart": {"files": {"material-plan" if "correction" in name else "file": ("图.pdf", PDF)}}}
    clock = {"number": ids.get("number", ""), "item": "food-license", "clock": "promised"}
    flat = {f"requester.{part}": value for part, value in hall.get("requester", {}).items()}
    return {
        "/login": {"subject": PEOPLE["citizen"]}, "/guidance": asking() | hall,
        "/bundles/{slug}/ask": {"district": "410105", "item": ["food-license"], "question": "能不能办？", "signs": "no"} | flat,
        "/applications/{number}/delivery": DETAILS, "/cases/{number}/delivery": DETAILS,
        "/applications/{number}/correction": {"materials": {}}, "/applications/{number}/supplement": {"materials": {}},
        "/applications/{number}/withdrawal": {}, "/supervision/reminders": clock, "/staff/supervision": clock,
        "/apply/{slug}": {"licence": "sent"}, "/drafts/{draft_id}/{step}": {"item": ["food-license"], "district": "410105"},
        "/drafts/{draft_id}/materials/{key}/promise": {"kind": ""},
        "/staff/cases/{number}/materials/{key}/print": {"reason": "部门须留存纸质材料"},
        "/staff/cases/{number}/disputes/{field}": {"answer": "已核实"},
        "/staff/cases/{number}/questions/{question}": {"answer": "三天"},
        "/guidance/pre-check/{draft_id}": {"question": "请看看"},
    }.get(name, {})


@pytest.fixture
def town(app: Any, tools: Any, take_in: Any) -> Town:
    return Town(app, tools, take_in)


@pytest.mark.parametrize("route", MATRIX)
def test_s10_p11_everybody_gets_what_the_table_says(route: str, town: Town) -> None:
    """The owner comes last: what the others were refused is still there. A foreign id reads like one that never was."""
    own = re.search(r"\{(number|draft_id|document_id|consent_id)\}", route)
    owned = own or "reminders" in route or route == "POST /staff/supervision"
    ids = town.belongings(route) if owned else {}
    if route in DRAWN:
        town.app, ids = create_app(replace(town.tools, catalogue=cached_catalogue(HOME))), {"slug": "open-restaurant"}
    got = {}
    for role in sorted(ROLES, key=lambda role: role == "owner"):
        person = town.person(role)
        if owned and role != "anonymous":
            strange = ask(person, role, route, {**ids, **STRANGE})
            clerks = ("window", "elsewhere") if "/new" in route else ("window", "elsewhere", "delivery")
            outside = "/staff/window" in route and role not in clerks
            assert strange.status_code == (403 if outside else 404), (role, "an id that never was")
        answer = ask(person, role, route, ids)
        got[role] = answer.status_code
        if got[role] < 400 and route.startswith("POST") and owned and role != "owner":
            ids = town.belongings(route)
        if owned and got[role] == 404 and MATRIX[route][ROLES.index("owner")] != 404 and role != "owner":
            assert without(answer.text, ids) == without(strange.text, STRANGE), role
    assert got == dict(zip(ROLES, MATRIX[route], strict=True))


def without(text: str, ids: dict[str, str]) -> str:
    """The answer without the id itself, which it may repeat, and without the token of the login."""
    text = re.sub(r'name="(csrf|key)" value="[^"]*"|data-csrf="[^"]*"', "", text)
    for value in filter(None, ids.values()):
        text = text.replace(value, "ID")
    return text


@pytest.mark.parametrize("route", UNSAFE)
def test_s20_nothing_is_changed_without_the_token_of_the_login(route: str, town: Town) -> None:
    ids = town.belongings(route) if "{" in route else {}
    for role in ("owner", "window"):
        person = town.person(role)
        person.csrf = "wrong"
        answer = ask(person, "anonymous", route, ids)
        assert answer.status_code == 403, role
        if "/api/" in route:
            assert answer.json()["code"] == "csrf"
        headers = {"sec-fetch-site": "cross-site"}
        assert person.client.post(answer.request.url.path, headers=headers).status_code == 403


def test_s10_nobody_writes_what_is_not_theirs_to_write(app: Any, company: Any) -> None:
    """Mass assignment: every JSON body is closed, at every depth, and says so when asked."""
    document = app.openapi()
    schemas, open_ones = document["components"]["schemas"], []

    def look(schema: dict[str, Any], seen: tuple[str, ...]) -> None:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return None if name in seen else look(schemas[name], (*seen, name))
        if "properties" in schema and schema.get("additionalProperties") is not False:
            open_ones.append(seen)
        inside = [schema["items"]] if "items" in schema else []
        for inner in [*schema.get("properties", {}).values(), *inside, *schema.get("anyOf", [])]:
            look(inner, seen)
        return None

    bodies = [
        content["schema"] for methods in document["paths"].values() for one in methods.values()
        for kind, content in one.get("requestBody", {}).get("content", {}).items() if kind == "application/json"
    ]
    assert len(bodies) >= 8
    for body in bodies:
        look(body, ())
    assert open_ones == []
    for extra in ("state", "fee", "department", "certificate_no", "account_id", "number"):
        answer = company.apply(key=f"key-of-{extra}", **{extra: "granted"})
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "extra-forbidden", extra)
    own = {"name": "郑州示例餐饮有限公司", "id_no": "91410100MA0000000T", "phone": "13800000004"}
    inside = company.apply(applicant=own | {"role": "window"})
    assert (inside.status_code, inside.json()["field"]) == (422, "applicant.role")


def test_s10_a_foreign_file_is_not_handed_in(company: Any, person: Any) -> None:
    foreign = person(PEOPLE["agent"]).upload()
    bodies = [
        company.apply(key=f"key-{count}-file", materials=restaurant(company)["materials"] | {"plan": document}).json()
        for count, document in enumerate((foreign, STRANGE["document_id"]))
    ]
    assert bodies[0] == bodies[1]
    assert bodies[0]["status"] == 404


def test_s10_a_part_of_another_case_is_not_reached_through_ones_own(town: Town) -> None:
    """The number is one's own, the question or the material is not of it."""
    mine, other = town.case(), town.case()
    foreign = town.beside("/questions/{question}", other)["question"]
    clerk, company = town.person("window"), town.owner
    for question in (foreign, SAME["question"]):
        assert clerk.send(f"/staff/cases/{mine}/questions/{question}", {"answer": "三天"}).status_code == 404
    assert clerk.send(f"/staff/cases/{other}/questions/{foreign}", {"answer": "三天"}).status_code == 303
    file = {"files": {"file": ("图.pdf", PDF)}}
    assert company.send(f"/cases/{mine}/materials/no-such-material", **file).status_code in (404, 409, 422)
    assert clerk.send(f"/staff/cases/{mine}/materials/no-such-material/print", {"reason": "留档"}).status_code == 409


class Loads(HTMLParser):
    """What a page runs or loads, and where its forms go."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.in_script = tag == "script"
        self.faults += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in found) or tag in ("iframe", "object", "embed", "base"):
            self.faults.append(tag)
        loaded = ("src", "srcset", "action", "formaction", "data", "poster", "background")
        for name in (*loaded, "href") if tag in ("link", "use", "image") else loaded:
            if name in found and not re.match(r"^(/(?!/)|#|$)", found[name]):
                self.faults.append(f"{tag} {name}={found[name]}")
        if re.match(r"\s*(javascript|data|vbscript):", found.get("href", ""), re.IGNORECASE):
            self.faults.append(f"{tag} href={found['href']}")

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.faults.append("script with text")
        self.in_script = False


PAGES = [route for route in MATRIX if route.startswith("GET /") and "/api/" not in route and 200 in MATRIX[route]
         and not route.endswith((".pdf", ".svg", ".zip", "z", "{document_id}", "{page}", "archive", "/staff/tasks"))]


@pytest.mark.parametrize("route", PAGES)
def test_no_page_runs_or_loads_anything_but_our_own_files(route: str, town: Town) -> None:
    role = ROLES[MATRIX[route].index(200)]
    answer = ask(town.person(role), role, route, town.belongings(route) if "{" in route else {})
    assert answer.headers["content-type"].startswith("text/html")
    assert Loads(answer.text).faults == []
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:|\*|data:", policy)


def test_every_step_of_a_draft_and_every_error_page_is_as_clean(town: Town) -> None:
    draft = town.draft()
    for step in ("questions", "items", "details"):
        answer = town.owner.get(f"/drafts/{draft}/{step}")
        assert answer.status_code == 200
        assert Loads(answer.text).faults == []
    for answer in (town.owner.get("/nothing"), town.person("anonymous").get("/cases"), town.owner.send(f"/drafts/{draft}/items")):
        assert answer.status_code >= 400
        assert Loads(answer.text).faults == []
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_reader_of_pages_finds_what_it_looks_for() -> None:
    """The test of the test: each of these is a fault."""
    for page in ("<p style='a'>", "<a onclick=x>", "<script>alert(1)</script>", "<style>", "<img src='https://a.example/b'>",
                 "<form action='//a.example'>", "<a href='javascript:1'>", "<link href='https://a.example'>", "<iframe>"):
        assert Loads(page).faults, page
    assert Loads("<script src='/a.js'></script><a href='https://b.example'>x</a><img src='/b.png'>").faults == []
