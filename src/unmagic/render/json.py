"""A reading's facts as JSON, schema ``unmagic/1`` (schema/unmagic-1.schema.json, published with the project).

Facts are a plain dict; Lines, Workings, Findings, Spans and arrays may stand in it as they are. Numbers keep their full
precision; ``nan``, ``inf`` and ``-inf`` are strings, since JSON has no number for them.
"""

from __future__ import annotations

import json as encoder
import math
from collections.abc import Mapping
from typing import Any

from unmagic.core.finding import Finding
from unmagic.core.lines import Line, Relation, Working
from unmagic.core.span import SourceText, Span

SCHEMA = "unmagic/1"
_ORDER = (
    "schema", "source", "language", "value", "steps", "gradients", "findings", "workings", "decisions", "printed",
    "failure",
)  # fmt: skip


def json(facts: Mapping[str, Any], *, indent: int | None = None) -> str:
    """``facts`` as one JSON text with a newline at its end, its keys in the schema's order."""
    known = {"schema": SCHEMA, **facts}
    ordered = {key: known[key] for key in (*_ORDER, *known) if key in known}
    return encoder.dumps(plain(ordered), ensure_ascii=False, allow_nan=False, indent=indent) + "\n"


def plain(value: Any) -> Any:
    """A value as dicts, lists, strings, numbers, truth values and None."""
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return float(value) if math.isfinite(value) else _word(float(value))
        case complex():
            return [plain(value.real), plain(value.imag)]
        case Line():
            return line(value)
        case Working():
            lines = [line(one) for one in value.lines]
            return {"name": value.name, "at": plain(value.at), "words": value.words, "lines": lines}
        case Finding():
            return finding(value)
        case Span():
            return [value.start, value.end, value.line]
        case SourceText():
            return {"text": value.text, "label": value.label}
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case slice():
            return {"start": plain(value.start), "stop": plain(value.stop), "step": plain(value.step)}
        case list() | tuple() | set() | frozenset():
            if hasattr(value, "_asdict"):
                return {key: plain(item) for key, item in value._asdict().items()}
            return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if hasattr(value, "tolist"):  # arrays and their scalars
        return plain(value.tolist())
    if value is ...:
        return "..."
    return str(value)  # dtypes, and what an attribute may hold besides


def _word(value: float) -> str:
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def line(one: Line) -> dict[str, Any]:
    """A Line; fields that its relation has no use for are left out."""
    out: dict[str, Any] = {
        "label": one.label,
        "text": one.text,
        "ascii": one.ascii,
        "value": one.value,
        "relation": one.relation.value,
        "dtype": one.dtype,
    }
    if one.relation is Relation.MACHINE:
        out |= {"real": one.real, "real_exact": one.real_exact}
        if math.isfinite(one.gap):
            out["gap"] = float(one.gap)
    if one.rule:
        out["rule"] = one.rule
    if one.note:
        out["note"] = one.note
    return out


def finding(one: Finding) -> dict[str, Any]:
    """A Finding with all its fields."""
    return {
        "code": one.code,
        "title": one.title,
        "steps": list(one.steps),
        "span": plain(one.span),
        "where": one.where,
        "evidence": [line(evidence) for evidence in one.evidence],
        "meaning": one.meaning,
        "mend": list(one.mend),
        "confidence": one.confidence,
        "acknowledged": one.acknowledged,
        "file": one.span.source.label if one.span is not None else None,
        "path": [
            {
                "step": stop.step,
                "span": plain(stop.span),
                "file": stop.span.source.label if stop.span is not None else None,
                "where": stop.where,
                "line": line(stop.line) if stop.line is not None else None,
            }
            for stop in one.path
        ],
        "apart": one.apart,
        "edit": {"span": plain(one.edit.span), "text": one.edit.text} if one.edit is not None else None,
    }
