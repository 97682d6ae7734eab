"""归档包: one ZIP per case, the same bytes for the same case, with the SHA-256 of every file in it (R109, R110).

case/...          application, all versions of the materials, notices, clocks, deliveries, custody, audit trail, guide, models
items/<item>/...  what belongs to one item; its `item.json` names the materials it was decided on
manifest.json     about the case, and every file with size and hash
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from onething.errors import InvalidInput, NotFound

FORMAT = 1
MANIFEST = "manifest.json"
SHARED = ("case/application.json", "case/guide.json")
CHUNK = 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)


class Stored(Protocol):
    """Something of the store that is streamed, never held whole."""

    @property
    def size(self) -> int: ...

    def open(self) -> IO[bytes]: ...


@dataclass(frozen=True)
class Entry:
    """A file of the package: small content at hand, or a stored file."""

    name: str
    content: bytes | Stored


Source = Path | IO[bytes]
"""A package: by its path, or open for reading at any place in it."""


def as_json(value: Any) -> bytes:
    """Canonical: sorted keys, Chinese as it is, so that the same facts give the same bytes."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=str) + "\n").encode()


def write(target: Source, entries: Iterable[Entry], about: Mapping[str, Any]) -> None:
    """Write the package. Nothing is compressed: bytes must not depend on the library's version."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as package:
        files = {entry.name: _put(package, entry) for entry in sorted(entries, key=lambda entry: entry.name)}
        _put(package, Entry(MANIFEST, as_json({"about": {"format": FORMAT, **about}, "files": files})))


def manifest(source: Source) -> dict[str, Any]:
    """The package's table of contents. Raises `InvalidInput` for a file that is no package."""
    try:
        with zipfile.ZipFile(source) as package:
            found = json.loads(package.read(MANIFEST))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InvalidInput("这不是归档包，或者文件已损坏；请重新导出", code="not-an-archive") from error
    if not isinstance(found, dict) or found.get("about", {}).get("format") != FORMAT:
        raise InvalidInput("归档包的格式版本不受支持；请升级后再核验", code="archive-format")
    return found


def faults(source: Source) -> list[str]:
    """What is wrong with the package, one sentence each; empty when every file is there and unchanged."""
    known = manifest(source)["files"]
    found = []
    with zipfile.ZipFile(source) as package:
        names = [info.filename for info in package.infolist()]
        found += [f"{name}：出现了不止一次" for name in sorted({n for n in names if names.count(n) > 1})]
        found += [f"{name}：不在目录中" for name in sorted(set(names) - known.keys() - {MANIFEST})]
        for name, facts in sorted(known.items()):
            if name not in names:
                found.append(f"{name}：缺失")
                continue
            try:
                with package.open(name) as file:
                    changed = _facts(_chunks(file)) != facts
            except zipfile.BadZipFile:
                changed = True
            if changed:
                found.append(f"{name}：内容已被改动")
    return found


def extract(source: Source, item: str, target: Source) -> None:
    """A package of one item: what is its own, the materials it was decided on, the application and the guide."""
    about = manifest(source)["about"]
    if item not in about["items"]:
        raise NotFound(f"归档包中没有事项“{item}”；请核对事项", code="unknown-item")
    with zipfile.ZipFile(source) as package:
        wanted = {*SHARED, *json.loads(package.read(f"items/{item}/item.json"))["materials"]}
        names = [n for n in package.namelist() if n in wanted or n.startswith(f"items/{item}/")]
        write(target, (Entry(name, package.read(name)) for name in names), {**about, "items": [item], "part_of": "case"})


def _put(package: zipfile.ZipFile, entry: Entry) -> dict[str, Any]:
    info = zipfile.ZipInfo(entry.name, EPOCH)
    info.external_attr = 0o600 << 16
    info.create_system = 3
    if isinstance(entry.content, bytes):
        package.writestr(info, entry.content)
        return _facts([entry.content])
    info.file_size = entry.content.size
    with entry.content.open() as source, package.open(info, "w") as file:
        return _facts(_copied(source, file))


def _copied(source: IO[bytes], target: IO[bytes]) -> Iterator[bytes]:
    for chunk in _chunks(source):
        target.write(chunk)
        yield chunk


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _facts(chunks: Iterable[bytes]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return {"sha256": digest.hexdigest(), "size": size}
