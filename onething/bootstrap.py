"""The composition root: settings -> the tools both edges work with."""

from __future__ import annotations

from dataclasses import dataclass

from onething.catalogue import Catalogue, cached_catalogue
from onething.deadlines import Clock, SystemClock, WorkCalendar
from onething.settings import Settings
from onething.store import Store


@dataclass(frozen=True)
class Tools:
    settings: Settings
    store: Store
    catalogue: Catalogue
    calendar: WorkCalendar
    clock: Clock


def build_tools(settings: Settings, clock: Clock | None = None) -> Tools:
    """Open the store (migrated to the newest schema) and read catalogue and calendars; raises on any fault in them."""
    store = Store(settings.store_url, settings.var_dir / "files")
    store.migrate()
    return Tools(
        settings=settings, store=store, catalogue=cached_catalogue(settings.home),
        calendar=WorkCalendar.load(
            settings.home / "catalogue" / "calendars", provisional=settings.allow_provisional_calendar
        ),
        clock=clock or SystemClock(),
    )
