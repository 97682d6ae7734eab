"""The pages: Jinja2 templates with the words and dates of look.md. No logic here beyond showing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import local_time, masking
from onething.numbers import grouped
from onething.vocabulary import (
    CaseState,
    Channel,
    DeliveryMode,
    DeliveryWay,
    GuidanceKind,
    ItemState,
    PaperKind,
    PromiseKind,
)

HERE = Path(__file__).parent
STATIC = HERE / "static"
LARGE_COOKIE, TERMINAL_COOKIE = "onething_large", "onething_terminal"


def render(request: Request, template: str, page: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """`page` holds what the template shows; who is there and the demo mark come with every page."""
    visitor = getattr(request.state, "visitor", None)
    settings = request.app.state.tools.settings
    shared = {
        "visitor": visitor, "csrf": visitor.csrf if visitor else "", "path": request.url.path,
        "large": request.cookies.get(LARGE_COOKIE) == "1", "demo": settings.demo,
        "terminal": request.cookies.get(TERMINAL_COOKIE) == "1", "idle_seconds": settings.terminal_seconds,
        "catalogue": request.app.state.tools.catalogue,
    }
    return HTMLResponse(_environment().get_template(template).render(shared | dict(page)), status)


def text_of(template: str, page: Mapping[str, Any]) -> str:
    """A template of its own, not of the site: for files that leave it."""
    return _environment().get_template(template).render(page)


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters |= {
        "day": local_time.day_text, "short_day": local_time.short_day, "moment": local_time.time_text,
        "grouped": grouped, "mask_id": masking.mask_id, "mask_phone": masking.mask_phone, "size": size_text,
        "delivery_label": lambda value: DeliveryWay(value).label, "mode_label": lambda value: DeliveryMode(value).label,
        "channel_label": lambda value: Channel(value).label, "guidance_label": lambda value: GuidanceKind(value).label,
        "paper_label": lambda value: PaperKind(value).label, "promise_label": lambda value: PromiseKind(value).label,
        "state_label": lambda value: CaseState(value).label, "item_state_label": lambda value: ItemState(value).label,
        "iso_day": lambda value: local_time.day_text(date.fromisoformat(value)),
    }
    environment.globals |= {
        "static": static_url, "delivery_modes": list(DeliveryMode), "delivery_ways": list(DeliveryWay),
    }
    return environment


@lru_cache
def static_url(name: str) -> str:
    """Address of a file in static/ that changes with its content, so that it may be kept for ever."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def size_text(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(size // 1024, 1)} KB"
