"""Who decides and where: departments, districts, windows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from onething.catalogue.base import Model, Slug, Text
from onething.catalogue.facts import Fact

SERVICE_CENTRE = "service-centre"
"""The office that advises where the lead department delegated it; no department of the plan (R32)."""


class Department(Model):
    """`connected: false`: its system takes no pushes; the lead has the application fetched instead (R56)."""

    slug: Slug
    name: Text
    kind: Literal["government", "partner"]
    connected: bool = True


class Window(Model):
    """A place where people are served: 办理地址和时间 (R8). What nobody confirmed is shown as 待核实."""

    name: Text
    address: Fact
    hours: Fact
    phone: Fact | None = None


class District(Model):
    """`merge_intake_acceptance`: the departments that authorised the window to accept for them (收件受理一体化, R69)."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    name: Text
    kind: Literal["city", "county"]
    also_called: tuple[Text, ...] = ()
    open: bool = False
    merge_intake_acceptance: tuple[Slug, ...] = ()
    windows: tuple[Window, ...] = ()
