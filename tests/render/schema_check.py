"""A small validator for the part of JSON Schema that unmagic's schema uses. What it does not know, it refuses."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

SCHEMA: dict[str, Any] = json.loads(
    files("unmagic.render").joinpath("schema", "unmagic-1.schema.json").read_text(encoding="utf-8")
)
_TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool, "number": (int, float)}
_KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "type", "required", "additionalProperties", "properties",
    "items", "enum", "const", "anyOf", "minimum", "minItems", "maxItems",
}  # fmt: skip


def problems(value: Any, schema: dict[str, Any] | None = None, at: str = "$") -> list[str]:
    """What of ``value`` breaks the schema, each with its place."""
    schema = SCHEMA if schema is None else schema
    unknown = set(schema) - _KNOWN
    assert not unknown, f"the validator knows no {unknown}"
    if "$ref" in schema:
        return problems(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], at)
    found: list[str] = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if "anyOf" in schema and all(problems(value, one, at) for one in schema["anyOf"]):
        found.append(f"{at}: {str(value)[:60]!r} fits no branch")
    kind = schema.get("type")
    if kind is not None and not _is(value, kind):
        return [*found, f"{at}: {str(value)[:60]!r} is no {kind}"]
    if "minimum" in schema and value < schema["minimum"]:
        found.append(f"{at}: below {schema['minimum']}")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{at}: {len(value)} items")
        if "items" in schema:
            found += [p for i, item in enumerate(value) for p in problems(item, schema["items"], f"{at}[{i}]")]
    if isinstance(value, dict) and kind == "object":
        known = schema.get("properties", {})
        found += [f"{at}: no {name}" for name in schema.get("required", ()) if name not in value]
        rest = schema.get("additionalProperties", True)
        for name, item in value.items():
            if name in known:
                found += problems(item, known[name], f"{at}.{name}")
            elif rest is False:
                found.append(f"{at}: {name} is not in the schema")
            elif isinstance(rest, dict):
                found += problems(item, rest, f"{at}.{name}")
    return found


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer":
        return isinstance(value, int)
    expected: Any = _TYPES[kind]
    return isinstance(value, expected)
