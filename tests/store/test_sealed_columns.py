"""What is sealed is what the page says, and nothing that sounds like a person stays plain unless somebody said why (S13)."""

import re
from pathlib import Path

from onething.store import Base, resealing

HOME = Path(__file__).resolve().parent.parent.parent
PERSONAL = re.compile(r"(^|_)(name|id_no|phone|mobile|email|address|receiver|holder|applicant|requester|text|note)$")
PLAIN = {
    "guidance_request.adviser_name": "an officer, named to the applicant",
    "custody_entry.holder": "a group of officers",
}


def test_s13_the_page_names_every_sealed_column() -> None:
    page = (HOME / "docs" / "security-at-rest.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE)
    told = {table: set(re.findall(r"`(\w+)`", columns)) for table, columns in rows}
    assert told == {one.name: {field.name for field in one.fields} for one in resealing.tables()}


def test_s13_no_column_that_sounds_like_a_person_is_plain() -> None:
    sealed = {f"{one.name}.{field.name}" for one in resealing.tables() for field in one.fields}
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    assert {name for name in columns - sealed if PERSONAL.search(name.partition(".")[2])} == set(PLAIN)


def test_s13_a_row_with_sealed_columns_has_a_key_of_our_own() -> None:
    """A number that the database gives is not known when the row is sealed."""
    for one in resealing.tables():
        assert Base.metadata.tables[one.name].autoincrement_column is None, one.name
