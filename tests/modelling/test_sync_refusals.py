"""`onething model sync` refuses rather than lose handwork, and says what to do."""

from collections.abc import Callable

import pytest
from lxml import etree

from onething.catalogue import Catalogue
from onething.modelling.names import ModelError, find_all, tag
from tests.modelling.hand import by_id, insert, note, place_of, put, user_task, without
from tests.modelling.syncing import BIRTH, CARD, NEWBORN, VACCINE, edited, synced, text_of


def in_the_box(model: etree._Element) -> None:
    user_task(model, "Activity_9", "核对指纹", (400, 300, 100, 60), f"box-{CARD}")


def behind_the_box(model: etree._Element) -> None:
    insert(model, f"box-{CARD}-to-{CARD}-outlet", user_task(model, "Activity_9", "核对指纹", (1290, 1500, 100, 60)))


def a_remark(model: etree._Element) -> None:
    note(model, "TextAnnotation_9", "核对指纹", f"box-{CARD}", (10, 1500, 140, 50))


def an_event(model: etree._Element) -> None:
    put(model, "boundaryEvent", "Event_9", (500, 1500, 36, 36), name="核对指纹", attachedToRef=f"box-{CARD}")


def a_reader(model: etree._Element) -> None:
    """A step of one's own that reads the result of 出生登记."""
    task = user_task(model, "Activity_9", "核对指纹", (10, 1500, 100, 60))
    association = etree.SubElement(task, tag("bpmn", "dataInputAssociation"), id="DataInputAssociation_9")
    etree.SubElement(association, tag("bpmn", "sourceRef")).text = "result-of-birth-registration"


@pytest.mark.parametrize(
    ("edit", "item", "place"),
    [(in_the_box, CARD, "框里有"), (behind_the_box, CARD, "还连着它"), (a_remark, CARD, "还连着它"), (an_event, CARD, "还连着它"),
     (a_reader, "birth-registration", "还连着它")],
)
def test_handwork_in_a_box_that_should_go_is_named_and_not_lost(
    edit: Callable[[etree._Element], None], item: str, place: str, catalogue: Catalogue
) -> None:
    fewer = without(catalogue, NEWBORN, item)
    name = catalogue.items[item].name
    with pytest.raises(ModelError) as refused:
        synced(edited(NEWBORN, edit), *fewer)
    told = refused.value.message
    assert told.startswith(f"bpmn/bundles/newborn.bpmn：要删去“{name}”（{item}）：清单里已没有它")
    assert place in told
    assert "“核对指纹”（" in told
    assert "请先在 Modeler 中" in told


def second_box(model: etree._Element) -> None:
    twin = put(model, "subProcess", "Activity_8", (10, 3000, 100, 80), name="又一个")
    holder = etree.SubElement(etree.SubElement(twin, tag("bpmn", "extensionElements")), tag("camunda", "inputOutput"))
    etree.SubElement(holder, tag("camunda", "inputParameter"), name="item").text = CARD


def own_precedence(model: etree._Element) -> None:
    line = etree.SubElement(by_id(model, f"box-{VACCINE}"), tag("bpmn", "dataInputAssociation"), id="DataInputAssociation_7")
    etree.SubElement(line, tag("bpmn", "sourceRef")).text = "result-of-birth-registration"


def no_place(model: etree._Element) -> None:
    shape = place_of(model, "choose-items")
    shape.getparent().remove(shape)


def no_diagram(model: etree._Element) -> None:
    for diagram in find_all(model, "bpmndi:BPMNDiagram"):
        model.remove(diagram)


def no_gateway(model: etree._Element) -> None:
    by_id(model, "choose-items").tag = tag("bpmn", "parallelGateway")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (second_box, r"有 2 个.*social-security-card.*请在 Modeler 中只留一个"),
        (own_precedence, r"手工画了清单里没有的前置关系：.*birth-registration.*→.*请在 Modeler 中删去这条连线"),
        (no_place, r"图上没有“选办事项”（choose-items）的位置；请在 Modeler"), (no_diagram, "没有图形；请用 Modeler"),
        (no_gateway, r"找不到“选办事项”.*请在 Modeler 中把它的编号改为 choose-items"),
        (lambda model: find_all(model, "bpmn:process")[0].set("id", "newborns"), "编号为 newborn；请改正"),
    ],
)
def test_a_model_that_cannot_be_understood_is_refused_with_the_cure(
    edit: Callable[[etree._Element], None], told: str, catalogue: Catalogue
) -> None:
    with pytest.raises(ModelError, match=rf"^bpmn/bundles/newborn\.bpmn：.*{told}"):
        synced(edited(NEWBORN, edit), *without(catalogue, NEWBORN, BIRTH))


def test_an_id_that_is_taken_is_refused(catalogue: Catalogue) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    data = less.replace(b'"archive"', f'"{BIRTH}-outlet"'.encode())
    with pytest.raises(ModelError, match=rf"要增加.*“归档”（{BIRTH}-outlet）已用了它的编号；请先"):
        synced(data, *catalogue.processes()[NEWBORN])


@pytest.mark.parametrize("data", [b"<x", b"", b"<a/>"])
def test_what_is_no_model_names_file_and_cure(data: bytes, catalogue: Catalogue) -> None:
    with pytest.raises(ModelError, match=r"^bpmn/bundles/newborn\.bpmn：.*请"):
        synced(data, *catalogue.processes()[NEWBORN])
