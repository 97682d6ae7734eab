"""`onething model sync` with joint acts and with the items that the law makes parallel."""

import re
from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Bundle, Catalogue
from onething.modelling.names import ModelError, parse
from onething.modelling.read import boxes
from onething.modelling.sync import Synced
from tests.modelling.hand import bounds_of, by_id, changed, pieces, put, without
from tests.modelling.syncing import HOUSE, edited, lint, readable, synced, text_of


def test_a_joint_act_comes_and_goes(catalogue: Catalogue, tmp_path: Path) -> None:
    process = "open-restaurant"
    own, bundle = catalogue.processes()[process]
    alone = changed(own, bundle, joint_acts=())
    less = synced(text_of(process), *alone)
    assert less.changes == ("删去“联合勘验”（joint-inspection）：清单里已没有它",)
    assert not [name for name in pieces(parse(less.data, "x")) if "joint" in name]
    assert lint(less.data, alone[0], process) == []
    more = synced(less.data, own, bundle)
    assert pieces(parse(more.data, "more")).keys() == pieces(parse(text_of(process), "first")).keys()
    readable(more.data, tmp_path)


def test_a_box_comes_back_into_the_hole_of_its_block(catalogue: Catalogue, tmp_path: Path) -> None:
    own, bundle = catalogue.processes()[HOUSE]
    item = next(row.item for row in bundle.rows[2:] if row.parallel)
    fewer = without(catalogue, HOUSE, item)
    less = synced(text_of(HOUSE), *fewer)
    assert lint(less.data, fewer[0], HOUSE) == []
    more = synced(less.data, own, bundle)
    assert lint(more.data, own, HOUSE) == []
    assert bounds_of(parse(more.data, "x"), f"box-{item}").attrib == bounds_of(parse(text_of(HOUSE), "y"), f"box-{item}").attrib
    readable(more.data, tmp_path)


def parallel_too(catalogue: Catalogue) -> tuple[Catalogue, Bundle]:
    own, bundle = catalogue.processes()[HOUSE]
    rows = tuple(row.model_copy(update={"parallel": "registration"}) if n == 3 else row for n, row in enumerate(bundle.rows))
    return changed(own, bundle, rows=rows)


BLOCK = "block-registration"


def test_a_block_grows_into_the_room_beneath_it_and_nothing_else_moves(catalogue: Catalogue, tmp_path: Path) -> None:
    """The item stood alone beneath it: that row goes, and the block takes its place."""
    wanted, bundle = parallel_too(catalogue)
    item = bundle.rows[3].item
    data = text_of(HOUSE)
    done = synced(data, wanted, bundle)
    assert re.search(rf"（{item}），摆在“依法并行办理（不可拆分）”（{BLOCK}）里，框的下边拉低 \d+ 像素$", done.changes[1])
    model = parse(done.data, "x")
    event, block = bounds_of(model, "block-registration-withdrawn"), bounds_of(model, BLOCK)
    assert int(event.get("y", "0")) + 18 == int(block.get("y", "0")) + int(block.get("height", "0")), "still on its edge"
    old, new = (pieces(parse(text, "x")) for text in (data, done.data))
    changed_ones = {name for name in old.keys() & new.keys() if old[name] != new[name] and item not in name}
    own = {BLOCK, f"{BLOCK}-fork", f"{BLOCK}-join", f"{BLOCK}-di", f"{BLOCK}-withdrawn-di", f"{BLOCK}-withdrawn-to-items-done-di"}
    assert changed_ones <= own | {"choose-items", "items-done"}
    assert lint(done.data, wanted, HOUSE) == []
    assert by_id(model, f"box-{item}").getparent().get("id") == BLOCK
    assert synced(done.data, wanted, bundle) == Synced(done.data, ())
    readable(done.data, tmp_path)


def test_a_block_does_not_grow_over_handwork(catalogue: Catalogue) -> None:
    """A note of one's own beneath it: the sentence says how much room to make."""
    wanted, bundle = parallel_too(catalogue)

    def edit(model: etree._Element) -> None:
        block = bounds_of(model, BLOCK)
        low = int(block.get("y", "0")) + int(block.get("height", "0"))
        put(model, "textAnnotation", "TextAnnotation_9", (int(block.get("x", "0")) + 50, low + 44, 80, 12))

    with pytest.raises(ModelError, match=rf"依法并行办理.*放不下.*{bundle.rows[3].item}.*腾出 \d+ 像素.*框会自己变高"):
        synced(edited(HOUSE, edit), wanted, bundle)


def test_a_block_goes_when_the_law_no_longer_wants_it_and_comes_back(catalogue: Catalogue, tmp_path: Path) -> None:
    own, bundle = catalogue.processes()[HOUSE]
    rows = tuple(row.model_copy(update={"parallel": None}) for row in bundle.rows)
    apart = changed(own, bundle, rows=rows)
    loose = synced(text_of(HOUSE), *apart)
    assert lint(loose.data, apart[0], HOUSE) == []
    assert "block-registration" not in boxes(parse(loose.data, "x"))
    again = synced(loose.data, own, bundle)
    assert lint(again.data, own, HOUSE) == []
    readable(again.data, tmp_path)
