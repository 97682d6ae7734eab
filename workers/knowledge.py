"""Advice knowledge goes to the hotline 12345 of the same level, each version once (R35)."""

from __future__ import annotations

from typing import Any

from onething.bootstrap import Tools
from onething.catalogue.knowledge import export_knowledge
from onething.catalogue.levels import city_of
from onething.store import outbox


def promise(tools: Tools) -> None:
    """Put what the hotline does not have yet into the outbox; the key is the content, so unchanged means nothing new."""
    catalogue, now = tools.catalogue, tools.clock.now()
    cities = sorted({city_of(code) for code, district in catalogue.districts.items() if district.open})

    def put(session: Any) -> None:
        for known in export_knowledge(catalogue):
            for city in cities if known["complete"] else ():
                key = f"hotline:{city}:{known['bundle']}:{known['version']}"
                outbox.put(session, now, key, "hotline", district=city, knowledge=known)

    tools.store.settle(put)
