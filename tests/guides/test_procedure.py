"""工作规程 from models and catalogue together: who does what in which step within which limit (R126)."""

from itertools import pairwise

import pytest

from onething.catalogue import Bundle
from onething.errors import NotFound
from onething.guides.document import Document
from onething.guides.procedure import Step, work_procedure
from onething.guides.procedure_words import BASIS, BOX, DOES, LIMITS, SYSTEM_DOES, WHO
from onething.modelling.names import find_all, parse
from onething.modelling.read import read_model
from onething.modelling.steps import steps_of, steps_with_called
from tests.guides.reading import BUNDLES, CATALOGUE, CITY, HOME, JINSHUI, check_full, name, steps, words

HEAD = ("步骤", "由谁", "做什么", "时限", "依据")


def procedure(slug: str) -> Document:
    bundle = CATALOGUE.bundles[slug]
    return work_procedure(CATALOGUE, bundle, JINSHUI, steps(bundle))


def rows(document: Document, key: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in document.section(key).tables[0].rows}


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r126_every_bundle_has_a_procedure_without_gaps(bundle: Bundle) -> None:
    for district in (CITY, JINSHUI):
        found = work_procedure(CATALOGUE, bundle, district, steps(bundle))
        check_full(found, bundle, district)
        tables = [table for section in found.sections if section.key != "duties" for table in section.tables]
        assert all(table.head == HEAD for table in tables)
        assert len(tables) == 1 + len(bundle.rows), "the common steps, and those of every item"


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r126_every_task_of_the_models_is_in_the_procedure(bundle: Bundle) -> None:
    """The models are read here with their own eyes: what an analyst draws must be told."""
    paths = {path.stem: path for path in HOME.glob("bpmn/*/*.bpmn")}
    models = [read_model(paths[bundle.process]), read_model(paths["guidance"])]
    models += [read_model(paths[called]) for call in find_all(models[0], ".//bpmn:callActivity")
               if (called := call.get("calledElement")) in paths]
    said = "\n".join(words(work_procedure(CATALOGUE, bundle, JINSHUI, steps(bundle))))
    for model in models:
        for kind in ("userTask", "serviceTask"):
            for task in find_all(model, f".//bpmn:{kind}"):
                assert task.get("name") in said


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r126_every_step_has_words_of_its_own(bundle: Bundle) -> None:
    """No sentence that only repeats the name, no office and no limit that nobody knows."""
    for step in steps(bundle):
        if step.supervises or step.kind == "call":
            continue
        if step.kind == "person":
            assert step.form in DOES
            assert step.group[2:-1] in WHO
            assert step.due[2:-1] in LIMITS
        else:
            key = (step.topic, step.does)
            assert key in SYSTEM_DOES or key in BOX, key
            assert {step.process, step.topic} & BASIS.keys() or step.item
    assert "按流程模型办理" not in "".join(words(work_procedure(CATALOGUE, bundle, JINSHUI, steps(bundle))))


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r126_limits_and_offices_are_those_of_the_catalogue(bundle: Bundle) -> None:
    found = work_procedure(CATALOGUE, bundle, JINSHUI, steps(bundle))
    for row in bundle.rows:
        item, table = CATALOGUE.items[row.item], rows(found, f"item-{row.item}")
        decision = next(cells for first, cells in table.items() if first in ("审批", "审核", "办理", "查询核验"))
        assert f"承诺 {item.limits.promised.days} 个工作日" in decision[3]
        assert f"法定 {item.limits.statutory.days} 个工作日" in decision[3]
        assert CATALOGUE.department_name(row.department) in decision[1]
        assert ("受理" in table) == item.has_acceptance_decision
        assert ("容缺预审" in table) == bool(row.after)
        assert ("延期" in table) == (item.kind in CATALOGUE.procedures.extension.kinds)
        assert ("制证" in table) == item.result.certificate
        assert "结果互通" in table
        assert {f"特别环节：{use.kind.label}" for use in item.special_steps} <= table.keys()


def test_r126_open_restaurant() -> None:
    found = procedure("open-restaurant")
    common = rows(found, "common")
    order = [step.partition(" · ")[0] for step in common]
    assert list(dict.fromkeys(order)) == [
        "咨询辅导", "收件", "纸质原件移交", "受理", "审批", "联合办理", "送达", "归档", "撤回申请",
    ]
    assert common["收件 · 收件审查"][1:4:2] == ("金水区综合受理窗口", "2 个工作小时内；超期报督办")
    assert common["收件 · 登记逾期未补正"][3] == "一次告知后满 30 个工作日（待核实）"
    assert common["纸质原件移交 · 确认收到原件"][1] == "金水区市场监管部门（牵头部门）"
    assert common["审批 · 延期审批"][4] == "《中华人民共和国行政许可法》第四十二条"
    licence = rows(found, "item-food-business-license")
    assert list(licence)[:3] == ["受理", "登记视为受理", "联合勘验"]
    assert licence["受理"][1] == "金水区市场监管部门"
    assert licence["特别环节：听证"][3] == "所需时间不计入办理时限"
    assert licence["特别环节：现场勘验"][3] == "计入办理时限"
    assert "食品经营许可证" in licence["制证"][2]
    assert any("联合勘验" in line.text for line in found.section("order").lines)


def test_r80_r126_change_ethnicity_goes_up_and_comes_back() -> None:
    found = procedure("change-ethnicity")
    assert rows(found, "item-ethnicity-first-review-adult")["审核"][1] == "金水区民族事务部门"
    second = rows(found, "item-ethnicity-second-review-adult")
    assert second["审核"][1] == "郑州市民族事务部门"
    assert "县级初审”的结果以外的材料" in second["容缺预审"][2]
    assert second["容缺预审"][3].startswith("受理后 9 个工作日内")
    assert rows(found, "item-ethnicity-change")["审批"][1] == "金水区公安部门"


def test_r26_r93_r126_blocks_and_partners() -> None:
    found = procedure("second-hand-home-transfer")
    assert any("依法并行办理" in line.text for line in found.section("order").lines)
    assert "送达此项" in rows(found, "item-real-estate-registration"), "delivered with the block it stands in"
    power = rows(found, "item-electricity-account-transfer")
    assert power["办理"][1] == "电力公司"
    assert power["容缺预审"][3].startswith("转办后")


def test_r126_newborn_is_delivered_item_by_item_or_together() -> None:
    found = procedure("newborn")
    assert rows(found, "item-birth-registration")["送达此项"][3] == "当天"
    assert "登记视为受理" not in rows(found, "item-vaccination-certificate"), "no licence"


# the steps of a model


def test_r126_steps_come_in_the_order_of_the_flow() -> None:
    found = [step.id for step in steps_of(read_model(HOME / "bpmn/shared/intake.bpmn")) if not step.supervises]
    for first, second in pairwise(["list-materials", "intake-review", "record-intake", "digitising", "push-materials"]):
        assert found.index(first) < found.index(second)
    case = [step.name for step in steps_of(read_model(HOME / "bpmn/bundles/open-restaurant.bpmn"))]
    assert case[0] == "收件"
    assert case.index("联合勘验") < case.index("送达") < case.index("归档") < case.index("统一退还材料")


def test_r126_a_step_knows_who_which_form_and_which_limit() -> None:
    found = {step.id: step for step in steps_of(read_model(HOME / "bpmn/shared/intake.bpmn"))}
    assert found["intake-review"] == Step(
        process="intake", process_name="收件", part="收件", id="intake-review", name="收件审查", kind="person",
        group="${window_group}", form="intake-review", due="${intake_due}", timers=("2小时",),
    )
    assert (found["push-materials"].topic, found["push-materials"].does) == ("dispatch", "push")
    sending = {step.id: step for step in steps_of(read_model(HOME / "bpmn/shared/delivery.bpmn"))}["result-sending"]
    assert (sending.part, sending.timers) == ("各级结果送发证窗口", ("1个工作日",)), "the limit of the sub-process around it"


def test_r126_boxes_and_calls_name_their_item() -> None:
    found = steps_of(read_model(HOME / "bpmn/bundles/open-restaurant.bpmn"))
    approval = next(step for step in found if step.id == "food-business-license-approval")
    assert (approval.kind, approval.calls, approval.item) == ("call", "approval", "food-business-license")
    assert len(approval.timers) == 2
    delivery = next(step for step in found if step.id == "food-business-license-delivery")
    assert (delivery.calls, delivery.item) == ("delivery", "food-business-license")


def test_r126_called_models_follow_once_each() -> None:
    found = [step.process for step in steps(CATALOGUE.bundles["open-restaurant"])]
    assert list(dict.fromkeys(found)) == [
        "guidance", "open-restaurant", "intake", "handover", "acceptance", "approval", "delivery", "joint-act",
    ]
    with pytest.raises(NotFound):
        steps_with_called(HOME / "bpmn", "no-such-thing")


def test_r126_what_an_analyst_draws_into_a_box_appears() -> None:
    """A task nobody has words for yet is told by its name, its office and its item."""
    bundle, flow = CATALOGUE.bundles["open-restaurant"], 'targetRef="food-business-license-approval"'
    text = (HOME / "bpmn/bundles/open-restaurant.bpmn").read_text(encoding="utf-8")
    assert text.count(flow) == 1
    drawn = (
        '<bpmn:userTask id="legal-check" name="法制审核" camunda:candidateGroups="${group_food_business_license}"/>'
        f'<bpmn:sequenceFlow id="legal-check-to-approval" sourceRef="legal-check" {flow}/>'
    )
    text = text.replace(flow, 'targetRef="legal-check"')
    end_of_box = text.index("</bpmn:subProcess>", text.index('id="box-food-business-license"'))
    model = parse((text[:end_of_box] + drawn + text[end_of_box:]).encode(), "open-restaurant.bpmn")
    found = [step for step in steps(bundle) if step.process != bundle.process] + steps_of(model)
    table = rows(work_procedure(CATALOGUE, bundle, JINSHUI, found), "item-food-business-license")
    names = list(table)
    assert names.index("受理") < names.index("法制审核") < names.index("审批")
    assert table["法制审核"][1:4] == ("金水区市场监管部门", "按流程模型办理“法制审核”", "及时")
