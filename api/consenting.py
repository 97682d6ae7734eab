"""What is told and agreed to at the moment of handing in is written down with the case: all of it, or there is no case (S25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from onething.bootstrap import Tools
from onething.catalogue.consents import consent_texts
from onething.consents import Part, check_agreed, courier_part, parts_for
from onething.store import Account, Application, consents
from onething.vocabulary import ConsentWay, DeliveryWay

SELF, OTHER = "本人", "代申请人操作"


@dataclass(frozen=True)
class Agreed:
    """Part -> version that was agreed to, by which way, and who spoke for the applicant at the counter."""

    parts: Mapping[str, int] = field(default_factory=dict)
    way: ConsentWay = ConsentWay.API
    person: str = ""
    relation: str = ""
    clerk: str = ""


def asked_for(tools: Tools, wish: Any) -> list[Part]:
    """What applies to this application, in the edition that is in force."""
    bundle = tools.catalogue.bundle(wish.bundle)
    texts = consent_texts(tools.settings.home)
    return parts_for(texts, tools.catalogue, bundle, wish.items, wish.answers, wish.delivery_way)


def check(tools: Tools, wish: Any) -> None:
    """Raises `InvalidInput` where a separate consent is missing."""
    check_agreed(asked_for(tools, wish), wish.agreed.parts)


def ticked(form: FormData) -> dict[str, int]:
    """`consent` fields of a page: the part and the version that was shown, as `sensitive:1`."""
    pairs = [str(value).partition(":") for value in form.getlist("consent")]
    return {part: int(version) for part, _, version in pairs if version.isdigit() and len(version) < 6}


def keep(session: Any, tools: Tools, account: Account, application: Application, wish: Any, now: datetime) -> dict[str, str]:
    """The records; returns part -> hash, which the audit trail keeps so that nobody changes them afterwards."""
    parts = asked_for(tools, wish)
    for part in parts:
        _add(session, account, application, part, wish.agreed, now)
    return {part.key: part.sha256 for part in parts}


def tell_courier(session: Any, tools: Tools, account: Account, application: Application, agreed: Agreed) -> None:
    """Whoever changes to 邮寄送达 is told then who gets the address."""
    told = {row.part for row in consents.of_case(session, application.number)}
    if application.delivery_way == DeliveryWay.COURIER and "courier" not in told:
        part = courier_part(consent_texts(tools.settings.home))
        _add(session, account, application, part, agreed, tools.clock.now())


def _add(session: Any, account: Account, application: Application, part: Part, agreed: Agreed, now: datetime) -> None:
    own = account.name == application.applicant["name"]
    consents.add(
        session, number=application.number, part=part.key, kind=part.text.kind, version=part.version, sha256=part.sha256,
        recipients=[[who, what] for who, what in part.recipients], items=list(part.items), agreed_at=now,
        way=str(agreed.way), person=agreed.person or account.name, clerk=agreed.clerk,
        relation=agreed.relation or (SELF if own else OTHER),
    )
