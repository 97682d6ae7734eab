"""Writes the typed client from the description: `python -m api client` renews onething/client/{records,calls}.py."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.description import operations

REFERENCE, BASE = "#/components/schemas/", "/api/v1"
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
NOT_FOR_CLIENTS = ("take_callback",)
"""Outside systems sign what they send; they are no clients of a person."""
HARMLESS = ("log_in", "log_out")
"""Have no key, and may be sent again all the same."""
HEAD = '"""{title}\n\nWritten by `python -m api client` from the description of the API; not edited by hand."""\n'
RECORDS = HEAD + """
from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field


class Record(BaseModel):
    \"\"\"Fields that are newer than this client are left out, not refused.\"\"\"
"""
CALLS = HEAD + """
from __future__ import annotations

from typing import Any

from onething.client import records
from onething.client.transport import Transport


class Calls(Transport):
    \"\"\"One method per operation, named like it. What may be repeated safely is repeated.\"\"\"
"""


def write(described: Mapping[str, Any], folder: Path) -> None:
    for name, text in files(described).items():
        (folder / name).write_text(text, encoding="utf-8")


def files(described: Mapping[str, Any]) -> dict[str, str]:
    """File name -> text."""
    schemas = described["components"]["schemas"]
    wanted = [name for name, schema in schemas.items() if not name.startswith("Body_")]
    records = [_record(name, schemas[name], schemas) for name in wanted if "properties" in schemas[name]]
    calls = [
        _call(method, path, operation) for (method, path), operation in operations(described).items()
        if operation["operationId"] not in NOT_FOR_CLIENTS
    ]
    return {
        "records.py": RECORDS.format(title="What the front door takes and gives.") + "".join(records),
        "calls.py": CALLS.format(title="What can be asked of the front door.") + "".join(calls),
    }


def _record(name: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    required = schema.get("required", [])
    fields = sorted(schema["properties"], key=lambda field: field not in required)
    lines = [f"    {field}: {_field(schema['properties'][field], field in required, schemas)}" for field in fields]
    return f"\n\nclass {name}(Record):\n" + "\n".join(lines) + "\n"


def _field(schema: Mapping[str, Any], required: bool, schemas: Mapping[str, Any]) -> str:
    kind = annotation(schema, schemas)
    if required:
        return kind
    default = schema.get("default")
    if isinstance(default, str | int | float | bool):
        return f"{kind} = {_quoted(default)}"
    if kind.startswith(("dict", "list")) and not kind.endswith("None"):  # what may be null is null when it is left out
        return f"{kind} = Field(default_factory={kind.partition('[')[0]})"
    return f"{kind} = None" if "None" in kind else f"{kind} | None = None"


def annotation(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "") -> str:
    """The Python type of a schema; names that are enumerations become the text they are."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        return f"{prefix}{name}" if "properties" in schemas.get(name, {"properties": 1}) else "str"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(annotation(part, schemas, prefix) for part in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(_quoted(value) for value in values)}]"
    kind = schema.get("type", "")
    if kind == "array":
        return f"list[{annotation(schema.get('items', {}), schemas, prefix)}]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {annotation(values, schemas, prefix) if isinstance(values, dict) else 'Any'}]"
    return "date" if schema.get("format") == "date" else PLAIN.get(kind, "Any")


def _call(method: str, path: str, operation: Mapping[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    places = [one["name"] for one in parameters if one["in"] == "path"]
    query = [one for one in parameters if one["in"] == "query"]
    asked, given = ["self", *(f"{name}: str" for name in places)], [f'"{method}"', _address(path, places)]
    body = operation.get("requestBody", {}).get("content", {})
    if "application/json" in body:
        asked.append(f"body: {annotation(body['application/json']['schema'], {}, 'records.')}")
        given.append("body=body")
    elif body:
        asked += ["name: str", "content: bytes"]
        given.append('file=(name, content)')
    query = sorted(query, key=lambda one: not one.get("required"))
    asked += [_asked(one) for one in query]
    if query:
        given.append("query={" + ", ".join(f'"{one["name"]}": {_safe(one["name"])}' for one in query) + "}")
    if operation["operationId"] in HARMLESS:
        given.append("again=True")
    if any(one["name"] == "Idempotency-Key" for one in parameters):
        asked.append('key: str = ""')
        given.append("key=key or self.fresh_key()")
    status = next(status for status in operation["responses"] if status.startswith("2"))
    content = operation["responses"][status].get("content", {})
    if "application/json" in content:
        answer = annotation(content["application/json"]["schema"], {}, "records.")
        work = f"return self.read({answer}, self.send({', '.join(given)}))"
    elif content:
        answer, work = "bytes", f"return self.send({', '.join(given)}).content"
    else:
        answer, work = "None", f"self.send({', '.join(given)})"
    return _method(operation, asked, answer, work)


def _method(operation: Mapping[str, Any], asked: list[str], answer: str, work: str) -> str:
    line = f"    def {operation['operationId']}({', '.join(asked)}) -> {answer}:"
    if len(line) > 120:
        line = f"    def {operation['operationId']}(\n        {', '.join(asked)}\n    ) -> {answer}:"
    if len(work) > 112:
        start, _, rest = work.partition("(")
        first, _, rest = rest[:-1].partition(", self.send(")
        work = f"{start}(\n            {first},\n            self.send({rest}\n        )"
    return f'\n{line}\n        """{operation["summary"]}."""\n        {work}\n'


def _asked(parameter: Mapping[str, Any]) -> str:
    schema, name = parameter["schema"], _safe(parameter["name"])
    kind = annotation(schema, {"Audience": {}})
    if parameter.get("required"):
        return f"{name}: {kind}"
    default = schema.get("default")
    return f"{name}: {kind} = {_quoted(default)}" if default is not None else f"{name}: {kind} = None"


def _address(path: str, places: list[str]) -> str:
    text = path.removeprefix(BASE)
    return f'f"{text}"' if places else f'"{text}"'


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
