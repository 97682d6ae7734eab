"""What a kept file looks like: a browser is shown pictures of its pages, never the file itself (S15)."""

from __future__ import annotations

import io

from onething.errors import InvalidInput, NotFound
from onething.sandbox import Sandbox, Stopped
from onething.uploads.kinds import MEDIA_TYPES

VIEWER = Sandbox("onething.uploads.drawing:draw")


def sizes(media_type: str, content: bytes) -> list[tuple[int, int]]:
    """Width and height in pixels of every page, in their order; raises `InvalidInput`, `NotFound`."""
    return _draw(media_type, content, 0)[0]


def picture(media_type: str, content: bytes, page: int) -> bytes:
    """The JPEG of a page, counted from 1; raises `NotFound` behind the last."""
    found, jpeg = _draw(media_type, content, page)
    if not 1 <= page <= len(found):
        raise NotFound(f"这份文件共 {len(found)} 页，没有第 {page} 页；请从文件的第一页看起", code="unknown-page")
    return jpeg


def _draw(media_type: str, content: bytes, page: int) -> tuple[list[tuple[int, int]], bytes]:
    if media_type not in MEDIA_TYPES.values():
        raise _not_shown()
    try:
        facts, jpeg = VIEWER.run(io.BytesIO(content), media_type=media_type, page=page)
    except Stopped as error:
        raise _not_shown() from error
    return [(width, height) for width, height in facts["sizes"]], jpeg


def _not_shown() -> InvalidInput:
    return InvalidInput("这份文件不能在页面上显示；请下载后查看", field="file", code="not-shown")
