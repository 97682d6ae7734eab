"""The package of a case: deterministic, checked by its manifest, one item at a time (R109, R110)."""

import io
import zipfile
from pathlib import Path

import pytest

from onething import archive
from onething.archive import Entry, as_json
from onething.errors import InvalidInput, NotFound

ABOUT = {"number": "N1", "items": ["a", "b"]}


class Large:
    """A file of the store."""

    def __init__(self, content: bytes) -> None:
        self.content, self.size = content, len(content)

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.content)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    large = Large(b"%PDF" * (archive.CHUNK // 2))
    entries = [
        Entry("case/application.json", as_json({"name": "张三"})), Entry("case/guide.json", as_json({})),
        Entry("case/materials/plan-v1.pdf", large), Entry("case/materials/other-v1.pdf", b"other"),
        Entry("items/a/item.json", as_json({"materials": ["case/materials/plan-v1.pdf"]})),
        Entry("items/a/papers/licence-1.pdf", b"licence of a"),
        Entry("items/b/item.json", as_json({"materials": []})), Entry("items/b/papers/licence-1.pdf", b"licence of b"),
    ]
    archive.write(tmp_path / "one.zip", entries, ABOUT)
    archive.write(tmp_path / "two.zip", reversed(entries), ABOUT)
    return tmp_path / "one.zip"


def test_r109_the_same_case_gives_the_same_bytes_and_opens_anywhere(package: Path) -> None:
    assert package.read_bytes() == package.with_name("two.zip").read_bytes()
    assert archive.faults(package) == []
    with zipfile.ZipFile(package) as opened:
        assert opened.testzip() is None
        assert set(archive.manifest(package)["files"]) == set(opened.namelist()) - {archive.MANIFEST}


def rewritten(package: Path, change: dict[str, bytes | None]) -> Path:
    """The package with files replaced, added, or left out (None)."""
    target = package.with_name("changed.zip")
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(target, "w") as out:
        kept = {name: source.read(name) for name in source.namelist()} | change
        for name, content in kept.items():
            if content is not None:
                out.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items/a/papers/licence-1.pdf": b"licence of x"}, "items/a/papers/licence-1.pdf：内容已被改动"),
        ({"case/materials/other-v1.pdf": None}, "case/materials/other-v1.pdf：缺失"),
        ({"case/extra.txt": b"new"}, "case/extra.txt：不在目录中"),
    ],
)
def test_r109_whatever_was_changed_is_named(package: Path, change: dict[str, bytes | None], said: str) -> None:
    assert archive.faults(rewritten(package, change)) == [said]


def test_r109_a_flipped_byte_is_found(package: Path) -> None:
    content = bytearray(package.read_bytes())
    content[content.index(b"licence of a") + 3] ^= 1
    package.write_bytes(content)
    assert archive.faults(package) == ["items/a/papers/licence-1.pdf：内容已被改动"]


def test_r110_one_item_is_taken_out_with_its_own_materials_only(package: Path) -> None:
    target = package.with_name("a.zip")
    archive.extract(package, "a", target)
    assert archive.faults(target) == []
    assert set(archive.manifest(target)["files"]) == {
        "case/application.json", "case/guide.json", "case/materials/plan-v1.pdf", "items/a/item.json",
        "items/a/papers/licence-1.pdf",
    }
    assert archive.manifest(target)["about"]["items"] == ["a"]
    with pytest.raises(NotFound, match="没有事项"):
        archive.extract(package, "c", target)


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK nonsense")
    with pytest.raises(InvalidInput, match="不是归档包"):
        archive.faults(tmp_path / "x.zip")
