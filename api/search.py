"""Finding one thing by plain words. Pure."""

from __future__ import annotations

from api.pages.languages import ENGLISH, in_language
from onething.catalogue import Bundle, Catalogue

COMMON = set("我要想怎么办理一件事的了在去吗如何？?，, ")


def find_bundles(catalogue: Catalogue, text: str) -> list[Bundle]:
    """Best first: the words as a whole in the name, then in items or departments, then most characters in common."""
    words = text.strip().lower()[:40]
    if not words:
        return []
    scored = [(_score(catalogue, bundle, words), bundle) for bundle in catalogue.in_plan_order()]
    return [bundle for score, bundle in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def find_by_english_name(catalogue: Catalogue, text: str) -> list[Bundle]:
    """All words, in any order: `open restaurant`; in the name before in the items: `drainage licence`."""
    words = text.lower().split()[:10]
    found = [(_in_english(catalogue, bundle, words), bundle) for bundle in catalogue.in_plan_order()]
    return [bundle for score, bundle in sorted(found, key=lambda pair: -pair[0]) if words and score]


def _in_english(catalogue: Catalogue, bundle: Bundle, words: list[str]) -> int:
    english = in_language(ENGLISH)
    name = english.local_text(bundle.short_name).lower()
    items = " ".join(english.local_text(catalogue.items[row.item].name).lower() for row in bundle.rows)
    return 2 if all(word in name for word in words) else int(all(word in f"{name} {items}" for word in words))


def _score(catalogue: Catalogue, bundle: Bundle, words: str) -> int:
    items = " ".join(catalogue.items[row.item].name for row in bundle.rows)
    places = ((bundle.short_name, 100), (bundle.name, 80), (items, 50), (catalogue.department_name(bundle.lead), 20))
    whole = max((weight for place, weight in places if words in place.lower()), default=0)
    if whole:
        return whole
    wanted = set(words) - COMMON
    common = wanted & set(bundle.short_name + bundle.name)
    return 2 * len(common) if len(common) >= 2 and 2 * len(common) >= len(wanted) else 0
