"""Many open cases in a minute: the rows of one started case, copied in SQL under new ids, as the engine would have written them.

Starting a hundred thousand cases over REST takes an hour. That copies are cases like any other is shown, not believed:
`growth` completes some of them through the engine and looks for their end in its history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from simulation.postgres import Postgres

INSTANCE_COLUMNS = ("proc_inst_id_", "process_instance_id_")
STEP = 10_000


@dataclass(frozen=True)
class Row:
    table: str
    values: dict[str, Any]


def copy_case(postgres: Postgres, database: str, instance: str, key: str, first: int, count: int) -> None:
    """Cases `key-first` and following, each like the one with this process instance id and number `key-0`."""
    rows = _rows(postgres, database, instance)
    own = {row.values["id_"] for row in rows}
    for begin in range(first, first + count, STEP):
        end = min(begin + STEP, first + count) - 1
        statements = [_insert(row, own, key, begin, end) for row in rows]
        postgres.sql(database, "BEGIN; " + " ".join(statements) + " COMMIT;")


def _rows(postgres: Postgres, database: str, instance: str) -> list[Row]:
    """What the engine has of this case, executions first and parents before children, as foreign keys want it."""
    names = "','".join(INSTANCE_COLUMNS)
    places = postgres.sql(database, f"""SELECT DISTINCT ON (table_name) table_name, column_name FROM information_schema.columns
        WHERE table_name LIKE 'act%' AND column_name IN ('{names}') ORDER BY table_name, column_name""")
    found = []
    for table, _, column in (line.partition("|") for line in places.splitlines() if line.startswith("act")):
        said = postgres.sql(database, f"SELECT to_jsonb(t) FROM {table} t WHERE {column} = '{instance}'")
        found += [Row(table, json.loads(row)) for row in said.splitlines() if row.startswith("{")]
    return sorted(found, key=lambda row: (row.table != "act_ru_execution", bool(row.values.get("parent_id_"))))


def _insert(row: Row, own: set[str], key: str, first: int, last: int) -> str:
    columns = list(row.values)
    values = ", ".join(_expression(column, row.values[column], own, key) for column in columns)
    return (
        f"INSERT INTO {row.table} ({', '.join(columns)}) SELECT {values} FROM {row.table} t, "
        f"generate_series({first}, {last}) g WHERE t.id_ = '{row.values['id_']}';"
    )


def _expression(column: str, value: Any, own: set[str], key: str) -> str:
    """A new id for an id of the case, the new number for its number, the rest as it is."""
    if isinstance(value, str) and value in own:
        return f"md5('{value}:' || g)"
    if value == f"{key}-0":
        return f"'{key}-' || g"
    return f"t.{column}"
