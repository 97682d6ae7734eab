"""Who gets what from every route: the table that `test_matrix.py` holds the front door to (S10, P11).

A row is a route and what twelve people get when they ask for a case, file, draft or question of the owner, in the order of
`ROLES`. Where a status depends on something other than who asks (there is nothing to correct), it is that of the asked state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute

ROLES = (
    "anonymous", "owner", "citizen", "agent", "window", "elsewhere", "reviewer", "stranger", "supervisor", "delivery", "adviser",
    "head",
)
PEOPLE = {
    "owner": "demo-restaurant", "citizen": "demo-li-si", "agent": "demo-trade", "window": "window-410105",
    "elsewhere": "window-410100", "reviewer": "reviewer-market-410105", "stranger": "reviewer-city-management-410105",
    "supervisor": "supervisor-410105", "delivery": "delivery-410105", "adviser": "adviser-market-410105",
    "head": "head-market-410105",
}
"""`agent` acts for another company, `reviewer` has an item in the case and `head` is above them, `stranger` is of a department
that has none; `adviser` answers questions about the thing, `delivery` hands results over."""


def everyone(status: int) -> tuple[int, ...]:
    return (status,) * len(ROLES)


def logged_in(status: int) -> tuple[int, ...]:
    return 401, *(status,) * (len(ROLES) - 1)


def owner(status: int) -> tuple[int, ...]:
    return 401, status, *(404,) * 10


def handling(status: int) -> tuple[int, ...]:
    """The window, delivery, reviewers and heads of the case, and the supervisor of its district."""
    return 401, 404, 404, 404, status, 404, status, 404, status, status, 404, status


def citizens(status: int, staff: int = 403) -> tuple[int, ...]:
    return 401, *(status,) * 3, *(staff,) * 8


def counter(status: int, elsewhere: int = 404, delivery: int | None = None) -> tuple[int, ...]:
    """The clerks of the case's counter, and as a rule those who hand results over there; who is at no counter is told so,
    whatever was asked for."""
    return 401, 403, 403, 403, status, elsewhere, 403, 403, 403, status if delivery is None else delivery, 403, 403


API = "/api/v1"
MATRIX: dict[str, tuple[int, ...]] = {
    # public
    "GET /": everyone(200), "GET /bundles/{slug}": everyone(200), "GET /look/{size}": everyone(303),
    "GET /answers": everyone(200), "GET /bundles/{slug}/guide": everyone(200), "GET /bundles/{slug}/brief": everyone(200),
    "GET /bundles/{slug}/flow.svg": everyone(200), "GET /bundles/{slug}/versions": everyone(200),
    "GET /bundles/{slug}/{name}.pdf": everyone(200), "GET /measures": everyone(200),
    "GET /items/{slug}/sample.pdf": everyone(200), "GET /login": everyone(200), "POST /login": everyone(303),
    "GET /login/{door}": everyone(404), "GET /login/{door}/back": everyone(404),  # no door is open here
    "GET /verify": everyone(200), "POST /verify": everyone(200), "GET /verify/{token}": everyone(200),
    "GET /healthz": everyone(200), "GET /readyz": everyone(200),
    f"GET {API}/bundles": everyone(200), f"GET {API}/bundles/{{slug}}": everyone(200),
    f"GET {API}/bundles/{{slug}}/guide": everyone(200), f"GET {API}/bundles/{{slug}}/form": everyone(200),
    f"GET {API}/bundles/{{slug}}/estimate": everyone(200), f"GET {API}/bundles/{{slug}}/consents": everyone(200),
    f"GET {API}/answers": everyone(200),
    f"GET {API}/verify/{{token}}": everyone(200), f"POST {API}/login": everyone(200), f"POST {API}/verify": everyone(200),
    f"POST {API}/callbacks/{{system}}": everyone(401),  # the message itself has to be signed

    f"GET {API}/docs": everyone(200), "GET /rating/thanks": everyone(200),
    "GET /rate/{token}": everyone(404), "POST /rate/{token}": everyone(404),  # the token alone opens it, once
    "GET /terminal": everyone(303), "GET /terminal/off": everyone(303), "GET /terminal/end": everyone(303),
    "GET /terminal/find": everyone(200), "GET /terminal/guides/{slug}": everyone(200),

    "GET /staff/admitted": everyone(401),  # none of them came in with a second factor: test_login.py has who did

    # one's own, whoever one is
    "GET /me": citizens(200), "GET /me/data": citizens(200), "GET /me/data/export.zip": citizens(200),
    "POST /me/data/contact": citizens(422), "POST /me/data/deletion": citizens(422),  # nothing was chosen
    # what rests on a duty of the office is told, not agreed to
    "GET /me/data/consents/{consent_id}": owner(409), "POST /me/data/consents/{consent_id}": owner(409),
    "GET /terminal/cases": logged_in(200), "POST /terminal/end": logged_in(303), "POST /stay": logged_in(204),
    "GET /staff/tasks": logged_in(200),  # what is in it: test_staff_tasks.py
    "GET /staff/questions": logged_in(200), "GET /staff/ratings": (401, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200, 200),
    "GET /staff/window": counter(200, 200), "GET /staff/window/new": counter(200, 200, 403),
    "POST /staff/window/new": counter(422, 422, 403),
    "POST /logout": logged_in(303), f"POST {API}/logout": logged_in(204), "GET /me/logins": logged_in(200),
    "POST /me/logins": logged_in(303), "GET /cases": logged_in(200), "GET /me/certificates": logged_in(200),
    "GET /guidance": logged_in(200), "GET /apply/{slug}": logged_in(200), "POST /apply/{slug}": logged_in(303),
    "GET /bundles/{slug}/ask": logged_in(200), "GET /staff": logged_in(200),
    "POST /bundles/{slug}/ask": (401, 303, 303, 303, 303, 403, 403, 403, 403, 403, 403, 403),  # for the hall: its own window only
    f"POST {API}/documents": logged_in(201), f"GET {API}/certificates": logged_in(200),
    f"GET {API}/applications": logged_in(200), f"GET {API}/guidance": logged_in(200),
    f"POST {API}/guidance": (401, 201, 201, 201, 201, 403, 403, 403, 403, 403, 403, 403),
    f"POST {API}/applications": (401, 201, 422, 422, 403, 403, 403, 403, 403, 403, 403, 403),

    # a case of the owner
    f"GET {API}/applications/{{number}}": owner(200), f"POST {API}/applications/{{number}}/withdrawal": owner(200),
    f"POST {API}/applications/{{number}}/delivery": owner(200),
    f"POST {API}/applications/{{number}}/correction": owner(409),
    f"POST {API}/applications/{{number}}/supplement": owner(409),
    "GET /cases/{number}": owner(200), "GET /cases/{number}/receipt": owner(200), "GET /cases/{number}/receipt.pdf": owner(200),
    "GET /cases/{number}/withdrawal": owner(200),
    "POST /cases/{number}/withdrawal": owner(303), "POST /cases/{number}/again": owner(409),
    "GET /cases/{number}/correction": owner(409),
    "POST /cases/{number}/correction": owner(409), "POST /cases/{number}/materials/{key}": owner(409),
    "GET /cases/{number}/form.pdf": owner(200), "GET /cases/{number}/delivery": owner(200),
    "POST /cases/{number}/delivery": owner(303),
    "GET /cases/{number}/diagram": owner(200), "GET /cases/{number}/questions": owner(200),
    "POST /cases/{number}/questions": owner(422), "GET /cases/{number}/rating": owner(409),
    "POST /cases/{number}/rating": owner(409),  # a case under way is not rated
    "GET /terminal/cases/{number}": owner(200), "GET /terminal/cases/{number}/receipt.pdf": owner(200),
    "POST /staff/cases/{number}/questions/{question}": (
        401, 404, 404, 404, 303, 404, 409, 404, 409, 409, 404, 409),  # the window was asked
    "GET /staff/window/{number}": counter(200), "GET /staff/window/{number}/label.pdf": counter(409),
    "GET /staff/window/{number}/slip.pdf": counter(409), "GET /staff/window/{number}/papers/{document_id}": counter(200),
    "POST /staff/window/{number}/acts/{task}": counter(409), "POST /staff/window/{number}/correction": counter(409),
    "POST /staff/window/{number}/supplement/{key}": counter(409),
    "POST /staff/window/{number}/withdrawal": counter(422, delivery=403), "POST /staff/window/{number}/delivery": counter(422),
    "POST /staff/window/{number}/paper-reply": counter(422), "POST /staff/window/{number}/scans/{key}": counter(422),
    "GET /staff/cases/{number}": handling(200), "GET /staff/cases/{number}/form.pdf": handling(200),
    "GET /staff/cases/{number}/archive": handling(200), f"GET {API}/applications/{{number}}/archive": handling(200),
    "POST /staff/cases/{number}/materials/{key}": handling(403),  # a case that came online has nothing to scan
    "POST /staff/cases/{number}/materials/{key}/print": handling(200),
    "POST /staff/cases/{number}/disputes/{field}": handling(303),
    "POST /staff/cases/{number}/certificates/{certificate_no}/revocation": (
        401, 404, 404, 404, 403, 404, 403, 404, 403, 403, 404, 422),  # its head's alone
    # the reviewer is of the lead department
    "GET /staff/supervision": (401, 403, 403, 403, 403, 403, 200, 403, 200, 403, 403, 403),
    "POST /staff/supervision": (401, 404, 404, 404, 404, 404, 303, 404, 303, 404, 404, 404),
    f"GET {API}/supervision": (401, 403, 403, 403, 403, 403, 200, 403, 200, 403, 403, 403),
    f"POST {API}/supervision/reminders": (401, 404, 404, 404, 404, 404, 201, 404, 201, 404, 404, 404),

    # a file, a draft and a question of the owner
    "GET /documents/{document_id}/view": owner(200), "GET /documents/{document_id}/pages/{page}": owner(200),
    "GET /documents/{document_id}": owner(200), f"GET {API}/documents/{{document_id}}": owner(200),
    "GET /drafts/{draft_id}": owner(303), "GET /drafts/{draft_id}/{step}": owner(200),
    "POST /drafts/{draft_id}/{step}": owner(303), "POST /drafts/{draft_id}/delete": owner(303),
    "POST /drafts/{draft_id}/materials/{key}": owner(303), "POST /drafts/{draft_id}/materials/{key}/reuse": owner(404),
    "POST /drafts/{draft_id}/materials/{key}/remove": owner(303), "GET /drafts/{draft_id}/materials/{key}": owner(303),
    "POST /drafts/{draft_id}/materials/{key}/promise": owner(303),
    # a draft of the clerk's, about the owner
    "GET /staff/window/new/{draft_id}": counter(200, delivery=403),
    "POST /staff/window/new/{draft_id}": counter(303, delivery=403),
    "GET /staff/window/new/{draft_id}/{paper}.pdf": counter(200, delivery=403),
    "POST /staff/window/new/{draft_id}/delete": counter(303, delivery=403),
    "GET /guidance/pre-check/{draft_id}": owner(200), "POST /guidance/pre-check/{draft_id}": owner(303),
    "GET /guidance/{number}": owner(200),
    "GET /staff/guidance/{number}": (401, 404, 404, 404, 200, 404, 404, 404, 404, 404, 200, 404),
    f"GET {API}/guidance/{{number}}": (401, 200, 404, 404, 200, 404, 404, 404, 404, 404, 200, 404),
}
PUBLIC = frozenset(route for route, statuses in MATRIX.items() if statuses[0] != 401 or "/callbacks/" in route)


def routes_of(found: Any, prefix: str = "") -> Iterator[str]:
    """Every route of the application, pages too; routers are kept whole inside of it."""
    for route in found:
        if isinstance(route, APIRoute):
            yield from (f"{method} {prefix}{route.path}" for method in route.methods - {"HEAD"})
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from routes_of(inner.routes, prefix + route.include_context.prefix)
