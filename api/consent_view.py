"""我的数据: what one agreed to and who received it; taking a consent back stops what is not done yet (PIPL, articles 15, 47)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.withdrawal import affected, withdraw_case, withdraw_item
from onething.bootstrap import Tools
from onething.cases import may_withdraw_item
from onething.catalogue.consents import ConsentText, consent_texts
from onething.errors import Conflict
from onething.store import Account, Application, Consent, applications, audit, consents
from onething.vocabulary import CaseState, ConsentWay, ItemState

MOST = 200
BEFORE_INTAKE = (CaseState.SUBMITTED, CaseState.CORRECTION)


@dataclass(frozen=True)
class ConsentLine:
    row: Consent
    text: ConsentText
    thing: str
    way: str
    ended: tuple[str, ...]

    @property
    def may_withdraw(self) -> bool:
        return self.row.kind == "separate" and self.row.withdrawn_at is None


@dataclass(frozen=True)
class Stop:
    """What a withdrawal stops: these items; `whole`: the case ends with them."""

    items: tuple[str, ...]
    names: tuple[str, ...]
    whole: bool


def line(tools: Tools, row: Consent, application: Application) -> ConsentLine:
    catalogue = tools.catalogue_of(application)
    text = consent_texts(tools.settings.home).edition(row.version).part(row.part)
    ended = tuple(catalogue.items[item].name for item in row.ended)
    return ConsentLine(row, text, catalogue.bundle(application.bundle).short_name, ConsentWay(row.way).label, ended)


def lines(session: Any, tools: Tools, account: Account) -> list[ConsentLine]:
    """Newest first."""
    return [line(tools, row, case) for row, case in consents.of_account(session, account.id, MOST)]


def stopping(tools: Tools, application: Application, row: Consent) -> Stop:
    """The undecided items that rest on the consent, with those that depend on them."""
    catalogue, ending = tools.catalogue_of(application), set[str]()
    states = {one.item: ItemState(one.state) for one in application.items}
    for item in row.items:
        together = affected(catalogue.bundle(application.bundle), application, item) if _open(states, [item]) else []
        if _open(states, together):
            ending.update(together)
    early = bool(ending) and application.state in BEFORE_INTAKE  # one item cannot stop alone yet
    items = tuple(item for item, state in states.items() if item in ending or (early and may_withdraw_item(state)))
    left = [state for item, state in states.items() if item not in items and state != ItemState.WITHDRAWN]
    return Stop(items, tuple(catalogue.items[item].name for item in items), whole=bool(items) and not left)


def _open(states: dict[str, ItemState], items: Iterable[str]) -> bool:
    """Whether there are any and all of them are still undecided."""
    found = [may_withdraw_item(states[item]) for item in items]
    return bool(found) and all(found)


def withdraw(session: Any, tools: Tools, account: Account, consent_id: str) -> tuple[str, ...]:
    """Returns the items that stopped. Raises `NotFound`, and `Conflict` for what rests on no consent or was taken back."""
    row, application = consents.own(session, account.id, consent_id, lock=True)
    if row.kind != "separate":
        raise Conflict(line(tools, row, application).text.withdrawal, code="no-consent-needed")
    if row.withdrawn_at is not None:
        raise Conflict("这项同意已经撤回", code="already-withdrawn")
    stop = stopping(tools, application, row)
    now = tools.clock.now()
    row.withdrawn_at, row.ended = now, list(stop.items)
    audit.record(
        session, now, account.subject, "withdraw-consent", number=application.number, part=row.part, ended=list(stop.items)
    )
    if stop.items and application.state in BEFORE_INTAKE:
        withdraw_case(session, tools, account, application)
        return stop.items
    for item in stop.items:
        if may_withdraw_item(ItemState(applications.item_of(application, item).state)):
            withdraw_item(session, tools, account, application, item)
    return stop.items
