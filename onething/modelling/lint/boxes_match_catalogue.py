"""Every item of the bundle has its box, and no box shows another item; the parallel block is whole (R22, R26)."""

from __future__ import annotations

from collections.abc import Iterator

from onething.engine.contract import block_item, choose_variable
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all
from onething.modelling.read import boxes, item_of

WHY = "申请人选的每个事项都要有人办；清单里没有的事项没有人能选。依法并行的事项只能一起进、一起出。"


def check(context: Context) -> Iterator[Finding]:
    if context.bundle is None:
        return
    drawn = boxes(context.model)
    blocks = {block_item(row.parallel) for row in context.bundle.rows if row.parallel}
    wanted = {row.item for row in context.bundle.rows}
    for missing in sorted((wanted | blocks) - drawn.keys()):
        cure = f"请运行 {context.sync}，别的元素不会动"
        yield Finding(missing, f"清单中的“{context.called(missing)}”在图中没有", cure)
    for extra in sorted(drawn.keys() - wanted - blocks):
        cure = f"请运行 {context.sync} 删去该事项框，或先在 catalogue 中增加"
        yield Finding(drawn[extra].get("id", ""), f"图中的“{context.called(extra)}”不在清单中", cure)
    for row in context.bundle.rows:
        box = drawn.get(row.item)
        if box is None:
            continue
        if row.parallel and item_of(box.getparent()) != block_item(row.parallel):
            yield Finding(box.get("id", ""), "依法并行办理的事项画在并行框之外", "请移入“依法并行办理”框")
        if not row.parallel and not _condition_is(context, box.get("id", ""), choose_variable(row.item)):
            yield Finding(box.get("id", ""), "进入该事项的条件不是申请人的选择", f"请设为 ${{{choose_variable(row.item)}}}")


def _condition_is(context: Context, box: str, variable: str) -> bool:
    flows = find_all(context.model, f".//bpmn:sequenceFlow[@targetRef='{box}']/bpmn:conditionExpression")
    return [flow.text for flow in flows] == [f"${{{variable}}}"]
