"""What a newer description takes away from programs that were written against an older one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api.description import operations

Description = Mapping[str, Any]
SHAPE = ("type", "format", "$ref", "items", "anyOf", "additionalProperties")


def broken(old: Description, new: Description) -> list[str]:
    """A sentence for each operation, status, parameter or field that programs may rely on and that is gone or changed."""
    return [*_operations(operations(old), operations(new)), *_fields(old["components"]["schemas"], new)]


def _operations(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[str]:
    for key, before in old.items():
        place, after = " ".join(key), new.get(key)
        if after is None:
            yield f"{place}: the operation is gone"
            continue
        if before["operationId"] != after["operationId"]:
            yield f"{place}: operationId {before['operationId']} is now {after['operationId']}"
        yield from (f"{place}: status {gone} is gone" for gone in before["responses"].keys() - after["responses"].keys())
        yield from (
            f"{place}: answers {status} with something else" for status, answer in before["responses"].items()
            if status in after["responses"] and not _same(answer, after["responses"][status])
        )
        if "requestBody" in before and not _same(before["requestBody"], after.get("requestBody", {})):
            yield f"{place}: takes another body"
        if after.get("requestBody", {}).get("required") and not before.get("requestBody", {}).get("required"):
            yield f"{place}: a body is now required"
        yield from (f"{place}: parameter {problem}" for problem in _parameters(before, after))


def _same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Every format that was there, with the same shape; others may have come."""
    had, has = before.get("content", {}), after.get("content", {})
    return all(name in has and _shape(one.get("schema", {})) == _shape(has[name].get("schema", {})) for name, one in had.items())


def _parameters(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    had, has = ({(one["in"], one["name"]): one for one in operation.get("parameters", [])} for operation in (before, after))
    for key, one in had.items():
        if key not in has:
            yield f"{key[1]} is gone"
        elif _shape(one["schema"]) != _shape(has[key]["schema"]):
            yield f"{key[1]} is of another type"
    for key, one in has.items():
        if one.get("required", False) and not had.get(key, {}).get("required", False):
            yield f"{key[1]} is now required"


def _fields(old: Mapping[str, Any], new: Description) -> Iterator[str]:
    schemas = new["components"]["schemas"]
    for name, before in old.items():
        if name not in schemas:
            yield f"{name}: the schema is gone"
            continue
        after = schemas[name]
        yield from (f"{name}: value {gone} is gone" for gone in before.get("enum", []) if gone not in after.get("enum", []))
        had, has = before.get("properties", {}), after.get("properties", {})
        for field, shape in had.items():
            if field not in has:
                yield f"{name}.{field} is gone"
            elif _shape(shape) != _shape(has[field]):
                yield f"{name}.{field} is of another type"
        # Asked for: a new duty breaks who sends it. Answered: a field that may now be missing breaks who reads it.
        changed = set(before.get("required", [])) ^ set(after.get("required", []))
        sent = name in _sent(new)
        for field in sorted(changed):
            if sent and field in after.get("required", []):
                yield f"{name}.{field} is now required"
            elif not sent and field in before.get("required", []) and field in has:
                yield f"{name}.{field} may now be missing"


def _shape(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {key: _shape(value) for key, value in schema.items() if key in SHAPE}
    return [_shape(part) for part in schema] if isinstance(schema, list) else schema


def _sent(described: Description) -> set[str]:
    """The schemas that requests are made of."""
    found: set[str] = set()
    waiting = [operation.get("requestBody", {}) for operation in operations(described).values()]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(described["components"]["schemas"].get(name, {}))
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found
