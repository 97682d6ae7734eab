"""Which frequent questions answer what somebody asks in own words, and when to say plainly that none does (R28, R37).

How sure an answer is does not hang on the database: each word asked weighs by how rare it is among all entries, and an
answer is as sure as the part of that weight it covers. The figures below were set on questions kept in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.catalogue import Bundle, Catalogue
from onething.catalogue.everyday import Everyday
from onething.segmenting import ASKING, concepts, words
from onething.store import Store, knowledge
from onething.store.tables_knowledge import KnownAnswer

MAX_QUESTION = 200
CANDIDATES = 40
SHOWN = 3
SURE = 0.5  # least part of the question that an answer covers
SURE_OF_THING = 0.4  # enough where the question names the thing and the answer speaks of something else, too
NEAR_BEST = 0.7  # an answer much less sure than the best one is noise
OTHER_THING = 0.85  # taken off an answer about another thing than the one that the question names
RELATED = 0.2  # least part of the question that the name of a related thing covers,
CLEARLY_NAMED = 3.1  # unless it is named by a word that hardly any other thing has
RELATED_SHOWN = 3
IN_QUESTION, IN_THING, IN_ANSWER, BY_ANOTHER_WORD = 1.0, 0.9, 0.6, 0.85
NEVER_SEEN = 0.9  # a word that no entry has weighs a little less than the rarest one: it may be a way of speaking
Concept = tuple[str, ...]
Weights = Mapping[Concept, float]


@dataclass(frozen=True)
class Answer:
    """An answer as it may be cited: whose it is, where it stands, whether it is confirmed, in which edition of the guide."""

    bundle: Bundle
    question: str
    answer: str
    owner: str
    source: str
    confirmed: bool
    guide_version: str
    sureness: float


@dataclass(frozen=True)
class Reply:
    """What is known; `answers` is empty where nothing is. `related` are things whose guide or adviser may help."""

    question: str
    answers: tuple[Answer, ...] = ()
    related: tuple[Bundle, ...] = ()

    @property
    def known(self) -> bool:
        return bool(self.answers)


def entries_of(catalogue: Catalogue, district: str, city: Catalogue | None = None) -> Iterator[dict[str, Any]]:
    """What goes into the store for one district, or for the city by the city's code; where `city` is given, only of
    things whose guide differs from its."""
    for bundle in catalogue.in_plan_order():
        known, version = catalogue.knowledge.get(bundle.slug), catalogue.version(bundle.slug)
        if city and bundle.slug in city.bundles and city.version(bundle.slug) == version:
            continue
        thing = spaced(f"{bundle.name} {bundle.short_name}")
        for position, entry in enumerate(known.entries if known else ()):
            yield {
                "bundle": bundle.slug, "district": district, "position": position, "question": entry.question,
                "answer": entry.answer, "owner": entry.owner, "source": entry.source, "confirmed": entry.confirmed,
                "guide_version": version, "question_words": spaced(entry.question), "thing_words": thing,
                "answer_words": spaced(entry.answer),
            }


def all_entries(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Each city's, and of each open district those of things whose guide differs from the city's (R27)."""
    for district in catalogue.districts.values():
        if district.kind == "city":
            yield from entries_of(catalogue, district.code)
        elif district.open and (local := catalogue.in_district(district.code)) is not catalogue:
            yield from entries_of(local, district.code, catalogue)


def fill(store: Store, catalogue: Catalogue) -> int:
    """Bring the searched entries to what the guides in force say; how many changed. Safe to repeat and to race."""
    entries = list(all_entries(catalogue))
    with store.transaction() as session:
        return knowledge.refresh(session, entries)


def reply(store: Store, catalogue: Catalogue, everyday: Everyday, question: str, district: str) -> Reply:
    """Answers for this question in this district, from its own entries and else the city's."""
    question = " ".join(question.split())[:MAX_QUESTION]
    asked = concepts(question, everyday.said_for)
    searched = [word for concept in asked for word in concept]
    with store.reading() as session:
        hits = knowledge.find(session, searched, district, CANDIDATES)
        counts, total = knowledge.count(session, searched), knowledge.size(session)
    return decide(catalogue.in_district(district), question, hits, weights_of(asked, counts, total))


def popular(catalogue: Catalogue, everyday: Everyday) -> list[tuple[Bundle, str]]:
    """Where nothing was asked or found: the first question of each thing that is named first."""
    known = [slug for slug in everyday.popular if slug in catalogue.bundles and slug in catalogue.knowledge]
    return [(catalogue.bundle(slug), catalogue.knowledge[slug].entries[0].question) for slug in known]


def decide(catalogue: Catalogue, question: str, hits: Sequence[KnownAnswer], weights: Weights) -> Reply:
    """The surest answers, or none. Pure."""
    hits = [hit for hit in hits if hit.bundle in catalogue.bundles and hit.owner in catalogue.departments]
    things = related(hits, weights)
    factor = {hit.bundle: 1.0 if hit.bundle in things or not things else OTHER_THING for hit in hits}
    sure = {hit.id: factor[hit.bundle] * sureness(hit, weights) for hit in hits}
    ranked = sorted(hits, key=lambda hit: -sure[hit.id])
    best = sure[ranked[0].id] if ranked else 0.0
    chosen = [hit for hit in ranked[:SHOWN] if sure[hit.id] >= max(enough(hit, weights), NEAR_BEST * best)]
    return Reply(
        question, tuple(answer_of(catalogue, hit, sure[hit.id]) for hit in chosen),
        tuple(catalogue.bundle(slug) for slug in things[:RELATED_SHOWN]),
    )


def enough(hit: KnownAnswer, weights: Weights) -> float:
    """How sure is sure: less is asked of an answer about the thing that the question names; what an answer only
    mentions, and how much or who alone, is no answer."""
    telling = [concept for concept in weights if concept[0] not in ASKING]
    named = {concept for concept in telling if best_of(concept, hit.thing_words.split(), 1.0)}
    asked = {concept for concept in telling if best_of(concept, hit.question_words.split(), 1.0)}
    if not named | asked:
        return math.inf
    return SURE_OF_THING if named and len(named | asked) > 1 else SURE


def related(hits: Sequence[KnownAnswer], weights: Weights) -> list[str]:
    """Bundles whose name says a good part of the question, best first."""
    whole, parts = sum(weights.values()), {}
    for slug, said in {hit.bundle: hit.thing_words.split() for hit in hits}.items():
        part = sum(best_of(concept, said, weight) for concept, weight in weights.items())
        clear = any(concept[0] in said and weight >= CLEARLY_NAMED for concept, weight in weights.items())
        if clear or part >= RELATED * whole > 0:
            parts[slug] = part
    return sorted(parts, key=lambda slug: -parts[slug])


def weights_of(asked: Sequence[Concept], counts: Mapping[str, int], total: int) -> dict[Concept, float]:
    """How much each concept tells: the rarer its words are among all entries, the more."""
    weights: dict[Concept, float] = {}
    for concept in asked:
        known = [counts[word] for word in concept if counts.get(word)]
        rareness = math.log((total + 1) / (min(known, default=0) + 0.5))
        weights[concept] = rareness if known else NEVER_SEEN * rareness
    return weights


def sureness(hit: KnownAnswer, weights: Weights) -> float:
    """The part of the question that this entry speaks of, each concept by its best place; 0 to 1."""
    places = ((hit.question_words, IN_QUESTION), (hit.thing_words, IN_THING), (hit.answer_words, IN_ANSWER))
    said = [(text.split(), worth) for text, worth in places]
    covered = sum(w * max(best_of(concept, text, worth) for text, worth in said) for concept, w in weights.items())
    return covered / (sum(weights.values()) or 1.0)


def best_of(concept: Concept, said: Sequence[str], worth: float) -> float:
    """`worth` where the word itself is said, less where only one that stands in for it is."""
    if concept[0] in said:
        return worth
    return BY_ANOTHER_WORD * worth if any(word in said for word in concept[1:]) else 0.0


def answer_of(catalogue: Catalogue, hit: KnownAnswer, sureness: float) -> Answer:
    return Answer(
        bundle=catalogue.bundle(hit.bundle), question=hit.question, answer=hit.answer,
        owner=catalogue.department_name(hit.owner), source=hit.source, confirmed=hit.confirmed,
        guide_version=hit.guide_version, sureness=round(sureness, 3),
    )


def spaced(text: str) -> str:
    return " ".join(words(text))
