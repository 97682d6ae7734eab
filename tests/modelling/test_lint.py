"""Every rule of lint on a good model made bad in one place."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Catalogue
from onething.engine import steps
from onething.modelling.lint import RULES, lint_model
from onething.modelling.names import camunda, find_all, parse, tag
from onething.modelling.read import step_of
from onething.modelling.sync import sync
from tests.modelling.hand import extra_call, extra_step, insert, user_task

HOME = Path(__file__).resolve().parents[2]
HOUSE, MEDICAL, HANDOVER = "bundles/second-hand-home-transfer", "bundles/open-medical-institution", "shared/handover"
RESTAURANT, LICENCE = "bundles/open-restaurant", "food-business-license"
Spoil = Callable[[etree._Element], None]


def one(model: etree._Element, path: str) -> etree._Element:
    return find_all(model, path)[0]


def set_on(path: str, name: str, value: str) -> Spoil:
    return lambda model: one(model, path).set(name, value)


def drop(path: str) -> Spoil:
    def spoil(model: etree._Element) -> None:
        element = one(model, path)
        element.getparent().remove(element)

    return spoil


def text_of(path: str, value: str) -> Spoil:
    def spoil(model: etree._Element) -> None:
        one(model, path).text = value

    return spoil


def duration(model: etree._Element) -> None:
    date = one(model, ".//bpmn:timeDate")
    date.tag, date.text = tag("bpmn", "timeDuration"), "P1D"


def listener(model: etree._Element) -> None:
    holder = etree.SubElement(one(model, ".//bpmn:serviceTask"), tag("bpmn", "extensionElements"))
    etree.SubElement(holder, camunda("executionListener"), event="start", expression="${x.run()}")


def back_again(model: etree._Element) -> None:
    flow = one(model, ".//bpmn:sequenceFlow[@sourceRef='items-done']")
    flow.set("targetRef", "choose-items")


def out_of_the_block(model: etree._Element) -> None:
    one(model, "bpmn:process").append(one(model, ".//bpmn:subProcess/bpmn:subProcess"))


def on_each_other(model: etree._Element) -> None:
    first, second = (one(model, f".//bpmndi:BPMNShape[@bpmnElement='{name}']/dc:Bounds") for name in ("intake-call", "taken-in"))
    second.set("x", first.get("x"))
    second.set("y", first.get("y"))


def odd_flow(start: str, end: str) -> Spoil:
    def spoil(model: etree._Element) -> None:
        etree.SubElement(one(model, "bpmn:process"), tag("bpmn", "sequenceFlow"), id="odd", sourceRef=start, targetRef=end)

    return spoil


def same_way_twice(model: etree._Element) -> None:
    """With its condition, so that nothing but the doubling is wrong."""
    first = one(model, ".//bpmn:conditionExpression").getparent()
    second = etree.fromstring(etree.tostring(first))
    second.set("id", "odd")
    first.addnext(second)


def without_an_end(model: etree._Element) -> None:
    """No line hangs in the air either."""
    for end in find_all(one(model, ".//bpmn:subProcess/bpmn:subProcess"), "bpmn:endEvent"):
        for element in (*find_all(model, f".//bpmn:sequenceFlow[@targetRef='{end.get('id')}']"), end):
            element.getparent().remove(element)


def triggered_by_nothing(model: etree._Element) -> None:
    box = one(model, ".//bpmn:subProcess/bpmn:startEvent").getparent()
    box.set("triggeredByEvent", "true")


def waits_for_nothing(model: etree._Element) -> None:
    """An error event at the border of a box in which no step raises that error."""
    process = one(model, "bpmn:process")
    etree.SubElement(model, tag("bpmn", "error"), id="error-1", errorCode="not-there")
    event = etree.SubElement(process, tag("bpmn", "boundaryEvent"), id="caught", attachedToRef="box-real-estate-registration")
    etree.SubElement(event, tag("bpmn", "errorEventDefinition"), errorRef="error-1")


REGISTRATION = "real-estate-registration"


def step_outside(model: etree._Element, holder: str = "") -> etree._Element:
    return extra_call(model, "现场勘验", "Activity_9", (0, 0, 9, 9), holder)


def step_on(flow: str) -> Spoil:
    return lambda model: insert(model, f"{REGISTRATION}-{flow}", step_outside(model, f"box-{REGISTRATION}"))


def step_that_knows_too_little(model: etree._Element) -> None:
    given = extra_step(model, REGISTRATION, "现场勘验").find(f".//{camunda('in')}[@source='reviewer_group']")
    given.getparent().remove(given)


def step_twice(model: etree._Element) -> None:
    extra_step(model, REGISTRATION, "现场勘验")
    extra_step(model, REGISTRATION, "现场\n勘验", "Activity_8")


def step_in_many(model: etree._Element) -> None:
    etree.SubElement(extra_step(model, REGISTRATION, "现场勘验"), tag("bpmn", "multiInstanceLoopCharacteristics"))


def visit_of_its_own(model: etree._Element) -> None:
    extra_step(model, LICENCE, "现场\n勘验")


def visit_without_the_template(model: etree._Element) -> None:
    user_task(model, "Activity_9", "上门查看", (0, 0, 9, 9), f"box-{LICENCE}")


def form_alone(model: etree._Element) -> None:
    task = user_task(model, "Activity_9", "现场勘验", (0, 0, 9, 9), f"box-{REGISTRATION}")
    task.set(camunda("formRef"), "extra-record")


STEPS_GONE_WRONG: list[tuple[Spoil, str]] = [
    (step_outside, "不在任何事项的框里"),
    (step_on(f"approval-to-{REGISTRATION}-approved"), "不在受理之后"),
    (step_on(f"start-to-{REGISTRATION}-acceptance"), "不在受理之后"),
    (step_that_knows_too_little, "信息不对"),
    (step_twice, "已有一个"),
    (step_in_many, "多实例"),
    (form_alone, "只用了附加环节的表单"),
    (set_on(".//bpmn:subProcess//bpmn:serviceTask", camunda("topic"), "extra-step"), "只用了附加环节的主题"),
]
BAD: list[tuple[str, str, Spoil]] = [
    ("topics-known", HOUSE, set_on(".//bpmn:serviceTask", camunda("topic"), "approvall")),
    ("topics-known", HOUSE, set_on(".//bpmn:serviceTask", camunda("type"), "java")),
    ("topics-known", HOUSE, set_on(".//camunda:property[@name='step']", "value", "decyde")),
    ("names-chinese", HOUSE, set_on(".//bpmn:callActivity", "name", "Approve it")),
    ("names-chinese", HOUSE, set_on(".//bpmn:subProcess[@id='box-real-estate-registration']", "name", "")),
    ("shapes-apart", HOUSE, on_each_other),
    ("errors-caught", HOUSE, waits_for_nothing),
    *(("extra-steps", HOUSE, spoil) for spoil, _ in STEPS_GONE_WRONG),
    ("joint-visits", RESTAURANT, visit_of_its_own),
    ("joint-visits", RESTAURANT, visit_without_the_template),
    ("forms-known", HANDOVER, set_on(".//bpmn:userTask", camunda("formRef"), "nowhere")),
    ("forms-known", HANDOVER, set_on(".//bpmn:userTask", camunda("candidateGroups"), "everybody")),
    ("forms-known", HANDOVER, set_on(".//bpmn:userTask", camunda("dueDate"), "P1D")),
    ("limits-shown", HOUSE, set_on(".//bpmn:boundaryEvent[@id='real-estate-registration-promised']", "name", "承诺99日")),
    ("limits-shown", HOUSE, set_on(".//bpmn:boundaryEvent[@id='real-estate-registration-promised']", "name", "承诺尽快")),
    ("messages-known", HOUSE, set_on("bpmn:message", "name", "call-me")),
    ("timers-computed", HOUSE, duration),
    ("timers-computed", HOUSE, text_of(".//bpmn:timeDate", "${tomorrow}")),
    ("only-allowed-elements", HOUSE, listener),
    ("only-allowed-elements", HOUSE, text_of(".//bpmn:conditionExpression", "${x.getClass().forName('a')}")),
    ("only-allowed-elements", HOUSE, set_on(".//bpmn:serviceTask", camunda("class"), "java.lang.Runtime")),
    ("boxes-match-catalogue", HOUSE, drop(".//bpmn:subProcess[@id='box-real-estate-registration']")),
    ("boxes-match-catalogue", HOUSE, out_of_the_block),
    ("boxes-match-catalogue", MEDICAL, text_of(".//bpmn:subProcess//camunda:inputParameter[@name='item']", "something-else")),
    ("precedence-matches", MEDICAL, drop(".//bpmn:dataInputAssociation")),
    ("precedence-matches", MEDICAL, drop(".//bpmn:dataOutputAssociation")),
    ("flow-connected", HOUSE, drop(".//bpmn:sequenceFlow[@targetRef='archive']")),
    ("flow-connected", HOUSE, drop(".//bpmn:subProcess//bpmn:sequenceFlow")),
    ("flow-connected", HOUSE, back_again),
    ("ways-decided", HOUSE, drop(".//bpmn:conditionExpression")),
    ("ways-decided", HOUSE, odd_flow("intake-call", "archive")),
    ("ways-decided", HOUSE, odd_flow("submitted", "nowhere")),
    ("ways-decided", HOUSE, drop("bpmn:process/bpmn:startEvent")),
    ("ways-decided", HOUSE, same_way_twice),
    ("ways-decided", HOUSE, without_an_end),
    ("ways-decided", HOUSE, triggered_by_nothing),
    ("variables-known", HOUSE, text_of(".//bpmn:conditionExpression", "${intake_outcom == 'accepted'}")),
    ("variables-known", HOUSE, text_of(".//camunda:inputParameter[@name='reviewer_group']", "${group_seal_engraving}")),
    ("variables-known", HOUSE, set_on(".//camunda:in[@source='bundle_name']", "source", "distrct")),
    ("diagram-complete", MEDICAL, drop(".//bpmndi:BPMNEdge[@bpmnElement]/../bpmndi:BPMNEdge[last()]")),
    ("diagram-complete", HOUSE, drop(".//bpmndi:BPMNShape")),
    ("diagram-complete", HOUSE, drop(".//bpmndi:BPMNEdge")),
    ("diagram-complete", HOUSE, set_on("bpmn:process", camunda("historyTimeToLive"), "")),
    ("diagram-complete", HOUSE, set_on(".//bpmn:callActivity", "calledElement", "somewhere")),
]


WAYS: list[tuple[Spoil, str]] = [
    (drop(".//bpmn:conditionExpression"), "没有条件"), (odd_flow("intake-call", "archive"), "分出几条线"),
    (odd_flow("submitted", "nowhere"), "一头不存在"), (same_way_twice, "走两遍"), (without_an_end, "没有结束事件"),
    (drop("bpmn:process/bpmn:startEvent"), "现在有 0 个"), (triggered_by_nothing, "由什么事件触发")]


@pytest.mark.parametrize(("spoil", "words"), WAYS, ids=[words for _, words in WAYS])
def test_each_fault_of_a_way_has_its_own_sentence(spoil: Spoil, words: str, catalogue: Catalogue) -> None:
    model = parse((HOME / f"bpmn/{HOUSE}.bpmn").read_bytes(), HOUSE)
    spoil(model)
    found = [one for one in lint_model(model, f"bpmn/{HOUSE}.bpmn", catalogue, HOME) if one.rule == "ways-decided"]
    assert [one for one in found if words in one.message], found


@pytest.mark.parametrize(("rule", "bundle", "spoil"), BAD, ids=[f"{rule}-{n}" for n, (rule, _, _) in enumerate(BAD)])
def test_a_spoiled_model_is_found_with_place_and_cure(rule: str, bundle: str, spoil: Spoil, catalogue: Catalogue) -> None:
    file = f"bpmn/{bundle}.bpmn"
    model = parse((HOME / file).read_bytes(), file)
    assert lint_model(model, file, catalogue, HOME) == []
    spoil(model)
    found = [finding for finding in lint_model(model, file, catalogue, HOME) if finding.rule == rule]
    assert found
    assert all(finding.file == file and finding.message and finding.cure.startswith("请") for finding in found)


def test_every_rule_has_a_bad_example() -> None:
    assert {rule for rule, _, _ in BAD} == {r.__name__.rpartition(".")[2].replace("_", "-") for r in RULES}


def test_an_error_that_a_step_may_raise_has_to_be_caught(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> None:
    """No step of ours raises one yet; a handler that does is held to it."""
    first, *others = steps.STEPS
    monkeypatch.setattr(steps, "STEPS", (replace(first, errors={"not-there": "没有这份材料"}), *others))
    file = "bpmn/shared/intake.bpmn"
    model = parse((HOME / file).read_bytes(), file)
    task = next(one for one in find_all(model, ".//bpmn:serviceTask") if one.get(camunda("topic")) == first.topic
                and step_of(one) == first.step)
    [found] = [one for one in lint_model(model, file, catalogue, HOME) if one.rule == "errors-caught"]
    assert (found.element, found.name) == (task.get("id"), task.get("name").replace("\n", " "))
    etree.SubElement(model, tag("bpmn", "error"), id="error-1", errorCode="not-there")
    event = etree.SubElement(task.getparent(), tag("bpmn", "boundaryEvent"), id="caught", attachedToRef=task.get("id"))
    etree.SubElement(event, tag("bpmn", "errorEventDefinition"), errorRef="error-1")
    assert not [one for one in lint_model(model, file, catalogue, HOME) if one.rule == "errors-caught"]


@pytest.mark.parametrize(("spoil", "said"), STEPS_GONE_WRONG, ids=[said for _, said in STEPS_GONE_WRONG])
def test_each_fault_of_an_added_step_is_told_by_itself(spoil: Spoil, said: str, catalogue: Catalogue) -> None:
    file = f"bpmn/{HOUSE}.bpmn"
    model = parse((HOME / file).read_bytes(), file)
    spoil(model)
    [found] = [one for one in lint_model(model, file, catalogue, HOME) if one.rule == "extra-steps"]
    assert said in found.message


def test_a_step_may_be_added_to_every_item(catalogue: Catalogue) -> None:
    """Whatever its box looks like; two of other names too, and the same name in another item."""
    for process, (_, bundle) in catalogue.processes().items():
        file = f"bpmn/bundles/{process}.bpmn"
        model = parse((HOME / file).read_bytes(), file)
        for number, row in enumerate(bundle.rows):
            extra_step(model, row.item, "电话核实", f"Activity_{number}")
        assert lint_model(model, file, catalogue, HOME) == []


TIMER = ".//bpmn:boundaryEvent[@id='medical-institution-establishment-promised']"


@pytest.mark.parametrize("spoil", [set_on(TIMER, "name", "承诺99日"), drop(".//bpmn:dataInputAssociation")],
                         ids=["limit", "front-result"])
def test_what_sync_puts_right_names_the_command_and_is_put_right_by_it(spoil: Spoil, catalogue: Catalogue) -> None:
    file, (own, bundle) = f"bpmn/{MEDICAL}.bpmn", catalogue.processes()["open-medical-institution"]
    model = parse((HOME / file).read_bytes(), file)
    spoil(model)
    found = lint_model(model, file, catalogue, HOME)
    assert found
    assert all(one.cure.startswith("请运行 onething model sync open-medical-institution，") for one in found)
    assert lint_model(parse(sync(etree.tostring(model), file, bundle, own).data, file), file, catalogue, HOME) == []


def test_a_limit_in_own_words_is_put_right_by_hand(catalogue: Catalogue) -> None:
    """`sync` leaves it: the sentence must not send there."""
    file, (own, bundle) = f"bpmn/{MEDICAL}.bpmn", catalogue.processes()["open-medical-institution"]
    model = parse((HOME / file).read_bytes(), file)
    set_on(TIMER, "name", "承诺尽快")(model)
    [found] = lint_model(model, file, catalogue, HOME)
    assert re.fullmatch("请在 Modeler 中把定时器的名称改为“承诺[0-9]+日”", found.cure)
    assert sync(etree.tostring(model), file, bundle, own).changes == ()


def test_an_item_of_a_joint_visit_is_not_visited_alone_and_the_others_may_be(catalogue: Catalogue) -> None:
    """R85: one visit of all its departments, and nothing against one of an item that has no part in it."""
    _, bundle = catalogue.processes()["open-restaurant"]
    together = {item for act in bundle.joint_acts for item in act.items}
    for row in bundle.rows:
        model = parse((HOME / f"bpmn/{RESTAURANT}.bpmn").read_bytes(), RESTAURANT)
        extra_step(model, row.item, "现场勘验")
        found = lint_model(model, f"bpmn/{RESTAURANT}.bpmn", catalogue, HOME)
        assert [(one.rule, one.element) for one in found] == [("joint-visits", "Activity_9")] * (row.item in together)
    assert together < {row.item for row in bundle.rows}, "both are tried"


def test_every_rule_says_why_in_chinese() -> None:
    assert all(re.search("[一-鿿].*。$", rule.WHY) for rule in RULES)
