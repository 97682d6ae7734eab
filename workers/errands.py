"""What the relay carries out: one function for each kind of promise, and one literal table of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from onething import deliveries as rules
from onething.bootstrap import Tools
from onething.engine import contract
from onething.engine.client import EngineClient
from onething.errors import TooMany
from onething.gateways import Gateways
from onething.guidance import answer_due
from onething.limits import bucket
from onething.papers.signing import LocalAuthority
from onething.procedures import joint_acts_for
from onething.store import (
    Application,
    GuidanceRequest,
    accounts,
    applications,
    effects,
    guidance,
    limits,
    notices,
    outbox,
    ratings,
)
from onething.vocabulary import Clock
from workers import correcting, counter, ending_papers, overtaken, promises, restarting, revoking, timers
from workers.desk import Desk
from workers.effects import Effects

PASSING = (
    contract.Message.ITEM_WITHDRAWN, contract.Message.CASE_WITHDRAWN, contract.Message.DELIVERY_CHANGED,
    contract.Message.OPINION_NOT_NEEDED, contract.Message.JOINT_READY,
)
WITHDRAWALS = (contract.Message.ITEM_WITHDRAWN, contract.Message.CASE_WITHDRAWN)
GIVE_UP_AFTER = 8  # tries at one of these that nobody waits for: the case had gone on by itself
Body = dict[str, Any]


@dataclass
class Means:
    """What an errand may need: the store, the engine, and what carries things outside."""

    tools: Tools
    engine: EngineClient
    effects: Effects
    gateways: Gateways


def run(means: Means, kind: str, body: Body, attempts: int) -> str:
    """Empty when done, else why it has to wait. Raises what went wrong."""
    if kind == "correlate":
        return _correlate(means, body, attempts)
    if kind == "finish-task":
        return counter.finish(means.tools, means.engine, body)
    if kind not in ERRANDS:
        return f"unknown kind {kind}"
    ERRANDS[kind](means, body)
    return ""


def _start(means: Means, body: Body) -> None:
    number = body["number"]
    with means.tools.store.reading() as session:
        application = applications.get(session, number)
        due = next(c.due_at for c in applications.clocks(session, number) if c.clock == Clock.INTAKE)
    bundle = means.tools.catalogue_of(application).bundle(application.bundle)
    means.engine.start_process(bundle.process, number, start_variables(means.tools, application, due))


def _start_guidance(means: Means, body: Body) -> None:
    with means.tools.store.reading() as session:
        request = guidance.get(session, body["number"])
    means.engine.start_process("guidance", body["number"], guidance_variables(means.tools, request))


def _correlate(means: Means, body: Body, attempts: int) -> str:
    message, number = body["message"], body["number"]
    told = means.engine.correlate(message, number, body.get("variables"), item=body.get("item") or None)
    if not told and message in PASSING:
        told = attempts >= GIVE_UP_AFTER or _is_over(means.engine, number)
    if told and message in WITHDRAWALS:
        overtaken.note(means.tools, means.engine, number)
    if told and message == contract.Message.FRONT_RESULT_ARRIVED:  # the task it opened may have read the date of before
        timers.follow(means.tools, means.engine, number)
    return "" if told else outbox.WAITS


def _is_over(engine: EngineClient, number: str) -> bool:
    """The case ran to its end before the message came: nobody will ever wait for it."""
    instances = engine.instances(number)
    return bool(instances) and all(one.ended for one in instances)


def _align(means: Means, body: Body) -> None:
    timers.align(means.tools, means.engine, body["number"])


def _remind_of_correction(means: Means, body: Body) -> None:
    correcting.remind(means.tools, body["number"], body["check"])


def _supplement_due(means: Means, body: Body) -> None:
    promises.tell_if_missing(means.tools, body["number"], body["material"])


def _restart_missing(means: Means, _body: Body) -> None:
    restarting.restart_missing(means.tools, means.engine)


def _send_sms(means: Means, body: Body) -> None:
    key = body["notice"]
    with means.tools.store.reading() as session:
        notice = notices.get(session, key)
        phone = applications.get(session, notice.number).applicant.get("phone", "")
        token = ratings.token_of_notice(session, key)
    text = f"{notice.text}请评价：{means.tools.settings.base_url}/rate/{token}" if token else notice.text
    _text(means, key, notice.number, phone, text)
    with means.tools.store.transaction() as session:
        notices.get(session, key).sent_at = means.tools.clock.now()


def _tell_adviser_answered(means: Means, body: Body) -> None:
    """Whoever asked hears it, online or in the hall (R33)."""
    number = body["number"]
    with means.tools.store.reading() as session:
        request = guidance.get(session, number)
        phone = request.requester.get("phone") or accounts.get(session, request.account_id).phone
    if phone:
        name = means.tools.catalogue.bundle(request.bundle).short_name
        text = f"您咨询的“{name}”（{number}）已答复，一次性告知单可在“我的咨询”查看和下载。"
        _text(means, f"{number}:answered", number, phone, text)


def _text(means: Means, key: str, number: str, phone: str, text: str) -> None:
    """In its turn: a phone is not filled with messages, and none is dropped (S22). Raises `TooMany` while it has to wait.

    What was begun had its turn; it is not counted twice.
    """
    settings, now = means.tools.settings, means.tools.clock.now()
    if rule := settings.limit("sms"):
        with means.tools.store.transaction() as session:
            turn = {bucket(settings.limits_secret, "sms", "phone", phone): rule}
            left = 0 if effects.begun(session, f"{means.gateways.sms.name}:{key}") else limits.take(session, now, turn)
        if left > 0:
            raise TooMany("这个号码近来短信较多；排队等候发送", retry_after=ceil(left))
    means.effects.carry_out(means.gateways.sms, key, number, message(phone, text))


def _push(means: Means, body: Body) -> None:
    """To the department's own system where that is connected, else to the provincial platform."""
    more = [part for part in ("material", "event") if part in body]
    key = ":".join(str(body.get(part, "")) for part in ("what", "number", "item", "department", "clock", *more))
    receiver = means.gateways.departments.get(str(body.get("department", "")), means.gateways.platform)
    means.effects.carry_out(receiver, key, str(body.get("number", "")), body)


def _order_courier(means: Means, body: Body) -> None:
    """The address is read when the order goes out: it may have been changed, and no promise carries it."""
    number = body["number"]
    with means.tools.store.reading() as session:
        applicant = applications.get(session, number).applicant
    receiver = {name: applicant.get(name, "") for name in ("name", "phone", "address")}
    order = {"number": number, "scope": body["scope"], "attempt": body["attempt"], "receiver": receiver}
    means.effects.carry_out(means.gateways.courier, rules.parcel(number, body["scope"], body["attempt"]), number, order)


def _desk(means: Means) -> Desk:
    return Desk(means.tools, means.engine, LocalAuthority(means.tools.settings.var_dir / "authority"), means.gateways)


def _draw_revocation(means: Means, body: Body) -> None:
    revoking.draw(_desk(means), body["number"], body["certificate"])


def _draw_ending(means: Means, body: Body) -> None:
    ending_papers.items_withdrawn(_desk(means), body["number"], body["front"], body["items"])


def _feed_hotline(means: Means, body: Body) -> None:
    known = body["knowledge"]
    means.effects.carry_out(means.gateways.hotline, f"{body['district']}:{known['bundle']}:{known['version']}", "", body)


ERRANDS: Mapping[str, Callable[[Means, Body], None]] = {
    "start": _start, "start-guidance": _start_guidance, "align": _align, "correction-reminder": _remind_of_correction,
    "supplement-due": _supplement_due, "sms": _send_sms, "guidance-sms": _tell_adviser_answered, "push": _push,
    "courier": _order_courier, "hotline": _feed_hotline, "restart-missing": _restart_missing,
    "revocation-decision": _draw_revocation, "ending-notice": _draw_ending,
}


def message(phone: str, text: str) -> dict[str, str]:
    """What an SMS gateway is given. Neither store nor witness keeps the number with it."""
    return {"phone": phone, "text": text}


def start_variables(tools: Tools, application: Application, intake_due: datetime) -> dict[str, Any]:
    """Ids, routing facts and dates, nothing else (S11)."""
    bundle, district = tools.catalogue_of(application).bundle(application.bundle), application.district
    groups = {row.item: row.reviewer_group for row in application.items}
    variables: dict[str, Any] = {
        "application_no": application.number, "bundle": bundle.slug, "bundle_name": bundle.name, "district": district,
        "channel": application.channel, "window_group": contract.window_group(district),
        "delivery_group": contract.delivery_group(district), "lead_group": contract.lead_group(bundle.lead, district),
        "supervisor_group": contract.supervisor_group(district), "intake_due": intake_due,
        "delivery_mode": application.delivery_mode,
    }
    together = {act.kind for act, _ in joint_acts_for(bundle, groups)}
    variables |= {contract.joint_variable(act.kind): act.kind in together for act in bundle.joint_acts}
    for row in bundle.rows:
        variables[contract.choose_variable(row.item)] = row.item in groups
        variables[contract.group_variable(row.item)] = groups.get(row.item, "")
        if row.parallel:
            variables[contract.block_variable(row.parallel)] = row.item in groups
    return variables


def guidance_variables(tools: Tools, request: GuidanceRequest) -> dict[str, Any]:
    """As for a case: no question, no name. The date only sorts Tasklist; no clock stands behind it (R36)."""
    return {
        "application_no": request.number, "bundle": request.bundle,
        "bundle_name": tools.catalogue_of(request).bundle(request.bundle).name, "district": request.district,
        "channel": request.channel, "guidance_kind": request.kind, "adviser_group": request.adviser_group,
        "guidance_due": answer_due(tools.calendar, request.asked_at),
    }
