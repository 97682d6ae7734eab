"""The files that come with a correction's form. A good one is kept as an upload of the applicant, so that whatever else is
wrong, only the bad one has to be chosen again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from api import uploads
from api.submission import own_upload
from onething.bootstrap import Tools
from onething.eligibility import MaterialNeed
from onething.errors import InvalidInput
from onething.store import Account, Document


@dataclass(frozen=True)
class Brought:
    """By material: what may be handed in, and what was wrong with a file."""

    files: Mapping[str, Document]
    refused: Mapping[str, InvalidInput]

    @property
    def ids(self) -> dict[str, str]:
        return {key: row.id for key, row in self.files.items()}


def brought(
    tools: Tools, sender: Account, owner: Account, needs: Iterable[MaterialNeed], form: FormData, what: str = "文件"
) -> Brought:
    """A new file goes before the one that was kept from an earlier try. Stores what is good; raises `NotFound` for a kept one
    that is not the `owner`'s. Call it outside of a transaction."""
    files: dict[str, Document] = {}
    refused: dict[str, InvalidInput] = {}
    for need in needs:
        key, field = need.material.key, f"material-{need.material.key}"
        try:
            if kept := form.get(f"kept-{key}"):
                with tools.store.reading() as session:
                    files[key] = own_upload(session, owner, key, str(kept))
            if sent := uploads.sent_files(form, field):
                upload = uploads.of_material(tools, sender, need.material, sent, what)
                with tools.store.transaction() as session:
                    files[key] = uploads.keep(session, tools, owner, upload)
        except InvalidInput as error:
            refused[key] = error
            for one in error.all:
                one.field = field
    return Brought(files, refused)
