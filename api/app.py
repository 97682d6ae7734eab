"""The front door put together: pages in Chinese and a JSON API over the same functions."""

from __future__ import annotations

from functools import cache, partial

import structlog
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api import personas, problems
from api.context import refuse_cross_site
from api.description import describe
from api.engine_notice import EngineNotice
from api.limiting import Tally, limit_uploads, networks, note_origin
from api.oidc import providers
from api.pages import STATIC
from api.routes import (
    answers,
    api_docs,
    apply,
    apply_files,
    case_files,
    case_questions,
    cases,
    consents,
    delivery,
    doors,
    guidance,
    guides,
    health,
    me,
    people,
    ratings,
    staff_tasks,
    start,
    supervision,
    terminal,
    v1,
    verify,
    viewing,
    window,
    window_new,
)
from api.shield import Shield, headers_of
from api.squeeze import Squeeze
from onething.answers import fill
from onething.bootstrap import Tools
from onething.engine.case_model import CaseModels
from onething.gateways import callback_keys

log = structlog.get_logger(__name__)

DESCRIPTION = """一件事一次办: one application for one thing. Log in, upload documents, apply, follow the case.

Cookie session; every request that changes something needs the header `X-CSRF-Token` from the login.
Errors are `application/problem+json` with a plain Chinese sentence."""


def create_app(tools: Tools) -> FastAPI:
    """The application. In demonstration mode the people of the demonstration are made; raises off this machine."""
    if tools.settings.demo:
        personas.refuse_outside_loopback(tools.settings)
        tools.store.settle(lambda session: personas.seed(session, tools.catalogue))
    fill(tools.store, tools.catalogue)  # what the front door searches, it fills
    app = FastAPI(
        title="onething", version="1.0", description=DESCRIPTION, docs_url=None, redoc_url=None,
        openapi_url="/api/v1/openapi.json", routes=[*_routes()],
    )
    app.openapi = partial(describe, app)
    app.state.tools, app.state.callback_keys = tools, callback_keys(tools.settings)
    app.state.looks, app.state.doors = Tally("verify"), providers(tools.settings)
    app.state.engine, app.state.models = EngineNotice(tools), CaseModels(tools.settings.rest_url, tools.settings.var_dir)
    networks(tools.settings.trusted_proxies)  # a mistake in it is found now
    if not tools.settings.limits:
        log.warning("rate limits are off")
    app.mount("/static", CachedFiles(directory=STATIC))
    app.add_middleware(Squeeze)
    app.state.headers = headers_of(tools.settings)
    app.add_middleware(Shield, max_upload_mib=tools.settings.max_upload_mib, headers=app.state.headers)
    problems.install(app)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Everything that is answered, and what every request is asked first. It knows nothing of `tools`, so applications of
    one process share it: to read the parameters of all functions takes longer than the rest of an application."""
    front = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, generate_unique_id_function=_operation_id,
        dependencies=[Depends(note_origin), Depends(refuse_cross_site), Depends(limit_uploads)],
    )
    parts = (
        api_docs, v1, start, answers, guides, people, staff_tasks, verify, doors, me, consents, window_new, window, terminal,
        cases, case_files, case_questions, ratings, delivery, viewing, guidance, supervision, apply_files, apply, health,
    )
    for part in parts:
        front.include_router(part.router)
    return tuple(front.routes)


def _operation_id(route: APIRoute) -> str:
    """The function's name: stable, whatever happens to the path."""
    return route.name


class CachedFiles(StaticFiles):
    """Their addresses change with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
