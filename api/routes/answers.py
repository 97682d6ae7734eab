"""问答: a question in people's own words, answered from what the departments keep, or not at all (R28, R30, R37)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api import schemas_answers as schemas
from api.context import MaybeVisitorDep, ToolsDep
from api.pages import render
from api.parameters import ONE_LINE, District
from onething import answers
from onething.bootstrap import Tools
from onething.catalogue.everyday import Everyday, load_everyday
from onething.catalogue.levels import city_of
from onething.errors import InvalidInput
from onething.store import guides

KNOWN = "答案来自各部门维护的咨询辅导知识；标有“待核实”的，以窗口答复为准"
NOT_KNOWN = "知识库里没有这个问题的答案；请向咨询辅导人员提问，或者拨打 12345"

router = APIRouter(include_in_schema=False)
api = APIRouter(tags=["answers"])


@router.get("/answers")
def answers_page(
    request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, q: str = "", district: str = ""
) -> HTMLResponse:
    everyday, here = _everyday(tools), _district(tools, district)
    wish = q.strip()[: answers.MAX_QUESTION]
    reply = _reply(tools, wish, here) if wish else None
    answered = {answer.bundle.slug for answer in reply.answers} if reply else set()
    page = {
        "q": wish, "here": here, "home": city_of(here), "reply": reply,
        "others": [bundle for bundle in reply.related if bundle.slug not in answered] if reply else [],
        "max_question": answers.MAX_QUESTION, "cut": len(q.strip()) > answers.MAX_QUESTION,
        "places": [one for one in tools.catalogue.districts.values() if one.open],
        "popular": answers.popular(tools.catalogue, everyday), "since": _since(tools, reply, here),
    }
    return render(request, "answers.html", page)


def _since(tools: Tools, reply: answers.Reply | None, here: str) -> dict[str, datetime | None]:
    """When the version of the guide that each answer cites came into force, here or in the city."""
    with tools.store.reading() as session:
        return {
            answer.guide_version: guides.since(session, answer.bundle.slug, here, answer.guide_version)
            or guides.since(session, answer.bundle.slug, city_of(here), answer.guide_version)
            for answer in (reply.answers if reply else ())
        }


@api.get("/answers", summary="用自己的话提问")
def get_answers(
    tools: ToolsDep,
    q: Annotated[str, Query(min_length=1, max_length=answers.MAX_QUESTION, pattern=ONE_LINE, examples=["开饭店要多久"])],
    district: District = "",
) -> schemas.Answers:
    """Frequent questions that answer this one, each with its source and the version of the guide. Needs no login."""
    here = _district(tools, district)
    reply = _reply(tools, q, here)
    return schemas.Answers(
        question=reply.question, district=here, known=reply.known, advice=KNOWN if reply.known else NOT_KNOWN,
        answers=[_info(answer) for answer in reply.answers],
        related=[
            schemas.RelatedThing(
                bundle=one.slug, name=one.short_name, guide=f"/bundles/{one.slug}", ask=f"/bundles/{one.slug}/ask"
            )
            for one in reply.related
        ],
    )


def _info(answer: answers.Answer) -> schemas.AnswerInfo:
    return schemas.AnswerInfo(
        bundle=answer.bundle.slug, name=answer.bundle.short_name, question=answer.question, answer=answer.answer,
        owner=answer.owner, source=answer.source, confirmed=answer.confirmed, guide_version=answer.guide_version,
        guide=f"/bundles/{answer.bundle.slug}", sureness=answer.sureness,
    )


def _reply(tools: Tools, question: str, district: str) -> answers.Reply:
    return answers.reply(tools.store, tools.catalogue, _everyday(tools), question, district)


def _everyday(tools: Tools) -> Everyday:
    return load_everyday(tools.settings.home)


def _district(tools: Tools, code: str) -> str:
    """The district asked for, or the city's own; raises `InvalidInput`."""
    districts = tools.catalogue.districts
    if not code:
        return city_of(next(iter(districts)))
    if code not in districts:
        raise InvalidInput("没有这个地区；请从地区清单中选择", field="district", code="unknown-district")
    return code
