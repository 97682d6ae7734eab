"""Whether two spellings are the same name. Pure."""

from __future__ import annotations

import unicodedata


def plain(name: str) -> str:
    """Without what cannot be told apart on a screen: brackets and letters of either width, spaces, case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def unmarked(name: str) -> str:
    """The same without the mark of the demonstration."""
    return plain(name).removesuffix("(演示)")
