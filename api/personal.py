"""个人中心: what one has here at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.case_view import CASE_TONES, view
from api.holding import Holding, holdings
from api.local_time import local_day
from onething.bootstrap import Tools
from onething.cases import FINAL_CASE_STATES
from onething.catalogue import Bundle
from onething.papers import qr_svg
from onething.store import Account, Application, Certificate, applications, certificates
from onething.vocabulary import CaseState, CertificateState

MOST = 5
"""Open cases that are shown with who has them: each is read as a whole."""


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


def cases_of(session: Any, tools: Tools, account: Account, held: int = 0) -> tuple[list[CaseLine], list[CaseLine]]:
    """Open and ended ones, newest first; the first `held` open ones with who has them now."""
    rows = applications.of_account(session, account.id)
    papers = {number: len(made) for number, made in certificates.issued(session, [row.number for row in rows]).items()}
    open_rows = [row for row in rows if row.state not in FINAL_CASE_STATES]
    known = {row.number: tuple(holdings(view(session, tools, row))) for row in open_rows[:held]}

    def line(row: Application) -> CaseLine:
        state, bundle = CaseState(row.state), tools.catalogue_of(row).bundle(row.bundle)
        return CaseLine(row, bundle, state, CASE_TONES[state], papers[row.number], known.get(row.number, ()))

    return [line(row) for row in open_rows], [line(row) for row in rows if row.state in FINAL_CASE_STATES]


def certificates_of(session: Any, tools: Tools, account: Account) -> list[CertificateLine]:
    """Every e-certificate that was issued, newest case first (R101)."""
    cases = applications.of_account(session, account.id)
    made = certificates.issued(session, [case.number for case in cases])
    return [_certificate(tools, case, row) for case in cases for row in made[case.number]]


def _certificate(tools: Tools, case: Application, row: Certificate) -> CertificateLine:
    over = row.valid_until is not None and row.valid_until < local_day(tools.clock.now())
    revoked = row.state == CertificateState.REVOKED
    state, tone = ("已撤销", "bad") if revoked else ("已过有效期", "warn") if over else ("有效", "good")
    url = f"{tools.settings.base_url}/verify/{row.verify_token}"
    name = tools.catalogue_of(case).bundle(case.bundle).short_name
    return CertificateLine(row, case, name, state, tone, url, qr_svg(url))
