"""The composition root: settings -> the tools both edges work with."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from dataclasses import dataclass, field, replace

from onething.catalogue import Catalogue, cached_catalogue
from onething.catalogue.version import as_of
from onething.deadlines import Clock, SystemClock, WorkCalendar
from onething.gateways import DemoRegisters, Registers, data_sharing
from onething.settings import Settings
from onething.store import Application, GuidanceRequest, Store, guides
from onething.store.keyring import MasterFile, Ring

M_ARENA_MAX = -8


@dataclass(frozen=True)
class Tools:
    settings: Settings
    store: Store
    catalogue: Catalogue
    calendar: WorkCalendar
    clock: Clock
    registers: Registers = field(default_factory=DemoRegisters)
    _kept: dict[tuple[str, ...], Catalogue] = field(default_factory=dict, compare=False)

    def in_district(self, code: str) -> Tools:
        """The same tools with what the district adds to the catalogue (R27)."""
        return replace(self, catalogue=self.catalogue.in_district(code))

    def catalogue_of(self, case: Application | GuidanceRequest) -> Catalogue:
        """What holds for this case: its district's catalogue, in the edition that was in force when it was handed in (R20)."""
        current, version = self.catalogue.in_district(case.district), case.guide_version
        if not version or (case.bundle in current.bundles and current.version(case.bundle) == version):
            return current
        key = case.bundle, case.district, version
        if key not in self._kept:
            with self.store.reading() as session:
                kept = guides.edition(session, *key)
            self._kept[key] = as_of(current, kept.content) if kept else current
        return self._kept[key]


def build_tools(settings: Settings, clock: Clock | None = None) -> Tools:
    """Open the store (migrated to the newest schema) and read catalogue and calendars; raises on any fault in them."""
    store = open_store(settings)
    store.migrate()
    return Tools(
        settings=settings, store=store, catalogue=cached_catalogue(settings.home),
        calendar=WorkCalendar.load(
            settings.home / "catalogue" / "calendars", provisional=settings.allow_provisional_calendar
        ),
        clock=clock or SystemClock(), registers=data_sharing(settings),
    )


def open_store(settings: Settings) -> Store:
    """As it is, not migrated."""
    return Store(settings.store_url, settings.var_dir / "files", key_ring(settings))


def key_ring(settings: Settings) -> Ring:
    return Ring(settings.keys_path, MasterFile(settings.master_key_path))


def few_arenas() -> None:
    """To be called before a process starts its threads: glibc keeps 2 to 3 MiB for each that ever asked for memory, and ours
    have dozens. Two for all cost no time, for Python's lock lets one thread run at once. Elsewhere nothing happens.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
