"""Who an account is to colleagues: its name; where it has none with us, the post whose work it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onething.bootstrap import Tools
from onething.engine.roster import roster_of
from onething.store import accounts


def staff_names(session: Any, tools: Tools, posts: Mapping[str, str]) -> dict[str, str]:
    """`posts`: account -> group that has this work. Who only ever logged in to Tasklist has no account here."""
    known, groups = accounts.by_subject(session, posts), roster_of(tools.catalogue).groups
    return {
        subject: known[subject].name if subject in known else groups.get(group, "工作人员") for subject, group in posts.items()
    }
