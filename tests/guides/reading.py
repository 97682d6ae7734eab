"""What tests of documents share: the real catalogue and models, every word of a document, and what no document may say."""

import re
from collections.abc import Iterator
from pathlib import Path

from onething.catalogue import Bundle, District, load_catalogue
from onething.guides.document import Document
from onething.guides.procedure import Step
from onething.modelling.steps import steps_with_called

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
BUNDLES = CATALOGUE.in_plan_order()
CITY, JINSHUI = CATALOGUE.districts["410100"], CATALOGUE.districts["410105"]
LATIN = {"KTV", "PDF", "JPG", "PNG", "QY", "GR", "IP"}
"""Abbreviations that people use; every other word of Latin letters has leaked."""


def name(bundle: Bundle) -> str:
    return bundle.slug


def steps(bundle: Bundle) -> list[Step]:
    return steps_with_called(HOME / "bpmn", bundle.process)


def words(document: Document) -> Iterator[str]:
    """Everything people read, titles included."""
    yield from (document.title, document.subtitle)
    for section in document.sections:
        yield section.title
        for group in section.groups:
            yield group.title
            for line in group.lines:
                yield from (line.text, line.source)
        for table in section.tables:
            yield from table.head
            yield from (cell for row in table.rows for cell in row)


def check_plain(texts: Iterator[str]) -> None:
    for text in texts:
        assert "None" not in text, text
        assert "待补" not in text, text
        assert "（）" not in text, text
        assert "“”" not in text, text
        leaked = set(re.findall(r"[A-Za-z_${}]{2,}", text)) - LATIN
        assert not leaked, (leaked, text)


def check_full(document: Document, bundle: Bundle, district: District) -> None:
    """It is of this bundle and edition; no section, line, table or cell is empty; keys are told apart."""
    assert document.version == CATALOGUE.version(bundle.slug)
    assert document.subtitle == district.name
    assert len({section.key for section in document.sections}) == len(document.sections)
    for section in document.sections:
        assert section.title.strip()
        assert not section.empty, section.key
        assert all(group.lines for group in section.groups), section.key
        assert all(line.text.strip() for line in section.lines), section.key
        for table in section.tables:
            assert table.rows, section.key
            assert len(table.widths) in (0, len(table.head))
            for row in table.rows:
                assert len(row) == len(table.head)
                assert all(cell.strip() for cell in row), (section.key, row)
    check_plain(words(document))
