"""What the tests of `sync` share: the models, the catalogue with and without an item, and what must stay."""

from collections.abc import Callable
from pathlib import Path

from lxml import etree

from onething.catalogue import Bundle, Catalogue
from onething.modelling.lint import lint_model
from onething.modelling.names import parse
from onething.modelling.saving import as_it_was
from onething.modelling.sync import Synced, sync
from tests.modelling import test_models as drawing
from tests.modelling.hand import pieces

HOME = Path(__file__).resolve().parents[2]
PROCESSES = sorted(path.stem for path in HOME.glob("bpmn/bundles/*.bpmn"))
NEWBORN, HOUSE = "newborn", "second-hand-home-transfer"
CARD, BIRTH, VACCINE = "social-security-card", "birth-medical-certificate", "vaccination-certificate"
GEOMETRY = (
    drawing.test_nothing_overlaps_and_no_line_crosses_a_node_or_a_label,
    drawing.test_labels_stay_clear_as_the_canvas_writes_them,
    drawing.test_boxes_stand_apart_and_no_line_runs_through_a_strange_one,
    drawing.test_flows_meet_only_where_they_part_or_join,
    drawing.test_front_results_never_lie_on_another_line,
)


def file_of(process: str) -> str:
    return f"bpmn/bundles/{process}.bpmn"


def text_of(process: str) -> bytes:
    return (HOME / file_of(process)).read_bytes()


def synced(data: bytes, catalogue: Catalogue, bundle: Bundle) -> Synced:
    return sync(data, file_of(bundle.process), bundle, catalogue)


def lint(data: bytes, catalogue: Catalogue, process: str) -> list[str]:
    file = file_of(process)
    return [f"{f.element}: {f.message}" for f in lint_model(parse(data, file), file, catalogue, HOME)]


def readable(data: bytes, folder: Path) -> None:
    """The picture obeys what the drawings of `model new` obey."""
    file = folder / "synced.bpmn"
    file.write_bytes(data)
    for rule in GEOMETRY:
        rule(file)


def edited(process: str, edit: Callable[[etree._Element], object]) -> bytes:
    data = text_of(process)
    model = parse(data, process)
    edit(model)
    return as_it_was(model, data)


def kept(before: bytes, after: bytes, *, but: set[str] = frozenset()) -> None:
    """Everything of `before` is in `after`, in its order, the same to the byte; `but` are the ids that had to change."""
    old, new = pieces(parse(before, "before")), pieces(parse(after, "after"))
    assert old.keys() - but <= new.keys()
    assert [name for name in new if name in old] == [name for name in old if name in new]
    assert {name for name in old.keys() & new.keys() if old[name] != new[name]} == but & old.keys() & new.keys()
