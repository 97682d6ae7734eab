"""The libraries in the engine's jar are those of `docker/engine/jars-*.sha256`, byte by byte (S24).

Maven pins versions only; what a mirror hands out under a version is checked here, before anything of it runs.
`python -m onething.engine.jars` writes the lists anew after a change of versions.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

LIBRARIES = "BOOT-INF/lib/"
SHOWN = 3


def list_of(module: Path, flavour: str) -> Path:
    """In the format of `sha256sum`."""
    return module / f"jars-{flavour}.sha256"


def strange(jar: Path, listed: Path) -> list[str]:
    """What is not as it was listed, in words; empty when all is well."""
    wanted = dict(reversed(line.split("  ")) for line in listed.read_text(encoding="ascii").splitlines())
    found = _hashes(jar)
    troubles = dict.fromkeys(wanted.keys() - found.keys(), "缺少") | {
        name: "内容不同" if name in wanted else "多出" for name, digest in found.items() if wanted.get(name) != digest
    }
    words = [f"{name}（{trouble}）" for name, trouble in sorted(troubles.items())]
    return words[:SHOWN] + ([f"共 {len(words)} 个"] if len(words) > SHOWN else [])


def write(jar: Path, listed: Path) -> None:
    listed.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(_hashes(jar).items())), encoding="ascii")


def _hashes(jar: Path) -> dict[str, str]:
    with zipfile.ZipFile(jar) as archive:
        return dict(_each(archive))


def _each(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for entry in archive.namelist():
        if entry.startswith(LIBRARIES) and entry.endswith(".jar"):
            with archive.open(entry) as library:
                yield entry.removeprefix(LIBRARIES), hashlib.file_digest(library, "sha256").hexdigest()


def renew(home: Path) -> None:
    """Builds every flavour and takes what comes as right: for who changes versions, and looks at the difference."""
    from onething.engine.runtime import FLAVOURS, package

    for flavour in FLAVOURS:
        with tempfile.TemporaryDirectory() as folder:
            module = home / "docker" / "engine"
            write(package(flavour, module, Path(folder), Path(folder) / "build.log"), list_of(module, flavour))


if __name__ == "__main__":
    renew(Path(__file__).resolve().parents[2])
