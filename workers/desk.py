"""What every step needs at hand, and the few things all steps do alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from onething.bootstrap import Tools
from onething.catalogue import Bundle, Catalogue
from onething.engine import contract
from onething.engine.client import EngineClient
from onething.engine.roster import member_of, roster_of
from onething.engine.worker import Task
from onething.errors import InvalidInput, NotAllowed
from onething.gateways import Gateways
from onething.papers.signing import LocalAuthority
from onething.store import Application, ApplicationItem, accounts, applications, window
from onething.vocabulary import ItemState
from onething.window import referred

Outcome = Mapping[str, Any]
INPUT_PROBLEM = "input_problem"
"""The sentence a form shows to the person whose answer could not be taken; the model leads back to them."""
ENDED_EARLY = frozenset({ItemState.WITHDRAWN, ItemState.NOT_TAKEN, ItemState.EXPIRED})


@dataclass(frozen=True)
class Desk:
    tools: Tools
    engine: EngineClient
    authority: LocalAuthority
    gateways: Gateways

    def catalogue(self, application: Application) -> Catalogue:
        """What held when the case was handed in, in its district (R20)."""
        return self.tools.catalogue_of(application)

    def bundle(self, application: Application) -> Bundle:
        return self.catalogue(application).bundle(application.bundle)

    def completer(self, task: Task, user_task: str, group: str = "") -> str:
        """The user who completed the latest `user_task` (of `group`) of this process: decisions carry a person (R91)."""
        return self.engine.completer(task.process_instance_id, user_task, group)

    def reviewer(self, task: Task, user_task: str, *, head: bool = False) -> str:
        """Who completed it as somebody of the office whose item this is, or as its head. A form may send more than it shows, an
        item's name too: nobody decides for another office (S09). Raises `NotAllowed`, which is an incident at once."""
        with self.tools.store.reading() as session:
            row = applications.item_of(applications.get(session, task.application_no), task.variables["item"])
        group = row.reviewer_group
        if head:
            group = contract.head_group(row.department, contract.district_of(group))
        actor = self.completer(task, user_task, group)
        if not actor:
            raise NotAllowed(
                f"步骤 {user_task} 不是由负责事项 {row.item} 的岗位 {group} 完成的，没有采用；请核查是谁提交的",
                code="not-their-item",
            )
        return actor

    def said(self, task: Task) -> Task:
        """The task with the words that a clerk wrote at the counter in place of the references to them."""
        found = referred(dict(task.variables))
        if not found:
            return task
        with self.tools.store.reading() as session:
            words = {name: window.said(session, task.application_no, act).get(key, "") for name, (act, key) in found.items()}
        variables = copy(task.variables)
        variables.update(words)
        return replace(task, variables=variables)

    @cached_property
    def _staff(self) -> dict[str, str]:
        users = roster_of(self.tools.catalogue).users
        return {user.id: f"{user.last_name}{user.first_name}" for user in users.values()}

    def staff_name(self, user: str) -> str:
        """How papers name a member of staff: office and post rather than the account, whoever keeps that account."""
        if user in self._staff or not user:
            return self._staff.get(user, user)
        with self.tools.store.reading() as session:
            account = accounts.by_subject(session, [user]).get(user)
        groups, posts = roster_of(self.tools.catalogue).groups, account.organisation.split() if account else []
        return next((self._staff[member_of(self.tools.catalogue, post)] for post in posts if post in groups), user)


def case_and_item(session: Any, task: Task) -> tuple[Application, ApplicationItem]:
    """The locked case and the item this task is about."""
    application = applications.lock(session, task.application_no)
    return application, applications.item_of(application, task.variables["item"])


def or_back(step: Callable[[Task, Desk], Outcome], task: Task, desk: Desk) -> Outcome:
    """`step` after a user task: an answer it cannot take goes back to that person's form, never to an incident."""
    try:
        return {INPUT_PROBLEM: "", **step(desk.said(task), desk)}
    except InvalidInput as error:
        return {INPUT_PROBLEM: "。".join(one.message for one in error.all)}


def text(task: Task, name: str) -> str:
    return str(task.variables.get(name) or "").strip()
