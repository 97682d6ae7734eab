"""Sealed values and files: they open where they were sealed, by their key, whole, and nowhere else (S13, S23)."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.store import sealed_files
from onething.store.keyring import MasterFile, Ring
from onething.store.sealed_files import CHUNK, TAG, StoredFile
from onething.store.sealing import ALGORITHM, Key, KeyMissing, SealBroken, seal, unseal

KEY = Key("0123abcd", ALGORITHM, bytes(range(32)))
PLACES = st.tuples(st.text(min_size=1), st.one_of(st.text(), st.integers()), st.text(min_size=1))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def key_of(_name: str) -> Key:
    return KEY


@settings(max_examples=200, deadline=None)
@given(PLACES, TEXT)
def test_s13_what_was_sealed_opens_at_its_place(place: tuple, plain: str) -> None:
    first, second = seal(KEY, place, plain), seal(KEY, place, plain)
    assert first != second, "equal values do not look equal"
    assert unseal(key_of, place, first) == unseal(key_of, place, second) == plain


@settings(max_examples=200, deadline=None)
@given(PLACES, PLACES, st.text(min_size=1))
def test_s13_it_opens_nowhere_else(place: tuple, other: tuple, plain: str) -> None:
    stored = seal(KEY, place, plain)
    if other != place:
        with pytest.raises(SealBroken, match="搬来"):
            unseal(key_of, other, stored)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_s13_no_changed_letter_goes_unseen(data: st.DataObject) -> None:
    stored = seal(KEY, ("account", "1", "name"), "张三")
    at = data.draw(st.integers(len(KEY.mark), len(stored) - 1))
    letter = data.draw(st.sampled_from("ABCDabcd0123=+/ "))
    if letter != stored[at]:
        with pytest.raises(SealBroken):
            unseal(key_of, ("account", "1", "name"), stored[:at] + letter + stored[at + 1:])
    with pytest.raises(SealBroken):
        unseal(key_of, ("account", "1", "name"), stored[:at])


def test_s23_a_value_says_its_algorithm_and_opens_by_no_other() -> None:
    stored = seal(KEY, ("t", "1", "c"), "张三")
    assert stored.startswith("sealed:0123abcd:A256GCM:")
    with pytest.raises(SealBroken, match="算法"):
        unseal(key_of, ("t", "1", "c"), stored.replace("A256GCM", "SM4GCM"))
    with pytest.raises(KeyMissing, match="SM4GCM"):
        seal(Key("0123abcd", "SM4GCM", bytes(16)), ("t", "1", "c"), "张三")


# files

READS = st.lists(st.tuples(st.integers(0, 3 * CHUNK), st.integers(0, 5000)), max_size=6)
SIZES = st.one_of(st.integers(0, 300), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]))


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    ring = Ring.beside(tmp_path_factory.mktemp("ring"))
    ring.create(plain=False)
    return ring


def kept(ring: Ring, folder: Path, content: bytes, name: str = "a" * 64, piece: int = CHUNK) -> StoredFile:
    stream = io.BytesIO(content)
    with (folder / name).open("wb") as file:
        sealed_files.write(file, ring.active, name, iter(lambda: stream.read(piece), b""))
    return StoredFile(folder / name, ring, len(content))


@settings(max_examples=60, deadline=None)
@given(size=SIZES, piece=st.sampled_from([1000, CHUNK, 3 * CHUNK]), reads=READS)
def test_s13_a_file_opens_whole_and_from_any_place(
    ring: Ring, tmp_path_factory: pytest.TempPathFactory, size: int, piece: int, reads: list[tuple[int, int]]
) -> None:
    content = (bytes(range(251)) * (size // 251 + 1))[:size]
    file = kept(ring, tmp_path_factory.mktemp("f"), content, piece=piece)
    assert file.read() == content == b"".join(file.chunks())
    assert content[:30] not in file.path.read_bytes() or size < 8
    plain = io.BytesIO(content)
    with file.open() as opened:
        assert opened.seek(0, io.SEEK_END) == size
        for place, length in reads:
            opened.seek(place)
            plain.seek(place)
            assert opened.read(length) == plain.read(length)


@pytest.mark.parametrize("size", [0, 5, CHUNK, 3 * CHUNK])
def test_s13_a_file_that_was_cut_renamed_or_mixed_does_not_open(ring: Ring, tmp_path: Path, size: int) -> None:
    file = kept(ring, tmp_path, bytes(size))
    whole = file.path.read_bytes()
    header = whole.index(b"\n") + 1
    chunk = CHUNK + TAG
    harmed = {"cut": whole[:-1], "header only": whole[:header], "longer": whole + b"x", "half a header": whole[:header - 5],
              "a bit": whole[:header] + bytes([whole[header] ^ 1]) + whole[header + 1:]}
    if size > CHUNK:
        first, second = whole[header:header + chunk], whole[header + chunk:header + 2 * chunk]
        mixed = whole[:header] + second + first + whole[header + 2 * chunk:]
        harmed |= {"the last chunk gone": whole[:-chunk], "out of order": mixed}
    for what, content in harmed.items():
        file.path.write_bytes(content)
        with pytest.raises((SealBroken, KeyMissing)):
            assert file.read() is None, what
    other = tmp_path / ("b" * 64)
    other.write_bytes(whole)
    with pytest.raises(SealBroken, match="另一个文件"):
        StoredFile(other, ring, size).read()
    other.write_bytes(b"%PDF-1.7 never sealed")
    with pytest.raises(SealBroken, match="没有加密"):
        StoredFile(other, ring, size).read()


# the ring

def test_s13_ring_and_master_key_are_the_owners_and_useless_apart(ring: Ring, tmp_path: Path) -> None:
    master = ring.path.with_name("master.key")
    assert {path.stat().st_mode & 0o777 for path in (ring.path, master)} == {0o600}
    assert ring.path.parent.stat().st_mode & 0o077 == 0
    assert ring.active.secret.hex() not in ring.path.read_text()
    another = MasterFile(tmp_path / "another.key")
    another.wrap(b"", "")
    with pytest.raises(KeyMissing, match="不配套"):
        Ring(ring.path, another).active  # noqa: B018
    with pytest.raises(KeyMissing, match="主密钥"):
        Ring(ring.path, MasterFile(tmp_path / "lost.key")).active  # noqa: B018
    with pytest.raises(KeyMissing, match="备份"):
        Ring(tmp_path / "lost.json", another).active  # noqa: B018
    (tmp_path / "torn.json").write_bytes(ring.path.read_bytes()[:100])
    with pytest.raises(KeyMissing, match="损坏"):
        Ring(tmp_path / "torn.json", ring.master).active  # noqa: B018


def test_a_ring_that_is_there_is_never_made_anew(tmp_path: Path) -> None:
    first, second = Ring.beside(tmp_path), Ring.beside(tmp_path)
    first.create(plain=False)
    second.create(plain=True)
    assert second.active.name == first.active.name
    assert not second.plain
