"""Which bundles stand for all: few that together have every shape which the flow tells apart."""

from __future__ import annotations

from collections.abc import Iterator

from onething.catalogue import Bundle, Catalogue
from onething.catalogue.models import Item, Row
from simulation.story import covering_choices, depth

Shape = tuple[object, ...]


def cover(catalogue: Catalogue) -> frozenset[str]:
    """Slugs: whichever has the most shapes that are still missing, for the items it costs to play, comes next."""
    shapes = {bundle.slug: shapes_of(catalogue, bundle) for bundle in catalogue.in_plan_order()}
    cost = {slug: 1 + sum(map(len, covering_choices(catalogue.bundle(slug)))) for slug in shapes}
    missing, chosen = set().union(*shapes.values()), set()
    while missing:
        best = max(shapes, key=lambda slug: len(shapes[slug] & missing) / cost[slug])
        chosen.add(best)
        missing -= shapes[best]
    return frozenset(chosen)


def shapes_of(catalogue: Catalogue, bundle: Bundle) -> frozenset[Shape]:
    return frozenset([*_of_the_whole(bundle), *(shape for row in bundle.rows for shape in _of_a_row(catalogue, bundle, row))])


def _of_the_whole(bundle: Bundle) -> Iterator[Shape]:
    departments = [row.department for row in bundle.rows]
    yield "for", bundle.audience
    yield "situations exclude each other", any(row.situation for row in bundle.rows)
    yield "chosen in one go", len(covering_choices(bundle)) == 1
    yield "several levels", len({row.levels for row in bundle.rows}) > 1
    yield "a department has several items", len(set(departments)) < len(departments)
    yield "the lead decides an item", bundle.lead in departments
    yield "parallel block", any(row.parallel for row in bundle.rows)
    yield "departments of a joint act", *sorted({_few(len(act.items), 3) for act in bundle.joint_acts})


def _of_a_row(catalogue: Catalogue, bundle: Bundle, row: Row) -> Iterator[Shape]:
    item, department = catalogue.items[row.item], catalogue.departments[row.department]
    yield "kind", item.kind, "certificate", item.result.certificate
    yield "department", department.kind, "connected", department.connected
    yield "levels", row.levels
    yield "only where the answers ask for it", row.when is not None
    yield "decisions before it", depth(bundle, row.item, tuple(one.item for one in bundle.rows))
    yield "fronts", _few(len(row.after), 2), "backs", _few(len(bundle.backs_of(row.item)), 2)
    yield from _of_an_item(catalogue, item)


def _of_an_item(catalogue: Catalogue, item: Item) -> Iterator[Shape]:
    yield "both limits are one", item.limits.promised == item.limits.statutory
    yield "time for a review beforehand", item.pre_review_days < item.limits.promised.days
    for step in item.special_steps:
        yield "special step", step.kind
    for use in item.materials:
        yield "may be promised", use.promise, "may be late", use.tolerance_days > 0
        material = catalogue.materials[use.key]
        yield "material", material.source, "on paper", material.paper


def _few(number: int, most: int) -> int:
    """More than `most` are drawn and counted as `most` are."""
    return min(number, most)
