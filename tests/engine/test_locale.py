"""The Chinese Tasklist and start page: every string of both engines' own English files has its translation."""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from onething.engine import runtime

HOME = Path(__file__).resolve().parents[2]
LOCALES = HOME / "docker" / "engine" / "src" / "main" / "locales"
APPS = ("tasklist", "welcome")
PLACEHOLDER = re.compile(r"\{\{[^}]*\}\}|\{[^{}]*\}|%[sd]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Operators, and date patterns that consist of digits and dashes in Chinese too.
WITHOUT_CHINESE = re.compile(r"labels\.SEARCH_(LESS|GREATER)_THAN(_EQUALS)?|dateLocales\.(calendar\.sameElse|week\.\w+)"
                             r"|dateLocales\.longDateFormat\.(L|LT)")

Tree = Mapping[str, Any] | Sequence[Any] | str | int


def leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value with its dotted path; list items are numbered."""
    if isinstance(tree, str | int):
        yield path, str(tree)
        return
    for key, value in tree.items() if isinstance(tree, Mapping) else enumerate(tree):
        yield from leaves(value, f"{path}.{key}" if path else str(key))


def translation(app: str) -> dict[str, str]:
    return dict(leaves(json.loads((LOCALES / app / "locales" / "zh-CN.json").read_text(encoding="utf-8"))))


@pytest.fixture(scope="module", params=runtime.FLAVOURS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    return request.param, runtime.build(request.param, HOME, tmp_path_factory.mktemp("locale") / "build.log")


def english(flavour: str, jar: Path, app: str) -> dict[str, str]:
    """The webapp's own English file, out of the webapp jar beside the engine jar; it begins with a byte order mark."""
    with zipfile.ZipFile(webapp_of(jar)) as webapp:
        text = webapp.read(f"META-INF/resources/webjars/{flavour}/app/{app}/locales/en.json").decode("utf-8-sig")
    return dict(leaves(json.loads(text)))


def webapp_of(jar: Path) -> Path:
    (found,) = jar.parent.glob("lib/*webapp-webjar-*.jar")
    return found


@pytest.mark.parametrize("app", APPS)
def test_every_english_string_is_translated_with_its_placeholders(built: tuple[str, Path], app: str) -> None:
    chinese, original = translation(app), english(*built, app)
    assert sorted(original.keys() - chinese.keys()) == []
    wrong = [key for key in original
             if sorted(PLACEHOLDER.findall(original[key])) != sorted(PLACEHOLDER.findall(chinese[key]))]
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_every_translation_is_chinese(app: str) -> None:
    english_left = [key for key, text in translation(app).items()
                    if not CHINESE.search(text) and not WITHOUT_CHINESE.fullmatch(key)]
    assert english_left == []
    assert [key for key, text in translation(app).items() if not text.strip()] == []


@pytest.mark.parametrize("app", APPS)
def test_the_engine_carries_the_translation_and_makes_it_the_default(built: tuple[str, Path], app: str) -> None:
    flavour, jar = built
    with zipfile.ZipFile(jar) as archive:
        folder = f"META-INF/resources/webjars/{flavour}/app/{app}"
        assert archive.read(f"{folder}/locales/zh-CN.json") == (LOCALES / app / "locales" / "zh-CN.json").read_bytes()
        config = archive.read(f"{folder}/scripts/config.js").decode("utf-8")
        assert "fallbackLocale: 'zh-CN'" in config
        for script in re.findall(r"'(scripts/[^']+)'", config):
            assert f"{folder}/{script}.js" in archive.namelist()


def test_every_shortcut_of_the_tasklist_is_kept(built: tuple[str, Path]) -> None:
    flavour, jar = built
    shortcut = re.compile(r"(\w+): \{\s*key: '([^']+)'")
    with zipfile.ZipFile(jar) as outer:
        ours = outer.read(f"META-INF/resources/webjars/{flavour}/app/tasklist/scripts/config.js").decode("utf-8")
    with zipfile.ZipFile(webapp_of(jar)) as webapp:
        path = f"META-INF/resources/webjars/{flavour}/app/tasklist/scripts/config.js"
        assert shortcut.findall(ours) == shortcut.findall(webapp.read(path).decode("utf-8"))
