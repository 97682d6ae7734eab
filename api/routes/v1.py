"""The JSON API as a whole, under one prefix."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import answers, callbacks, v1_cases, v1_catalogue, v1_guidance, v1_people, v1_supervision, verify

router = APIRouter(prefix="/api/v1")
for part in (v1_catalogue, v1_people, v1_cases, v1_guidance, v1_supervision, callbacks):
    router.include_router(part.router)
router.include_router(answers.api)
router.include_router(verify.api)
