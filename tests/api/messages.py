"""What there is to translate: the texts that templates mark, and the sentences of our rules that reach a person's page."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from api.pages import CHINESE_ONLY
from onething import vocabulary

HOME = Path(__file__).resolve().parents[2]
TEMPLATES = HOME / "api" / "pages" / "templates"
OWN_FILE = "own_data_export.html"
"""Leaves the site: it is written in Chinese, as what it holds."""
SPOKEN = (
    "api/access.py", "api/applicant.py", "api/case_questions.py", "api/case_view.py", "api/correction.py",
    "api/consent_view.py", "api/routes/consents.py",
    "api/delivery_choice.py", "api/drafts.py", "api/estimating.py", "api/headline.py", "api/holding.py", "api/own_data.py",
    "api/problems.py", "api/procedure_view.py", "api/promise.py", "api/rating.py", "api/routes/apply.py",
    "api/routes/apply_files.py", "api/routes/cases.py", "api/routes/me.py", "api/routes/ratings.py", "api/routes/verify.py",
    "api/shield.py", "api/submission.py", "api/uploads.py", "api/verification.py", "api/withdrawal.py",
    "onething/access_words.py", "onething/consents.py", "onething/eligibility.py",
    "onething/promises.py", "onething/ratings.py",
)
"""Modules whose every sentence may stand on a page of an applicant. What others say may be translated as well."""
LABELS = (
    "Audience", "Level", "ItemKind", "DeliveryWay", "DeliveryMode", "DeliveryState", "CaseState", "ItemState", "Clock",
    "GuidanceKind", "GuidanceState", "PaperKind", "StepKind", "JointKind", "JointState", "PromiseKind", "Grade",
    "CertificateState", "FileSafety", "Role", "ConsentWay",
)
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
WORDS = re.compile("[\u4e00-\u9fff]")


def templates() -> list[Path]:
    return [p for p in sorted(TEMPLATES.glob("*.html")) if not p.name.startswith((*CHINESE_ONLY, OWN_FILE))]


def marked() -> dict[str, str]:
    """Message -> template."""
    found = {}
    for path in templates():
        tree = Environment().parse(path.read_text(encoding="utf-8"))
        for _, _, message in extract_from_ast(tree, ("_",)):
            found.setdefault(message if isinstance(message, str) else message[0], path.name)
    return found


def unmarked() -> Iterator[str]:
    """Chinese that no `_` stands around: texts between tags, and words in expressions that are not compared with something."""
    for path in templates():
        source, before = path.read_text(encoding="utf-8"), ["", "", ""]
        for line, kind, text in Environment().lex(source):
            if kind == "data" and CHINESE.search(text):
                yield f"{path.name}:{line}: {text.strip()}"
            if kind == "string" and CHINESE.search(text) and "".join(before[-2:]) not in ("_(",) and not _compared(before):
                yield f"{path.name}:{line}: {text}"
            if kind != "whitespace":
                before.append(text)


def _compared(before: list[str]) -> bool:
    return before[-1] in ("==", "!=") or before[-2:] == ["endswith", "("]


def spoken() -> dict[str, str]:
    """Sentence -> module, for all that has to have English."""
    found = {label: "onething/vocabulary.py" for name in LABELS for label in _labels(name)}
    for name in SPOKEN:
        for message in sentences(HOME / name):
            found.setdefault(message, name)
    return found


def _labels(name: str) -> list[str]:
    return [member.label for member in getattr(vocabulary, name)]


def sentences(path: Path) -> Iterator[str]:
    """Chinese strings of a module but for its docstrings; in f-strings, `{0}`, `{1}` … stand for what is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _strings(tree)


def _strings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr):
        places = [part for part in node.values if isinstance(part, ast.FormattedValue)]
        text = "".join(part.value if isinstance(part, ast.Constant) else f"{{{places.index(part)}}}" for part in node.values)
        if WORDS.search(text):
            yield text
        for place in places:
            yield from _strings(place.value)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from _strings(child)
