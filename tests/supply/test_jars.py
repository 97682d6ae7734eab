"""The libraries of the engine's jar against their list (S24)."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from onething.engine import jars, runtime


def packed(jar: Path, libraries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("BOOT-INF/classes/ours.class", b"")
        for name, content in libraries.items():
            archive.writestr(f"{jars.LIBRARIES}{name}", content)
    return jar


@pytest.mark.parametrize(("change", "said"), [
    ({}, []), ({"a.jar": b"other"}, ["a.jar（内容不同）"]), ({"a.jar": None}, ["a.jar（缺少）"]),
    ({"x.jar": b"x"}, ["x.jar（多出）"]),
    ({f"{n}.jar": b"x" for n in range(5)}, ["0.jar（多出）", "1.jar（多出）", "2.jar（多出）", "共 5 个"]),
])
def test_s24_a_library_of_the_engine_that_is_not_as_listed_is_named(
    change: dict[str, bytes | None], said: list[str], tmp_path: Path
) -> None:
    libraries = {"a.jar": b"a", "b.jar": b"b"}
    jars.write(packed(tmp_path / "listed.jar", libraries), tmp_path / "list")
    now = {name: content for name, content in (libraries | change).items() if content is not None}
    assert jars.strange(packed(tmp_path / "made.jar", now), tmp_path / "list") == said


def test_s24_an_engine_with_a_library_that_is_not_as_listed_is_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Maven's part is made up: what it would take minutes to fetch wrongly is here at once."""
    module = tmp_path / "docker" / "engine"
    (module / "src").mkdir(parents=True)
    (module / "pom.xml").write_text("<project/>")
    jars.write(packed(tmp_path / "listed.jar", {"a.jar": b"a"}), jars.list_of(module, "operaton"))
    monkeypatch.setattr(runtime, "package", lambda _, __, folder, ___: packed(folder / "made.jar", {"a.jar": b"another"}))
    with pytest.raises(runtime.EngineStartError, match=r"jars-operaton\.sha256 不符：a\.jar（内容不同）.*make lock"):
        runtime.build("operaton", tmp_path, tmp_path / "build.log")
    assert not list((module / "target").glob("*.jar"))
