"""`onething model sync` with joint acts and with the items that the law makes parallel."""

from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Bundle, Catalogue
from onething.modelling.names import ModelError, parse, tag
from onething.modelling.read import boxes
from onething.modelling.sync import Synced
from tests.modelling.hand import bounds_of, by_id, changed, pieces, without
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


def test_a_block_does_not_grow_by_itself_and_takes_a_box_once_it_was_enlarged(catalogue: Catalogue) -> None:
    wanted, bundle = parallel_too(catalogue)
    item = bundle.rows[3].item
    with pytest.raises(ModelError, match=rf"依法并行办理.*放不下.*{item}.*拉低 \d+ 像素"):
        synced(text_of(HOUSE), wanted, bundle)

    def enlarged(model: etree._Element) -> None:
        block = bounds_of(model, "block-registration")
        low = int(block.get("y", "0")) + int(block.get("height", "0"))
        for place in (*model.iter(tag("dc", "Bounds")), *model.iter(tag("di", "waypoint"))):
            if int(place.get("y", "0")) > low + 1:
                place.set("y", str(int(place.get("y", "0")) + 400))
        block.set("height", str(int(block.get("height", "0")) + 330))

    done = synced(edited(HOUSE, enlarged), wanted, bundle)
    assert lint(done.data, wanted, HOUSE) == []
    assert by_id(parse(done.data, "x"), f"box-{item}").getparent().get("id") == "block-registration"
    assert synced(done.data, wanted, bundle) == Synced(done.data, ())


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
