"""How large a file is said to be: what the limit of a case counts (S14)."""

from __future__ import annotations

import io
import tempfile
from datetime import UTC, datetime
from typing import Any

import pytest

from onething.store import accounts, documents

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def spooled(content: bytes) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the test
    file.write(content)
    return file


@pytest.mark.parametrize("kind", [bytes, io.BytesIO, spooled])
def test_s14_the_size_of_what_is_kept_is_known_wherever_it_comes_from(store: Any, kind: Any) -> None:
    with store.transaction() as session:
        owner = accounts.ensure(session, "somebody", "citizen", "张三")
        row = documents.add(session, NOW, owner.id, "图.jpg", "image/jpeg", kind(b"0" * 70_000))
        assert row.size == 70_000
        assert len(documents.content(session, row)) == 70_000
