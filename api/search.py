"""Finding one thing by plain words: everyday expressions stand for the words of the guides. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from api.pages.languages import ENGLISH, in_language
from onething.catalogue import Bundle, Catalogue
from onething.catalogue.everyday import Everyday
from onething.segmenting import concepts, words

LONGEST = 40
WEIGHTS = (1.0, 0.6, 0.35, 0.3)
"""What a word counts in the name of a thing, of its items, in what is asked about it, in the department's name."""
MEANT, PIECE = 0.95, 0.45
"""… a word that the expression stands for, a part of the word."""
LESS = 0.01
"""… and the later it is named among those, the less: between equals the first one comes first."""
NEAR_BEST = 0.5
COVERED = 0.3
"""Least part of what was asked that a thing has to answer to."""
Places = tuple[tuple[float, str, frozenset[str]], ...]


@dataclass(frozen=True)
class _Shelf:
    """Places of each thing, in the order of the plan; how many things have a word."""

    places: tuple[Places, ...]

    @lru_cache(maxsize=4096)  # noqa: B019 as many shelves as catalogues
    def rarity(self, word: str) -> float:
        having = sum(any(_has(place, word) for place in places) for places in self.places)
        return math.log((len(self.places) + 1) / having) if having else 0.0


def find_bundles(catalogue: Catalogue, everyday: Everyday, text: str) -> list[Bundle]:
    """Best first; what is far behind the best is left out."""
    asked, bundles = concepts(text.strip()[:LONGEST], everyday.said_for), catalogue.in_plan_order()
    shelf = _shelf(tuple(_texts(catalogue, bundle) for bundle in bundles))
    most = sum(max((shelf.rarity(word) for word in concept), default=0) or math.log(len(bundles) + 1) for concept in asked)
    scored = [
        (sum(_score(shelf, places, concept, everyday.said_for.get(concept[0], ())) for concept in asked), bundle)
        for places, bundle in zip(shelf.places, bundles, strict=True)
    ]
    least = max(NEAR_BEST * max((score for score, _ in scored), default=0), COVERED * most)
    return [bundle for score, bundle in sorted(scored, key=lambda pair: -pair[0]) if score and score >= least]


def _score(shelf: _Shelf, places: Places, concept: Sequence[str], meant: Sequence[str]) -> float:
    def worth(word: str) -> float:
        if word == concept[0]:
            return 1.0
        return MEANT - LESS * meant.index(word) if word in meant else PIECE

    return max(
        (worth(word) * shelf.rarity(word) * place[0] for word in concept for place in places if _has(place, word)), default=0.0
    )


def _has(place: tuple[float, str, frozenset[str]], word: str) -> bool:
    return word in place[2] or (len(word) > 1 and word in place[1])


def _texts(catalogue: Catalogue, bundle: Bundle) -> tuple[str, ...]:
    known = catalogue.knowledge.get(bundle.slug)
    return (
        f"{bundle.short_name} {bundle.name}", " ".join(catalogue.items[row.item].name for row in bundle.rows),
        " ".join(entry.question for entry in known.entries) if known else "", catalogue.department_name(bundle.lead),
    )


@lru_cache(maxsize=8)
def _shelf(texts: tuple[tuple[str, ...], ...]) -> _Shelf:
    return _Shelf(tuple(
        tuple((weight, text.lower(), frozenset(words(text))) for weight, text in zip(WEIGHTS, one, strict=True))
        for one in texts
    ))


def find_by_english_name(catalogue: Catalogue, everyday: Everyday, text: str) -> list[Bundle]:
    """All words, in any order: `open restaurant`; in the name before in the items: `drainage licence`."""
    asked = [(word, *everyday.in_english.get(word, ())) for word in text.lower().split()[:10]]
    found = [(_in_english(catalogue, bundle, asked), bundle) for bundle in catalogue.in_plan_order()]
    return [bundle for score, bundle in sorted(found, key=lambda pair: -pair[0]) if asked and score]


def _in_english(catalogue: Catalogue, bundle: Bundle, asked: list[tuple[str, ...]]) -> int:
    english = in_language(ENGLISH)
    name = english.local_text(bundle.short_name).lower()
    items = " ".join(english.local_text(catalogue.items[row.item].name).lower() for row in bundle.rows)
    def has(text: str) -> bool:
        return all(any(word in text for word in forms) for forms in asked)

    return 2 if has(name) else int(has(f"{name} {items}"))
