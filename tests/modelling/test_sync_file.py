"""The file that `onething model sync` writes: well-formed for every reader, and laid out as it was."""


import pytest
from lxml import etree

from onething.catalogue import Catalogue
from onething.modelling.names import find_all, parse, tag
from tests.modelling.hand import by_id, connect, move, note, without
from tests.modelling.syncing import BIRTH, CARD, NEWBORN, edited, kept, synced, text_of


@pytest.mark.parametrize("prefix", ["bpmn", "bpmn2"])
def test_a_file_keeps_its_manner(prefix: str, catalogue: Catalogue) -> None:
    """What Camunda Modeler writes: its declaration, ` />`; another tool's prefix, line ends of Windows."""
    head = b'<?xml version="1.0" encoding="UTF-8"?>'
    data = text_of(NEWBORN).replace(b"<?xml version='1.0' encoding='UTF-8'?>", head).replace(b"/>", b" />")
    for old, new in ((b"<bpmn:", b"<%s:"), (b"</bpmn:", b"</%s:"), (b"xmlns:bpmn=", b"xmlns:%s="), (b'"bpmn:t', b'"%s:t')):
        data = data.replace(old, new % prefix.encode())
    data = data.replace(b"\n", b"\r\n")
    done = synced(data, *without(catalogue, NEWBORN, BIRTH))
    lines = set(data.split(b"\r\n"))
    assert all(line in lines for line in done.data.split(b"\r\n"))
    more = synced(done.data, *catalogue.processes()[NEWBORN])
    assert b"bpmn:" not in more.data.replace(b"bpmn:t", b"") if prefix == "bpmn2" else b"ns0:" not in more.data
    assert more.data.count(b"%s:tFormalExpression" % prefix.encode()) == data.count(b"tFormalExpression")
    assert b"\n" not in more.data.replace(b"\r\n", b"")


def test_every_flow_is_known_at_both_ends(catalogue: Catalogue) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    for data in (less, synced(less, *catalogue.processes()[NEWBORN]).data):
        model = parse(data, "x")
        flows = {flow.get("id"): flow for flow in model.iter(tag("bpmn", "sequenceFlow"))}
        for end, name in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            told = {one.text: one.getparent().get("id") for one in model.iter(tag("bpmn", name))}
            assert told == {key: flow.get(end) for key, flow in flows.items()}
        drawn = [one.get("bpmnElement") for one in find_all(model, ".//bpmndi:BPMNPlane/*")]
        assert len(drawn) == len(set(drawn))
        assert all(find_all(model, f".//*[@id='{name}']") for name in drawn)


def test_artifacts_stay_last(catalogue: Catalogue) -> None:
    """As the schema of BPMN wants it."""
    less = edited(NEWBORN, lambda model: note(model, "TextAnnotation_1", "注", "intake-call", (10, 230, 140, 50)))
    less = synced(less, *without(catalogue, NEWBORN, CARD)).data
    model = parse(synced(less, *catalogue.processes()[NEWBORN]).data, "x")
    [*_, before, last] = [etree.QName(one).localname for one in find_all(model, "bpmn:process")[0]]
    assert (before, last) == ("textAnnotation", "association")


def test_what_should_stay_is_seen_when_it_does_not() -> None:
    """`kept` does see a change: of a place, a name, an order."""
    data = text_of(NEWBORN)
    for edit in (lambda m: move(m, "archive", 1, 0), lambda m: by_id(m, "archive").set("name", "x"),
                 lambda m: find_all(m, "bpmn:process")[0].append(by_id(m, "archive")),
                 lambda m: connect(m, "sequenceFlow", "Flow_1", "archive", "archived", [(1, 1), (2, 2)])):
        with pytest.raises(AssertionError):
            kept(data, edited(NEWBORN, edit))
