"""`onething model sync`: the catalogue's changes arrive in a model and nothing that a person drew or placed is touched."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Catalogue
from onething.modelling.names import parse, tag
from onething.modelling.read import boxes, precedence
from onething.modelling.saving import as_it_was
from onething.modelling.sync import Synced
from tests.modelling.hand import (
    bounds_of,
    by_id,
    changed,
    insert,
    move,
    note,
    pieces,
    place_of,
    put,
    user_task,
    without,
)
from tests.modelling.syncing import (
    BIRTH,
    CARD,
    NEWBORN,
    PROCESSES,
    VACCINE,
    edited,
    kept,
    lint,
    readable,
    synced,
    text_of,
)


def by_hand(model: etree._Element) -> None:
    """A morning's work in Camunda Modeler on the model of 新生儿."""
    move(model, "intake-call", 3, -14)
    move(model, "box-birth-registration", 0, 7)
    by_id(model, "delivery-call").set("name", "送达\n（含邮寄）")
    by_id(model, "archive").set("{http://bpmn.io/schema/bpmn/biocolor/1.0}stroke", "#1e88e5")
    last = bounds_of(model, "archive")
    call = user_task(model, "Activity_1", "电话回访", (int(last.get("x", "0")) - 4, 10, 120, 60))
    insert(model, "delivery-call-to-archive", call)
    gate = put(model, "exclusiveGateway", "Gateway_1", (480, 276, 50, 50), f"box-{VACCINE}", name="再看一次")
    insert(model, f"{VACCINE}-start-to-{VACCINE}-acceptance", gate)
    note(model, "TextAnnotation_1", "产妇可由家属代办\n（见办法第八条）", "intake-call", (10, 230, 140, 50))


def gone(before: bytes, after: bytes) -> set[str]:
    return pieces(parse(before, "b")).keys() - pieces(parse(after, "a")).keys()


# nothing to do


@pytest.mark.parametrize("process", PROCESSES)
def test_a_model_in_line_with_the_catalogue_keeps_every_byte(process: str, catalogue: Catalogue) -> None:
    data = text_of(process)
    assert synced(data, *catalogue.processes()[process]) == Synced(data, ())


def test_handwork_alone_is_nothing_to_do(catalogue: Catalogue) -> None:
    data = edited(NEWBORN, by_hand)
    assert data != text_of(NEWBORN)
    assert lint(data, catalogue, NEWBORN) == []
    assert synced(data, *catalogue.processes()[NEWBORN]) == Synced(data, ())


# every bundle


@pytest.mark.parametrize("place", [-1, 0], ids=["last", "first"])
@pytest.mark.parametrize("process", PROCESSES)
def test_an_item_goes_and_comes_back(process: str, place: int, catalogue: Catalogue, tmp_path: Path) -> None:
    full, bundle = catalogue.processes()[process]
    item = bundle.rows[place].item
    fewer, smaller = without(catalogue, process, item)
    less = synced(text_of(process), fewer, smaller)
    assert [change.split("：")[0] for change in less.changes] == [f"删去“{full.items[item].name}”（{item}）"]
    assert item not in boxes(parse(less.data, "less"))
    assert not [one for one in pieces(parse(less.data, "less")) if one.startswith((f"{item}-", f"box-{item}-"))]
    assert lint(less.data, fewer, process) == []
    assert synced(less.data, fewer, smaller) == Synced(less.data, ())
    more = synced(less.data, full, bundle)
    assert lint(more.data, full, process) == []
    assert precedence(parse(more.data, "more")) == {(front, row.item) for row in bundle.rows for front in row.after}
    assert pieces(parse(more.data, "more")).keys() == pieces(parse(text_of(process), "first")).keys(), "the ids of the scaffold"
    assert synced(more.data, full, bundle) == Synced(more.data, ())
    readable(more.data, tmp_path)


def test_the_last_row_comes_back_to_its_place(catalogue: Catalogue) -> None:
    fewer = without(catalogue, "open-restaurant", "urban-drainage-permit")
    less = synced(text_of("open-restaurant"), *fewer)
    more = synced(less.data, *catalogue.processes()["open-restaurant"])
    old, new = (pieces(parse(data, "x")) for data in (text_of("open-restaurant"), more.data))
    boxed = [name for name in old if "urban-drainage-permit" in name and "joint" not in name]
    assert len(boxed) > 50
    assert all(old[name] == new[name] for name in boxed)


# handwork stays


def test_an_item_is_removed_and_handwork_elsewhere_stays(catalogue: Catalogue) -> None:
    data, (fewer, bundle) = edited(NEWBORN, by_hand), without(catalogue, NEWBORN, CARD)
    done = synced(data, fewer, bundle)
    kept(data, done.data, but=gone(data, done.data) | {"choose-items", "items-done"})
    assert all(CARD in name for name in gone(data, done.data))
    assert lint(done.data, fewer, NEWBORN) == []
    assert synced(done.data, fewer, bundle) == Synced(done.data, ())


def test_an_item_is_added_and_handwork_stays(catalogue: Catalogue) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    model = parse(less, "less")
    by_hand(model)
    data = as_it_was(model, less)
    done = synced(data, *catalogue.processes()[NEWBORN])
    kept(data, done.data, but={"choose-items", "items-done"})
    assert done.changes == (
        "增加“出生医学证明签发”（birth-medical-certificate），摆在“撤回申请”下面",
        "增加前置关系：“出生医学证明签发”（birth-medical-certificate） → "
        "“对新出生婴儿办理出生登记（国内出生）”（birth-registration）",
    )
    assert lint(done.data, catalogue, NEWBORN) == []
    assert synced(done.data, *catalogue.processes()[NEWBORN]) == Synced(done.data, ())


def test_an_item_is_renamed_and_only_its_name_changes(catalogue: Catalogue) -> None:
    data, (own, bundle) = edited(NEWBORN, by_hand), catalogue.processes()[NEWBORN]
    item = own.items[CARD]
    other = replace(own, items={**own.items, CARD: item.model_copy(update={"name": "社会保障卡首次申领"})})
    done = synced(data, other, bundle)
    assert done.changes == (f"事项“{item.name}”改名为“社会保障卡首次申领”",)
    kept(data, done.data, but={f"box-{CARD}"})
    assert by_id(parse(done.data, "x"), f"box-{CARD}").get("name") == "社会保障卡首次申领"
    assert done.data.count("社会保障卡首次申领".encode()) == 2, "the box and what it tells the steps in it"
    assert synced(done.data, other, bundle) == Synced(done.data, ())


def test_a_name_that_a_person_gave_a_box_stays(catalogue: Catalogue) -> None:
    data = edited(NEWBORN, lambda model: by_id(model, f"box-{CARD}").set("name", "办社保卡"))
    own, bundle = catalogue.processes()[NEWBORN]
    renamed = own.items[CARD].model_copy(update={"name": "社会保障卡首次申领"})
    done = synced(data, replace(own, items={**own.items, CARD: renamed}), bundle)
    assert by_id(parse(done.data, "x"), f"box-{CARD}").get("name") == "办社保卡"
    assert "框上手写的名称“办社保卡”不变" in done.changes[0]


def test_limits_and_departments_follow_unless_a_person_worded_them(catalogue: Catalogue) -> None:
    own, bundle = catalogue.processes()[NEWBORN]
    item = own.items[CARD]
    limits = item.limits.model_copy(update={"promised": item.limits.promised.model_copy(update={"days": 3})})
    office = next(slug for slug in own.departments if slug != bundle.row(CARD).department)
    rows = tuple(row.model_copy(update={"department": office}) if row.item == CARD else row for row in bundle.rows)
    other, moved = changed(replace(own, items={**own.items, CARD: item.model_copy(update={"limits": limits})}), bundle, rows=rows)
    done = synced(text_of(NEWBORN), other, moved)
    assert lint(done.data, other, NEWBORN) == []
    kept(text_of(NEWBORN), done.data, but={f"{CARD}-promised", f"{CARD}-department"})
    assert len(done.changes) == 2

    def worded(model: etree._Element) -> None:
        by_id(model, f"{CARD}-promised").set("name", "承诺尽快")
        by_id(model, f"{CARD}-department").find(tag("bpmn", "text")).text = "社保中心（二楼）"

    assert synced(edited(NEWBORN, worded), other, moved).changes == ()


def test_precedence_comes_and_goes_between_boxes_that_stay(catalogue: Catalogue, tmp_path: Path) -> None:
    """In a model without any: there is no margin for it, and it is drawn where it is clear."""
    process = "hire-employees"
    own, bundle = catalogue.processes()[process]
    front, back, other = bundle.rows[1].item, bundle.rows[4].item, bundle.rows[0].item
    after = {back: (front,), other: (front,)}
    rows = tuple(row.model_copy(update={"after": after.get(row.item, ())}) for row in bundle.rows)
    more = synced(text_of(process), *(linked := changed(own, bundle, rows=rows)))
    assert len(more.changes) == 2
    kept(text_of(process), more.data)
    assert lint(more.data, linked[0], process) == []
    readable(more.data, tmp_path)
    less = synced(more.data, own, bundle)
    assert all(change.startswith("删去前置关系") for change in less.changes)
    assert pieces(parse(less.data, "less")) == pieces(parse(text_of(process), "first"))


def test_a_new_row_goes_round_what_stands_in_its_way(catalogue: Catalogue, tmp_path: Path) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    model = parse(less, "less")
    low = max(int(one.get("y", "0")) + int(one.get("height", "0")) for one in model.iter(tag("dc", "Bounds")))
    note(model, "TextAnnotation_2", "这里以后要用", "intake-call", (600, low + 80, 200, 60))
    user_task(model, "Activity_2", "备用", (250, low + 40, 100, 60))
    data = as_it_was(model, less)
    done = synced(data, *catalogue.processes()[NEWBORN])
    kept(data, done.data, but={"choose-items", "items-done"})
    after = parse(done.data, "after")
    assert int(bounds_of(after, f"box-{BIRTH}").get("y", "0")) >= low + 80 + 60
    ends = [(p.get("x"), p.get("y")) for p in place_of(after, f"choose-items-to-box-{BIRTH}").iter(tag("di", "waypoint"))]
    assert int(ends[-2][0]) < 250, "the usual column is taken"


def test_gateways_that_were_drawn_anew_are_found(catalogue: Catalogue) -> None:
    """An analyst deleted and redrew them: only what they do tells what they are."""
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    data = less.replace(b'"choose-items"', b'"Gateway_a"').replace(b'"items-done"', b'"Gateway_b"')
    done = synced(data, *catalogue.processes()[NEWBORN])
    model = parse(done.data, "x")
    assert by_id(model, f"Gateway_a-to-box-{BIRTH}").get("sourceRef") == "Gateway_a"
    assert lint(done.data, catalogue, NEWBORN) == []
