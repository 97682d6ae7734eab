"""The front results drawn in the model are the ones the catalogue knows, both ways (R71-R79)."""

from __future__ import annotations

from collections.abc import Iterator

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.read import precedence

WHY = "图上的前置关系决定谁等谁；和清单不一致，就会等错，或者不该等的也等。"


def check(context: Context) -> Iterator[Finding]:
    if context.bundle is None:
        return
    drawn = precedence(context.model)
    known = {(front, row.item) for row in context.bundle.rows for front in row.after}
    called = context.called
    for front, back in sorted(known - drawn):
        cure = f"请运行 {context.sync}，或用数据对象“前置结果”连接两个事项框"
        yield Finding(back, f"图中缺少前置关系：{called(front)} → {called(back)}", cure)
    for front, back in sorted(drawn - known):
        cure = "请删去连线，或在 catalogue 的 after 中补上"
        yield Finding(back, f"清单中没有前置关系：{called(front)} → {called(back)}", cure)
