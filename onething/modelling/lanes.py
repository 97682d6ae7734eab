"""Lanes beside the rows: which vertical line each front result takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def assign_lanes(rows: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """A lane, 0 the nearest to the boxes, for each front item; `rows` are the rows its line touches.

    Short lines stay near the boxes and two lines share a lane only where they are apart, so that lines cross seldom
    and never lie on each other.
    """
    lanes: list[list[tuple[int, int]]] = []
    found: dict[str, int] = {}
    for front in sorted(rows, key=lambda name: (max(rows[name]) - min(rows[name]), min(rows[name]))):
        low, high = min(rows[front]), max(rows[front])
        free = (n for n, taken in enumerate(lanes) if all(high <= start or end <= low for start, end in taken))
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((low, high))
        found[front] = lane
    return {front: found[front] for front in rows}
