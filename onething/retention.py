"""Clearing what has been kept for long enough, by the rules of catalogue/retention_rules.yaml (S25; PIPL, articles 19, 47).

Without `apply` it says what would go. A case is cleared only while its package of the archive is whole; the audit trail is never
touched, and each clearing is a record in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from onething import archive
from onething.bootstrap import Tools
from onething.catalogue.retention import RetentionRule, retention_rules
from onething.errors import OneThingError
from onething.store import applications, audit, documents, own, retention
from onething.vocabulary import PaperKind

WHO = "系统"
CASE_BY_CASE = ("materials", "cases")
"""Rules that look into the package of the archive before anything of a case goes."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Finding:
    """What a rule found: `count` goes, or went; `left` are cases that are old enough but stay, for the reason given there."""

    rule: RetentionRule
    before: datetime
    count: int
    numbers: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def run(tools: Tools, *, apply: bool, automatic: bool = False) -> list[Finding]:
    """Every rule in its order; `automatic`: only those that need nobody."""
    found = []
    for rule in retention_rules(tools.settings.home):
        if rule.automatic or not automatic:
            finding = _run(tools, rule, apply=apply)
            if apply and finding.count:
                log.info("cleared by rule", rule=rule.key, count=finding.count)
            found.append(finding)
    return found


def _run(tools: Tools, rule: RetentionRule, *, apply: bool) -> Finding:
    before = tools.clock.now() - timedelta(days=rule.days)
    if rule.key in CASE_BY_CASE:
        return _cases(tools, rule, before, apply=apply)
    if rule.key == "consultations":
        return _consultations(tools, rule, before, apply=apply)
    if rule.key == "uploads":
        return Finding(rule, before, _uploads(tools, before, apply=apply))
    if not apply:
        with tools.store.reading() as session:
            return Finding(rule, before, retention.count_rows(session, rule.key, before))
    total, gone = 0, 1
    while gone:
        with tools.store.transaction() as session:
            gone = retention.remove_rows(session, rule.key, before)
        total += gone
    return _noted(tools, Finding(rule, before, total))


def _uploads(tools: Tools, before: datetime, *, apply: bool) -> int:
    if not apply:
        with tools.store.reading() as session:
            return len(retention.unused_uploads(session, before))
    with tools.store.transaction() as session:
        count = own.remove(session, retention.unused_uploads(session, before))
        if count:
            audit.record(session, tools.clock.now(), WHO, "clear-by-rule", rule="uploads", count=count)
    return count


def _consultations(tools: Tools, rule: RetentionRule, before: datetime, *, apply: bool) -> Finding:
    with tools.store.reading() as session:
        numbers = tuple(row.number for row in retention.old_consultations(session, before))
    if apply:
        with tools.store.transaction() as session:
            for row in retention.old_consultations(session, before):
                retention.remove_consultation(session, row)
    return _noted(tools, Finding(rule, before, len(numbers), numbers)) if apply else Finding(rule, before, len(numbers), numbers)


def _noted(tools: Tools, finding: Finding) -> Finding:
    """What rests on a rule of people, not of the machine, is on record."""
    if finding.count and finding.rule.key in ("drafts", "notices", "consultations"):
        with tools.store.transaction() as session:
            audit.record(session, tools.clock.now(), WHO, "clear-by-rule", rule=finding.rule.key, count=finding.count)
    return finding


def _cases(tools: Tools, rule: RetentionRule, before: datetime, *, apply: bool) -> Finding:
    with tools.store.reading() as session:
        numbers, left = retention.old_cases(session, rule.key, before), retention.left_alone(session, rule.key, before)
    done = []
    for number in numbers:
        kept, fault = _package(tools, number)
        if fault:
            log.warning("a case is not cleared", application=number, problem=fault)
            left.append(number)
        elif not apply or _clear(tools, rule.key, number, before, kept):
            done.append(number)
    return Finding(rule, before, len(done), tuple(done), tuple(left))


def _clear(tools: Tools, rule: str, number: str, before: datetime, kept: frozenset[str]) -> bool:
    """Asked again under the lock: a hold may have come meanwhile."""
    with tools.store.transaction() as session:
        application = applications.lock(session, number)
        if number not in retention.old_cases(session, rule, before):
            return False
        if rule == "materials":
            hashes = retention.clear_materials(session, number, kept)
            audit.record(session, tools.clock.now(), WHO, "clear-materials", number=number, files=len(hashes))
        else:
            hashes = retention.clear_case(session, tools.clock.now(), application)
            audit.record(session, tools.clock.now(), WHO, "clear-case", number=number, files=len(hashes))
    with tools.store.reading() as session:
        retention.drop_contents(session, hashes)
    return True


def _package(tools: Tools, number: str) -> tuple[frozenset[str], str]:
    """The hashes of what lies in the package, and what is wrong with it: it is what is left, so it has to be whole before
    anything goes."""
    try:
        with tools.store.reading() as session:
            row: Any = documents.paper(session, number, str(PaperKind.ARCHIVE))
            with documents.stored(session, row).open() as package:
                hashes = frozenset(file["sha256"] for file in archive.manifest(package)["files"].values())
                found = archive.faults(package)
    except (OneThingError, OSError) as error:
        return frozenset(), getattr(error, "message", str(error))
    return hashes, found[0] if found else ""
