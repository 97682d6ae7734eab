"""Who may import whom, how long a module or function may be, and that nothing of this machine is committed."""

import ast
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for room in ("onething", "workers", "api", "simulation", "bench") for path in (HOME / room).rglob("*.py"))
MODULE_LINES, FUNCTION_LINES = 300, 40
WRITTEN_BY_A_PROGRAM = ("onething/client/records.py",)
HOMES = {
    "sqlalchemy": "onething/store", "alembic": "onething/store", "lxml": "onething/modelling",
    "pycamunda": "onething/engine", "camunda": "onething/engine", "typst": "onething/papers",
    "pyhanko": "onething/papers", "segno": "onething/papers", "fastapi": "api", "jinja2": "api",
    "typer": "onething/cli", "prometheus_client": "workers/metrics.py", "rjieba": "onething/segmenting.py",
    "xlsxwriter": "onething/spreadsheets.py", "openpyxl": "onething/spreadsheets.py",
    "authlib": "api/oidc.py", "joserfc": "api/oidc.py",
    "PIL": "onething/uploads", "pikepdf": "onething/uploads", "pypdfium2": "onething/uploads", "babel": "api/pages/languages.py",
}
SIBLINGS = ("engine", "store", "gateways", "modelling", "papers")
PURE = (
    "cases.py", "eligibility.py", "estimates.py", "guidance.py", "procedures.py", "supervision.py", "vocabulary.py",
    "errors.py", "faults.py", "logs.py", "numbers.py", "ratings.py", "catalogue", "deadlines", "guides", "application_form.py",
    "completeness.py", "access_words.py", "staffing.py",
)


def name(path: Path) -> str:
    return path.relative_to(HOME).as_posix()


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def reaches(found: set[str], package: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for module in found)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_arrows_point_one_way(path: Path) -> None:
    found, place = imports(path), name(path)
    for library, home in HOMES.items():
        at_home = place.startswith((home, "bench/"))  # what measures may look at everything
        assert at_home or not reaches(found, library), f"{library} belongs to {home}"
    if not place.startswith(("workers/", "simulation/", "bench/")):
        assert not reaches(found, "workers"), "only the workers, the simulation and the bench import workers"
    if not place.startswith(("api/", "simulation/", "bench/")):
        assert not reaches(found, "api"), "only the front door, the simulation and the bench import api"
    if not place.startswith(("simulation/", "bench/", "onething/cli/")):
        assert not reaches(found, "simulation"), "nothing of the city knows the simulation; the command line starts it"
    if not place.startswith(("bench/", "onething/cli/")):
        assert not reaches(found, "bench"), "nothing knows the bench; the command line starts it"
    for sibling in SIBLINGS:
        if place.startswith(f"onething/{sibling}/"):
            for other in set(SIBLINGS) - {sibling}:
                allowed = {"onething.engine.contract", "onething.engine.steps"} if other == "engine" else set()
                reached = {m for m in found if m.startswith(f"onething.{other}")}
                extra = {m for m in reached if not any(m.startswith(a) for a in allowed) and m != "onething.engine"}
                assert not extra, f"{sibling} must not know {other}"
    if place.removeprefix("onething/").startswith(PURE):
        for sibling in (*SIBLINGS, "cli", "bootstrap"):
            assert not reaches(found, f"onething.{sibling}"), "the pure middle knows no edge"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MODULE_LINES or name(path) in WRITTEN_BY_A_PROGRAM
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= FUNCTION_LINES or "migrations" in name(path), f"{node.name} has {length} lines"


def test_the_java_stays_tiny() -> None:
    sources = list((HOME / "docker" / "engine").glob("src/main/**/*.java"))
    assert sources
    assert sum(path.read_text(encoding="utf-8").count("\n") for path in sources) <= 300


def test_no_machine_path_or_registry_host_is_committed() -> None:
    listing = subprocess.run(["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=True)
    needles = ("/" + "work/", "/" + "root/", "pythonhosted" + ".org", "registry." + "npmjs", "/" + "maven2/")
    for entry in listing.stdout.splitlines():
        path = HOME / entry
        if path.is_file() and path.suffix not in (".png", ".pdf", ".ico"):
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not [needle for needle in needles if needle in text], entry


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_xml_of_others_is_read_by_one_helper_s16(path: Path) -> None:
    """`onething/modelling/names.py` alone makes trees of text; the standard library's parsers are nobody's."""
    parsers = {"xml.etree", "xml.dom", "xml.sax.expatreader", "xml.parsers"}
    assert not [module for module in imports(path) if module.startswith(tuple(parsers))]
    calls = [
        ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    made = {"etree.fromstring", "etree.parse", "etree.XML", "etree.iterparse", "etree.HTML", "etree.XMLParser", "objectify.parse"}
    assert name(path) == "onething/modelling/names.py" or not made & set(calls)
