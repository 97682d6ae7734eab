"""Whether the front door stands: for the supervisor of the process, says nothing else."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()


@router.get("/health", include_in_schema=False)
def health() -> dict[str, str]:
    return {"status": "UP"}
