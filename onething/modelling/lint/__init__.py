"""Lint: every disagreement between model, catalogue, forms and workers, with file, element and cure.

One rule is one module with `WHY`, one Chinese sentence for analysts, and `check(context)`; `RULES` is the literal list.
docs/lint.md has each with examples.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

from lxml import etree

from onething.catalogue import Catalogue
from onething.modelling.lint import (
    boxes_match_catalogue,
    diagram_complete,
    errors_caught,
    extra_steps,
    flow_connected,
    forms_known,
    joint_visits,
    limits_shown,
    messages_known,
    names_chinese,
    only_allowed_elements,
    precedence_matches,
    shapes_apart,
    timers_computed,
    topics_known,
    variables_known,
    ways_decided,
)
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all
from onething.modelling.read import read_model

__all__ = ["RULES", "Finding", "id_of", "lint_all", "lint_model"]

RULES: tuple[ModuleType, ...] = (
    boxes_match_catalogue, diagram_complete, errors_caught, extra_steps, flow_connected, forms_known, joint_visits,
    limits_shown, messages_known, names_chinese, only_allowed_elements, precedence_matches, shapes_apart, timers_computed,
    topics_known, variables_known, ways_decided,
)


def lint_all(home: Path, catalogue: Catalogue) -> list[Finding]:
    """All findings of all models; also a bundle without a model, and a model without a bundle."""
    findings = []
    for process, (_, bundle) in catalogue.processes().items():
        if not (home / "bpmn" / "bundles" / f"{process}.bpmn").exists():
            district = "" if process == bundle.slug else f" --district {process.removeprefix(f'{bundle.slug}-')}"
            cure = f"请运行 onething model new {bundle.slug}{district}"
            findings.append(Finding(process, "这个一件事没有流程模型", cure, "models-complete", f"bpmn/bundles/{process}.bpmn"))
    for path in sorted(home.glob("bpmn/*/*.bpmn")):
        findings += lint_model(read_model(path), path.relative_to(home).as_posix(), catalogue, home)
    return findings


def lint_model(model: etree._Element, file: str, catalogue: Catalogue, home: Path) -> list[Finding]:
    process, bundle = Path(file).stem, None
    if file.startswith("bpmn/bundles/"):
        if process not in catalogue.processes():
            return [Finding(process, "没有同名的一件事", "请改正文件名，或先写 catalogue/bundles", "models-complete", file)]
        catalogue, bundle = catalogue.processes()[process]
    ids = [one.get("id", "") for one in find_all(model, "bpmn:process")]
    if ids != [process]:
        problem = f"文件里应当只有一个流程，编号为 {process}"
        return [Finding("、".join(ids) or process, problem, "请改正流程编号或文件名", "process-id", file)]
    forms = frozenset(path.stem for path in (home / "forms").glob("*.form"))
    context = Context(model, catalogue, bundle, forms)
    named = {one.get("id"): " ".join((one.get("name") or "").split()) for one in model.iter() if isinstance(one.tag, str)}
    return [
        replace(finding, rule=id_of(rule), file=file, name=named.get(finding.element, ""))
        for rule in RULES for finding in rule.check(context)
    ]


def id_of(rule: ModuleType) -> str:
    return rule.__name__.rpartition(".")[2].replace("_", "-")
