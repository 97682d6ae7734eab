"""A small client of the front door's JSON API: what a citizen's own program would do over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from onething.errors import OneThingError

TIMEOUT = (3, 30)


class Citizen:
    """Logged in as a person of the demonstration; every call raises `OneThingError` with the front door's sentence."""

    def __init__(self, base_url: str, subject: str) -> None:
        self.base_url, self.session = base_url, requests.Session()
        answer = self._call("POST", "/login", json={"subject": subject})
        self.name = answer["name"]
        self.session.headers["X-CSRF-Token"] = answer["csrf_token"]

    def bundle(self, slug: str) -> dict[str, Any]:
        return self._call("GET", f"/bundles/{slug}")

    def upload(self, name: str, content: bytes) -> str:
        return self._call("POST", "/documents", files={"file": (name, content)})["document_id"]

    def apply(self, application: Mapping[str, Any]) -> str:
        """Hand in once; the number of the case."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return self._call("POST", "/applications", json=application, headers=key)["number"]

    def case(self, number: str) -> dict[str, Any]:
        return self._call("GET", f"/applications/{number}")

    def download(self, document_id: str, path: Path) -> None:
        answer = self.session.get(f"{self.base_url}/api/v1/documents/{document_id}", timeout=TIMEOUT)
        answer.raise_for_status()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.content)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self.session.request(method, f"{self.base_url}/api/v1{path}", timeout=TIMEOUT, **options)
        if not answer.ok:
            problem = answer.json()
            raise OneThingError(problem.get("detail", answer.reason), code=problem.get("code"), status=answer.status_code)
        return answer.json()
