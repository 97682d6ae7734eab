"""What an item ends in: a certificate or not, how long it holds, and what it states."""

from __future__ import annotations

from onething.catalogue.base import Model, Text
from onething.catalogue.facts import Key, Sourced, Validity


class ShownField(Model):
    """A line of a certificate: what the application form says of `field`, under the name the certificate has for it."""

    field: Key
    label: str = ""


class Shown(Sourced):
    """证照载明事项 besides holder, number, term and issuer, and which rule says so.

    `called`: what the holder is called on it, 持证主体 where nothing is said. `holder`: the field that names who it is for, where
    that is not whoever applies: the child, the buyer, the company that is founded; `applicant`: as what whoever applies stands
    on it then.
    """

    called: str = ""
    holder: Key | None = None
    applicant: str = ""
    lines: tuple[ShownField, ...]


class Result(Model):
    name: Text
    certificate: bool
    validity: Validity | None = None
    shows: Shown | None = None
