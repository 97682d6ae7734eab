"""For the supervisor of the process: `/healthz` says it lives, `/readyz` that people can be served. Nothing else is said."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.context import ToolsDep

router = APIRouter()


@router.get("/healthz", include_in_schema=False)
def alive() -> dict[str, str]:
    return {"status": "UP"}


@router.get("/readyz", include_in_schema=False)
def ready(tools: ToolsDep, response: Response) -> dict[str, str | bool]:
    """The store answers. The engine may be down: people can still read and hand in."""
    answers = tools.store.answers()
    response.status_code = 200 if answers else 503
    return {"status": "UP" if answers else "DOWN", "store": answers}
