"""个人中心: what one has here at a glance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from api.case_view import tone
from api.glance import glances
from api.holding import Holding, holdings
from api.local_time import local_day
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.papers import qr_svg
from onething.store import Account, Application, Certificate, applications, certificates
from onething.validity import in_words, is_over
from onething.vocabulary import CaseState, CertificateState

MOST = 5
"""Of each at a glance."""
WAIT_FOR_APPLICANT = frozenset({CaseState.CORRECTION, CaseState.UNDELIVERED})


@dataclass(frozen=True)
class CaseLine:
    row: Application
    bundle: Bundle
    state: CaseState
    tone: str
    papers: int
    held: tuple[Holding, ...] = ()


@dataclass(frozen=True)
class CertificateLine:
    row: Certificate
    case: Application
    name: str
    state: str
    tone: str
    url: str
    qr: str
    term: str
    """In words, where there is no last day."""


def cases_of(
    session: Any, tools: Tools, account: Account, states: Collection[CaseState], most: int, skip: int = 0, *, held: bool = False
) -> list[CaseLine]:
    """Cases in these states, newest first; if `held` with who has each now."""
    rows = applications.of_account(session, account.id, states, most, skip)
    papers = certificates.count_issued(session, [row.number for row in rows])
    now = {one.application.number: tuple(holdings(one)) for one in glances(session, tools, rows if held else [])}

    def line(row: Application) -> CaseLine:
        state, bundle = CaseState(row.state), tools.catalogue_of(row).bundle(row.bundle)
        return CaseLine(row, bundle, state, tone(row), papers[row.number], now.get(row.number, ()))

    return [line(row) for row in rows]


def certificates_of(session: Any, tools: Tools, account: Account, most: int, skip: int = 0) -> list[CertificateLine]:
    """E-certificates that were issued, newest case first (R101)."""
    return [_certificate(tools, case, row) for row, case in certificates.of_account(session, account.id, most, skip)]


def _certificate(tools: Tools, case: Application, row: Certificate) -> CertificateLine:
    over = is_over(row.valid_until, local_day(tools.clock.now()))
    revoked = row.state == CertificateState.REVOKED
    state, tone = ("已撤销", "bad") if revoked else ("已过有效期", "warn") if over else ("有效", "good")
    url = f"{tools.settings.base_url}/verify/{row.verify_token}"
    catalogue = tools.catalogue_of(case)
    decided = next(item for item in case.items if item.item == row.item)
    term = "" if row.valid_until else in_words(catalogue.items[row.item].result.validity, decided.decided_term)
    return CertificateLine(row, case, catalogue.bundle(case.bundle).short_name, state, tone, url, qr_svg(url), term)
