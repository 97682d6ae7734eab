"""A PDF is read as a whole and kept as it came, so that signatures in it stay whole (S14).

Refused is what a reader might carry out or unpack, what only recovery can read, and what grows beyond measure when it is
unpacked. A link that somebody has to click is no harm.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from onething.errors import InvalidInput
from onething.uploads.kinds import MIB, refused

MAX_PAGES = 500
MAX_DEPTH = 40
MAX_OBJECTS = 150_000
MAX_STREAM, MAX_UNPACKED = 160 * MIB, 512 * MIB
MAX_PICTURE = 200_000_000  # an A0 plan at 300 dpi in black and white has 140 million pixels
STEP = MIB
ZIP_END, ZIP_REACH = b"PK\x05\x06", 66_000  # a ZIP is read from its end: a PDF that is one too
AFTER_END = re.compile(rb"[\s\0]*")

ACTIVE_KEYS = frozenset({
    "/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/RichMediaSettings", "/Collection", "/AF",
})
ACTIVE_KINDS = frozenset({
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/RichMedia", "/FileAttachment", "/Screen", "/EmbeddedFile", "/3D",
})
HARMLESS_ON_OPEN = frozenset({"/GoTo", "/Named"})
PACKED = frozenset({"/FlateDecode", "/Fl"})
OTHER_PACKED = frozenset({"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"})
PRINT_IT = "打印为普通 PDF 后重新上传"


def check(content: bytes, name: str) -> None:
    """Raises `InvalidInput` with the cure."""
    end = content.rfind(b"%%EOF")
    if end < 0 or not AFTER_END.fullmatch(content, end + 5) or ZIP_END in content[-ZIP_REACH:]:
        raise _damaged(name) if end < 0 else refused(name, f"末尾带有别的内容；请{PRINT_IT}", "file-mismatch", 415)
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            _check(pdf, name)
    except pikepdf.PasswordError as error:
        raise _locked(name) from error
    except (InvalidInput, MemoryError):
        raise
    except Exception as error:  # a damaged file can fail in any way
        raise _damaged(name) from error


def _check(pdf: pikepdf.Pdf, name: str) -> None:
    if pdf.is_encrypted:
        raise _locked(name)
    if len(pdf.objects) > MAX_OBJECTS:
        raise _too_much(name)
    _check_pages(pdf.Root, name)
    budget = MAX_UNPACKED
    for part in pdf.objects:
        _check_active(part, name)
        if isinstance(part, pikepdf.Stream):
            budget -= _unpacked(part, name)
            if budget < 0:
                raise _too_much(name)


def _check_pages(root: Any, name: str) -> None:
    """Walk the tree without trusting its counts, its depth or that it is a tree."""
    waiting, seen, pages = [(root.Pages, 0)], set(), 0
    while waiting:
        node, depth = waiting.pop()
        if node.objgen in seen or depth > MAX_DEPTH:
            raise _damaged(name)
        if node.objgen != (0, 0):
            seen.add(node.objgen)
        if "/Kids" not in node:
            pages += 1
        elif len(node.Kids) + len(waiting) + pages > 2 * MAX_PAGES:
            pages = MAX_PAGES + 1
        else:
            waiting += [(kid, depth + 1) for kid in node.Kids]
        if pages > MAX_PAGES:
            raise refused(name, f"超过 {MAX_PAGES} 页；请拆成几份，或只上传需要的几页", "too-many-pages")
    if not pages:
        raise _damaged(name)


def _check_active(part: Any, name: str) -> None:
    for holder in _dictionaries(part):
        keys = set(holder.keys())
        if keys & ACTIVE_KEYS or _named(holder, "/S") in ACTIVE_KINDS or _named(holder, "/Subtype") in ACTIVE_KINDS:
            raise _active(name)
        for key in keys & {"/OpenAction", "/AA"}:
            if not _harmless(holder[key], key == "/AA"):
                raise _active(name)


def _harmless(action: Any, many: bool) -> bool:
    """What happens by itself, at opening or turning a page, may only lead to a place in the same file."""
    if not isinstance(action, pikepdf.Dictionary):
        return isinstance(action, pikepdf.Array) and not many
    found = [action[key] for key in action.keys()] if many else [action]  # noqa: SIM118
    return all(
        isinstance(one, pikepdf.Dictionary) and _named(one, "/S") in HARMLESS_ON_OPEN and "/Next" not in one for one in found
    )


def _dictionaries(part: Any) -> Iterator[Any]:
    """This object and every dictionary written out inside it; what it only refers to has a turn of its own."""
    waiting, count = [part], 0
    while waiting:
        one = waiting.pop()
        count += 1
        if count > MAX_OBJECTS:
            raise ValueError("too large an object")
        if isinstance(one, pikepdf.Stream):
            yield one.stream_dict
            inner = [one.stream_dict[key] for key in one.stream_dict.keys()]  # noqa: SIM118
        elif isinstance(one, pikepdf.Dictionary):
            yield one
            inner = [one[key] for key in one.keys()]  # noqa: SIM118
        elif isinstance(one, pikepdf.Array):
            inner = list(one)
        else:
            continue
        waiting += [
            child for child in inner
            if isinstance(child, pikepdf.Object) and not child.is_indirect
            and isinstance(child, pikepdf.Dictionary | pikepdf.Array)
        ]


def _named(holder: Any, key: str) -> str:
    value = holder.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _unpacked(stream: Any, name: str) -> int:
    """How large the content is when a reader unpacks it; counted in steps, never held."""
    facts = stream.stream_dict
    size = [facts.get(key) for key in ("/Width", "/Height")]
    if all(isinstance(side, int) for side in size) and size[0] * size[1] > MAX_PICTURE:
        raise refused(name, "含有过大的图片；请降低扫描分辨率后重新上传", "too-many-pixels")
    filters = facts.get("/Filter")
    chain = [str(one) for one in (filters if isinstance(filters, pikepdf.Array) else [filters] if filters else [])]
    if any(one in OTHER_PACKED for one in chain):  # rare and old: unpacked as a whole, within this process's limit
        return len(stream.read_bytes())
    flate = 0
    for one in chain:
        if one not in PACKED:
            break
        flate += 1
    if flate > 2:
        raise _too_much(name)
    total = 0
    for piece in _inflated(iter([stream.read_raw_bytes()]), flate):
        total += len(piece)
        if total > MAX_STREAM:
            raise _too_much(name)
    return total


def _inflated(pieces: Iterator[bytes], times: int) -> Iterator[bytes]:
    if not times:
        return pieces
    return _inflated(_once(pieces), times - 1)


def _once(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A tail that is cut off is left to the reader: scanners write such files."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        while piece:
            try:
                yield unpacker.decompress(piece, STEP)
            except zlib.error:
                return
            if unpacker.eof:
                return
            piece = unpacker.unconsumed_tail


def _damaged(name: str) -> InvalidInput:
    return refused(name, f"不完整或已损坏；请重新扫描或导出，或者{PRINT_IT}", "damaged-file")


def _locked(name: str) -> InvalidInput:
    return refused(name, f"设有密码或限制；请去掉密码，或者{PRINT_IT}", "encrypted-pdf")


def _active(name: str) -> InvalidInput:
    return refused(name, f"含有脚本、附件或自动动作；请{PRINT_IT}", "active-pdf")


def _too_much(name: str) -> InvalidInput:
    return refused(name, f"展开后的内容过多；请{PRINT_IT}", "file-too-complex")
