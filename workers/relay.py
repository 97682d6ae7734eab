"""The outbox relay: starts processes, correlates messages, sends SMS and pushes, each promised with a change."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import structlog

from onething.bootstrap import Tools
from onething.engine import contract
from onething.engine.client import EngineClient
from onething.errors import OneThingError
from onething.gateways import Gateway
from onething.procedures import joint_acts_for
from onething.store import Application, GuidanceRequest, accounts, applications, guidance, notices, outbox
from onething.vocabulary import Clock
from workers import correcting, promises, timers

log = structlog.get_logger(__name__)
PASSING = (
    contract.Message.ITEM_WITHDRAWN, contract.Message.CASE_WITHDRAWN, contract.Message.DELIVERY_CHANGED,
    contract.Message.OPINION_NOT_NEEDED, contract.Message.JOINT_READY,
)
GIVE_UP_AFTER = 8  # tries at one of these that nobody waits for: the case had gone on by itself


class Relay:
    """Carries out due entries one after the other; what fails is tried again later (R124)."""

    def __init__(
        self, tools: Tools, engine: EngineClient, sms: Gateway, platform: Gateway, hotline: Gateway
    ) -> None:
        self.tools, self.engine, self.sms, self.platform, self.hotline = tools, engine, sms, platform, hotline
        self.stopped = threading.Event()

    def run(self, pause_seconds: float = 0.3) -> None:
        """Until stopped; whatever goes wrong is logged and tried again, for everything else waits on this loop."""
        while not self.stopped.is_set():
            try:
                busy = self.work_once()
            except Exception:
                log.exception("the relay stumbled")
                busy = self.stopped.wait(2)
            if not busy:
                self.stopped.wait(pause_seconds)

    def work_once(self) -> int:
        """Try every entry that is due; returns how many were carried out."""
        now = self.tools.clock.now()
        with self.tools.store.reading() as session:
            entries = [(e.id, e.kind, e.body, e.attempts) for e in outbox.due(session, now)]
        return sum(self._try(*entry) for entry in entries)

    def _try(self, entry_id: int, kind: str, body: dict[str, Any], attempts: int) -> bool:
        try:
            problem = self._carry_out(kind, decode(body), attempts)
        except (OneThingError, OSError) as error:
            problem = str(error)
            log.warning("outbox entry postponed", entry=entry_id, kind=kind, error=problem)
        now = self.tools.clock.now()
        with self.tools.store.transaction() as session:
            if problem:
                outbox.postpone(session, entry_id, now, problem)
            else:
                outbox.done(session, entry_id, now)
        return not problem

    def _carry_out(self, kind: str, body: dict[str, Any], attempts: int) -> str:
        """Empty when done, else why not yet."""
        if kind == "start":
            self._start(body["number"])
        elif kind == "start-guidance":
            self._start_guidance(body["number"])
        elif kind == "correlate":
            return self._correlate(body, attempts)
        elif kind == "align":
            timers.align(self.tools, self.engine, body["number"])
        elif kind == "correction-reminder":
            correcting.remind(self.tools, body["number"], body["check"])
        elif kind == "supplement-due":
            promises.tell_if_missing(self.tools, body["number"], body["material"])
        elif kind == "sms":
            self._send_sms(body["notice"])
        elif kind == "guidance-sms":
            self._tell_adviser_answered(body["number"])
        elif kind == "push":
            more = [part for part in ("material", "event") if part in body]
            parts = ("what", "number", "item", "department", "clock", *more)
            key = ":".join(str(body.get(part, "")) for part in parts)
            self.platform.send(key, body)
        elif kind == "hotline":
            known = body["knowledge"]
            self.hotline.send(f"{body['district']}:{known['bundle']}:{known['version']}", body)
        else:
            return f"unknown kind {kind}"
        return ""

    def _start(self, number: str) -> None:
        with self.tools.store.reading() as session:
            application = applications.get(session, number)
            due = next(c.due_at for c in applications.clocks(session, number) if c.clock == Clock.INTAKE)
        bundle = self.tools.catalogue_of(application).bundle(application.bundle)
        self.engine.start_process(bundle.process, number, start_variables(self.tools, application, due))

    def _start_guidance(self, number: str) -> None:
        with self.tools.store.reading() as session:
            request = guidance.get(session, number)
        self.engine.start_process("guidance", number, guidance_variables(self.tools, request))

    def _correlate(self, body: dict[str, Any], attempts: int) -> str:
        found = self.engine.correlate(
            body["message"], body["number"], body.get("variables"), item=body.get("item") or None
        )
        dropped = body["message"] in PASSING and attempts >= GIVE_UP_AFTER
        return "" if found or dropped else "nothing waits for this message yet"

    def _send_sms(self, key: str) -> None:
        with self.tools.store.reading() as session:
            notice = notices.get(session, key)
            phone = applications.get(session, notice.number).applicant.get("phone", "")
        self.sms.send(key, message(phone, notice.text))
        with self.tools.store.transaction() as session:
            notices.get(session, key).sent_at = self.tools.clock.now()

    def _tell_adviser_answered(self, number: str) -> None:
        """Whoever asked hears it, online or in the hall (R33)."""
        with self.tools.store.reading() as session:
            request = guidance.get(session, number)
            phone = request.requester.get("phone") or accounts.get(session, request.account_id).phone
        if phone:
            name = self.tools.catalogue.bundle(request.bundle).short_name
            text = f"您咨询的“{name}”（{number}）已答复，一次性告知单可在“我的咨询”查看和下载。"
            self.sms.send(f"{number}:answered", message(phone, text))


def message(phone: str, text: str) -> dict[str, str]:
    """What an SMS gateway is given. The demonstration keeps no whole number."""
    return {"phone": f"{phone[:3]}****{phone[-4:]}", "text": text}


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
        "guidance_due": tools.calendar.acceptance_due(request.asked_at).due,
    }


def decode(body: dict[str, Any]) -> dict[str, Any]:
    """Undo the JSON spelling of instants, `{"$date": "..."}`, at any depth."""
    return {key: _decoded(value) for key, value in body.items()}


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return datetime.fromisoformat(value["$date"]) if "$date" in value else decode(value)
