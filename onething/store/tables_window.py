"""What was done at the counter: by which clerk, with whom in front of the desk, and what that person signed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class WindowAct(Base):
    """One act. `task` is the user task it answers, `round` which time that is; `promise` the outbox entry that tells the
    engine, "" where there is no task. `said` are the words of the form by the name of their variable: the engine is not
    given them. Of an identity number only the masked form is kept. `document_id` is the scan of what was signed on paper."""

    __tablename__ = "window_act"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    act_no: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(64), default="")
    round: Mapped[int] = mapped_column(default=0)
    clerk: Mapped[str]
    at: Mapped[datetime]
    promise: Mapped[str] = mapped_column(String(160), default="")
    person = Sealed()
    person_id = Sealed()
    relation: Mapped[str] = mapped_column(String(20), default="")
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    note = Sealed()
    said = Sealed(dict)
