"""Staff who look at a case or a file are written down before they see it: what 我的数据 shows its owner (S25)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from api.access import offices_in, readable_document, staff_case, staff_request
from api.window import case_at_the_window
from onething.bootstrap import Tools
from onething.store import Account, Document, applications, audit, documents, guidance

AT_WORK = timedelta(minutes=10)
CASE, FORM, FILE = "look-at-case", "look-at-form", "look-at-file"
REQUEST, QUESTION, FOUND = "look-at-request", "look-at-question", "find-case"


def at_case(tools: Tools, account: Account, number: str, action: str) -> None:
    """Raises `NotFound` for a case that is not the account's business."""
    with tools.store.transaction() as session:
        application = staff_case(session, tools, account, number)
        _note(session, tools, account, action, number, office=_office(tools, account, session, application.number))


def at_the_counter(tools: Tools, account: Account, number: str) -> None:
    """A case of the account's counter, once for as long as it is worked on: its page comes again after every act."""
    since = tools.clock.now() - AT_WORK
    with tools.store.reading() as session:
        known = audit.done_since(session, number, account.subject, CASE, since)
        if not known:
            case_at_the_window(session, account, number)
    if not known:
        _once(tools, account, CASE, [number])


def at_search(tools: Tools, account: Account, numbers: Iterable[str]) -> None:
    """Cases whose names a clerk saw in a list that was searched for, each once for a while."""
    _once(tools, account, FOUND, numbers)


def at_questions(tools: Tools, account: Account, numbers: Iterable[str]) -> None:
    """Cases whose questions somebody reads in the list of those that wait."""
    _once(tools, account, QUESTION, dict.fromkeys(numbers))


def _once(tools: Tools, account: Account, action: str, numbers: Iterable[str]) -> None:
    since = tools.clock.now() - AT_WORK
    with tools.store.reading() as session:
        new = [number for number in numbers if not audit.done_since(session, number, account.subject, action, since)]
    if new:
        with tools.store.transaction() as session:
            for number in new:
                _note(session, tools, account, action, number, office=_office(tools, account, session, number))


def at_request(tools: Tools, account: Account, number: str) -> None:
    with tools.store.transaction() as session:
        staff_request(session, tools, account, number)
        _note(session, tools, account, REQUEST, number, office=_first(account))


def read_document(tools: Tools, account: Account, document_id: str, *, once: bool = False) -> tuple[Document, bytes]:
    """A file with its content; somebody else's only with a record, `once` for a while if it is looked at page by page.
    Raises `NotFound`."""
    with tools.store.reading() as session:
        row = readable_document(session, tools, account, document_id)
        content = documents.content(session, row)
        number, owner = _whose(session, row)
        since = tools.clock.now() - AT_WORK
        known = once and audit.done_since(session, number, account.subject, FILE, since, document=row.id)
    if owner != account.id and not known:
        with tools.store.transaction() as session:
            office = _office(tools, account, session, number) if row.number else _first(account)
            _note(session, tools, account, FILE, number, office=office, document=row.id)
    return row, content


def _whose(session: Any, row: Document) -> tuple[str, str]:
    """The number a file is recorded under, and the account it belongs to."""
    if row.number:
        return row.number, applications.get(session, row.number).account_id
    shown = guidance.shown_to(session, row.id)
    return shown[0].number if shown else "", row.account_id


def _note(session: Any, tools: Tools, account: Account, action: str, number: str, **detail: Any) -> None:
    audit.record(session, tools.clock.now(), account.subject, action, number=number, **detail)


def _office(tools: Tools, account: Account, session: Any, number: str) -> str:
    """In which of its offices the account looks: the first that has work in the case."""
    found = offices_in(tools, account, applications.get(session, number))
    return found[0] if found else _first(account)


def _first(account: Account) -> str:
    return (account.organisation.split() or [""])[0]
