"""`onething model sync` where the catalogue changed the kind of an item: its box follows, handwork in it stays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Bundle, Catalogue
from onething.modelling.names import ModelError, parse
from onething.modelling.scaffold import scaffold
from onething.modelling.sync import Synced
from onething.vocabulary import ItemKind
from tests.modelling.hand import bounds_of, by_id, extra_step, insert, move, pieces, put, user_task
from tests.modelling.syncing import CARD, HOUSE, NEWBORN, edited, kept, lint, readable, synced, text_of

KINDS = [(kind, certificate) for kind in (ItemKind.LICENCE, ItemKind.FILING, ItemKind.QUERY) for certificate in (True, False)]

DECISION = "“受理”、“予以受理？”、“不予受理”、“1个工作日”、“超期督办”、“已督办”、"
HANGS = "还连着它；请先在 Modeler 中删去或改接它"


def of_kind(catalogue: Catalogue, process: str, item: str, kind: ItemKind, certificate: bool) -> tuple[Catalogue, Bundle]:
    own, bundle = catalogue.processes()[process]
    old = own.items[item]
    names = {one.result.certificate for one in own.items.values() if one.result.certificate}
    result = old.result.model_copy(update={"certificate": old.result.certificate or min(names) if certificate else None})
    return replace(own, items={**own.items, item: old.model_copy(update={"kind": kind, "result": result})}), bundle


def about(data: bytes, item: str) -> dict[str, bytes]:
    return {name: piece for name, piece in pieces(parse(data, "x")).items() if item in name}


@pytest.mark.parametrize(("kind", "certificate"), KINDS)
@pytest.mark.parametrize("process", [NEWBORN, HOUSE])
def test_a_box_becomes_that_of_the_new_kind_and_goes_back(
    process: str, kind: ItemKind, certificate: bool, catalogue: Catalogue, tmp_path: Path
) -> None:
    """Every element where `model new` would have put it, and nothing outside of the box is touched."""
    own, bundle = catalogue.processes()[process]
    item = bundle.rows[0].item
    other, _ = of_kind(catalogue, process, item, kind, certificate)
    done = synced(text_of(process), other, bundle)
    assert about(done.data, item) == about(scaffold(bundle, other), item)
    kept(text_of(process), done.data, but=set(about(text_of(process), item)) & ids_that_differ(text_of(process), done.data))
    assert lint(done.data, other, process) == []
    assert synced(done.data, other, bundle) == Synced(done.data, ())
    assert pieces(parse(synced(done.data, own, bundle).data, "y")) == pieces(parse(text_of(process), "z"))
    readable(done.data, tmp_path)


def ids_that_differ(before: bytes, after: bytes) -> set[str]:
    old, new = (pieces(parse(data, "x")) for data in (before, after))
    return {name for name in old if old[name] != new.get(name)}


def test_it_says_what_it_draws(catalogue: Catalogue) -> None:
    other, bundle = of_kind(catalogue, NEWBORN, CARD, ItemKind.LICENCE, certificate=False)
    name = catalogue.items[CARD].name
    assert synced(text_of(NEWBORN), *of_kind(catalogue, NEWBORN, CARD, ItemKind.QUERY, certificate=True)).changes == (
        f"“{name}”（{CARD}）现在是信息查询，改画它的框：增加“登记转办”；"
        f"删去{DECISION}“法定10日”", f"“{name}”的“审批”改为“查询核验”",
    )
    assert synced(text_of(NEWBORN), other, bundle).changes == (
        f"“{name}”（{CARD}）现在是行政许可，改画它的框：增加“5日视为受理”、“登记视为受理”；"
        "删去“准予？”、“推送不予决定”、“不予许可”、“并行”、“汇合”、“制证”",)


def morning(model: etree._Element) -> None:
    """A box moved and made wider, a step of one's own drawn in it, its acceptance named otherwise."""
    move(model, f"box-{CARD}", 4, 9)
    bounds = bounds_of(model, f"box-{CARD}")
    bounds.set("width", str(int(bounds.get("width", "0")) + 2))
    extra_step(model, CARD, "电话核实")
    by_id(model, f"{CARD}-acceptance").set("name", "受理（社保窗口）")


def test_handwork_in_the_box_stays(catalogue: Catalogue) -> None:
    data = edited(NEWBORN, morning)
    own, bundle = of_kind(catalogue, NEWBORN, CARD, ItemKind.LICENCE, certificate=True)
    done = synced(data, own, bundle)
    kept(data, done.data, but={f"{CARD}-accepted"})
    new = {name.removesuffix("-di") for name in pieces(parse(done.data, "x")).keys() - pieces(parse(data, "y")).keys()}
    assert new == {
        f"{CARD}-{part}" for part in ("deemed", "deemed-due", "deemed-acceptance", f"deemed-to-{CARD}-deemed-acceptance",
                                      f"deemed-acceptance-to-{CARD}-accepted")}
    timer, call = (bounds_of(parse(done.data, "x"), f"{CARD}-{part}") for part in ("deemed", "acceptance"))
    assert int(timer.get("y", "0")) + 18 == int(call.get("y", "0")) + int(call.get("height", "0")), "on the edge of its host"
    assert lint(done.data, own, NEWBORN) == []
    assert synced(done.data, own, bundle) == Synced(done.data, ())


def step_before(node: str, flow: str) -> Callable[[etree._Element], None]:
    def edit(model: etree._Element) -> None:
        at = bounds_of(model, f"{CARD}-{node}")
        place = (int(at.get("x", "0")) - 24, int(at.get("y", "0")), 20, 50)
        insert(model, f"{CARD}-{flow}-to-{CARD}-{node}", user_task(model, "Activity_9", "核对指纹", place, f"box-{CARD}"))

    return edit


def event_on_acceptance(model: etree._Element) -> None:
    put(model, "boundaryEvent", "Event_9", (500, 1500, 36, 36), f"box-{CARD}", name="核对指纹",
        attachedToRef=f"{CARD}-acceptance")


def note_there(model: etree._Element) -> None:
    at = bounds_of(model, f"{CARD}-acceptance")
    put(model, "textAnnotation", "TextAnnotation_9", (int(at.get("x", "0")), int(at.get("y", "0")), 40, 40), f"box-{CARD}")


def approval_moved(model: etree._Element) -> None:
    move(model, f"{CARD}-approval", 0, 9)


@pytest.mark.parametrize(("edit", "kind", "certificate", "told"), [
    (step_before("certificate", "fork"), ItemKind.LICENCE, False, "手工画的“核对指纹”（Activity_9）" + HANGS),
    (event_on_acceptance, ItemKind.QUERY, True, "手工画的“核对指纹”（Event_9）" + HANGS),
    (note_there, ItemKind.QUERY, True, f"“登记转办”（{CARD}-handover）要摆的地方已被占用；请先在 Modeler 中"),
    (approval_moved, ItemKind.QUERY, True, "框里的元素移动过，新的流程线没有地方画；请先在 Modeler 中把"),
], ids=["step", "event", "place", "line"])
def test_handwork_in_the_way_is_named_and_not_lost(
    edit: Callable[[etree._Element], None], kind: ItemKind, certificate: bool, told: str, catalogue: Catalogue
) -> None:
    with pytest.raises(ModelError) as refused:
        synced(edited(NEWBORN, edit), *of_kind(catalogue, NEWBORN, CARD, kind, certificate))
    assert f"现在是{kind.label}，要改画它的框，但{told}" in refused.value.message


def test_a_box_drawn_in_a_way_of_its_own_stays(catalogue: Catalogue) -> None:
    """Its acceptance was drawn anew: nobody can tell what it was drawn as."""
    data = text_of(NEWBORN).replace(f'"{CARD}-acceptance"'.encode(), b'"Activity_9"')
    other, bundle = of_kind(catalogue, NEWBORN, CARD, ItemKind.FILING, certificate=True)
    assert synced(data, other, bundle) == Synced(data, ())
