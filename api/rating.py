"""好差评: one rating of a case, by its applicant or by whoever has the link of the SMS (R121)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.bootstrap import Tools
from onething.catalogue.ratings import Ratings, ratings_of
from onething.errors import Conflict
from onething.ratings import check_grade, check_words, known_answers, may_rate
from onething.store import Application, applications, ratings
from onething.vocabulary import CaseState, ItemState, RatingChannel


@dataclass(frozen=True)
class Opinion:
    """What was sent, not yet judged."""

    grade: str
    ticked: Mapping[str, Sequence[str]]
    text: str


def questions(tools: Tools) -> Ratings:
    return ratings_of(tools.settings.home)


def open_to(application: Application) -> bool:
    return may_rate(CaseState(application.state), [ItemState(row.state) for row in application.items])


def rate_on_page(session: Any, tools: Tools, application: Application, opinion: Opinion) -> None:
    """Raises `InvalidInput`, and `Conflict` before the end of the case and for a second time."""
    if not open_to(application):
        raise Conflict("办件结束后才能评价；请在办件页面查看进度", code="not-ended")
    _keep(session, tools, application, RatingChannel.PAGE, opinion)


def rate_by_link(session: Any, tools: Tools, token: str, opinion: Opinion) -> None:
    """The link is used up with it. Raises `NotFound`, `InvalidInput`, `Conflict`."""
    link = ratings.open_link(session, token, tools.clock.now())
    _keep(session, tools, applications.lock(session, link.number), RatingChannel.SMS, opinion)
    link.used_at = tools.clock.now()


def _keep(session: Any, tools: Tools, application: Application, channel: RatingChannel, opinion: Opinion) -> None:
    """`application` is locked, so that of two at the same moment only one rates.

    No record in the audit trail of the case: it would tell its departments who rated when.
    """
    if ratings.given(session, application.number):
        raise Conflict("这个办件您已经评价过了，谢谢", code="already-rated")
    grade, asked = check_grade(opinion.grade), questions(tools)
    ratings.add(
        session, number=application.number, channel=str(channel), account_id=application.account_id,
        bundle=application.bundle, district=application.district,
        offices=sorted({row.reviewer_group for row in application.items}), grade=str(grade),
        questions_version=asked.version, answers=known_answers(asked, grade, opinion.ticked),
        text=check_words(opinion.text), at=tools.clock.now(),
    )
