"""docs/workers.md says what the declarations and the tests say; its example runs."""

import re

import pytest

from onething.engine.worker import BusinessError, Task
from tests.docs import workers_page


def test_the_page_is_generated_and_every_defect_is_answered_by_a_test() -> None:
    text = workers_page.page()
    told = "docs/workers.md 过时；请运行 python -m tests.docs.workers_page"
    assert workers_page.PAGE.read_text(encoding="utf-8") == text, told
    assert "unanswered" not in text
    assert [f"D{number}" for number in range(1, 25)] == re.findall(r"^\| (D\d+) \|", text, re.MULTILINE)


def test_the_example_of_the_page_runs() -> None:
    [example] = re.findall(r"```python\n(.*?)```", workers_page.page(), re.DOTALL)
    names: dict = {}
    exec(example.split("\nclient = ")[0], names)

    def approve(amount: int) -> dict:
        return names["approve"](Task("t", "approve", "N1", "i", "a", {"amount": amount}, None, "w"))

    assert approve(900) == {"approved": True}
    with pytest.raises(BusinessError, match="limit") as raised:
        approve(1100)
    assert raised.value.code == "too-much"
