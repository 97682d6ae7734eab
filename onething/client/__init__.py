"""A typed client of the front door's JSON API: `Client("http://127.0.0.1:8000").log_in_as("demo-zhang-san")`."""

from __future__ import annotations

from onething.client import records
from onething.client.calls import Calls
from onething.client.transport import Refused, Unreachable

__all__ = ["Client", "Refused", "Unreachable", "records"]


class Client(Calls):
    """One person, or nobody yet: guides, answers and verification need no login."""

    name = ""

    def log_in_as(self, subject: str) -> Client:
        """The login of the demonstration; the session and its token go with every later request."""
        answer = self.log_in(records.Login(subject=subject))
        self.name = answer.name
        self.session.headers["X-CSRF-Token"] = answer.csrf_token
        return self
