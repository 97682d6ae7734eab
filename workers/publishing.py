"""同源发布: the editions now in force are kept, and each new one is pushed to the provincial platform once (R17, R18, R20)."""

from __future__ import annotations

from functools import partial
from typing import Any

from onething.bootstrap import Tools
from onething.catalogue.version import edition_of
from onething.store import guides, outbox


def publish(tools: Tools) -> int:
    """How many editions of the open districts are new. The push is keyed by version, so that it goes out once."""
    return tools.store.settle(partial(_publish, tools))


def _publish(tools: Tools, session: Any) -> int:
    now, count = tools.clock.now(), 0
    for district in tools.catalogue.districts.values():
        local = tools.catalogue.in_district(district.code)
        for bundle in local.bundles.values() if district.open else ():
            version = local.version(bundle.slug)
            content = partial(edition_of, local, bundle)
            if guides.publish(session, now, bundle.slug, district.code, version, content):
                key = f"guide:{bundle.slug}:{district.code}:{version}"
                outbox.put(session, now, key, "push", what="guide", event=key, item=bundle.slug, department=district.code)
                count += 1
    return count
