"""The JSON API as a whole: one prefix, one way errors look."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import answers, callbacks, v1_cases, v1_catalogue, v1_guidance, v1_people, v1_supervision, verify
from api.schemas import Problem

PROBLEMS = {
    "4XX": {
        "description": "Refused; nothing was saved. `detail` says in Chinese what to do",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "model": Problem,
    }
}

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
for part in (v1_catalogue, v1_people, v1_cases, v1_guidance, v1_supervision, callbacks):
    router.include_router(part.router)
router.include_router(answers.api)
router.include_router(verify.api)
