"""Reading values that may be of any type, or missing: whatever is wrong counts as absent."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(value: Any) -> str:
    """Return a text without halves of surrogate pairs, which no file can hold; empty if it is none."""
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object; an empty one if it is none."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a JSON array; an empty one if it is none."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON array."""
    return [one for one in items(value) if isinstance(one, dict)]


def key(value: Any) -> str:
    """Return an id, which some write as a number; empty if it is none."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def number(value: Any) -> float | None:
    """Return a finite number; ``None`` if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def count(value: Any) -> int:
    """Return a number of tokens; 0 if it is none."""
    found = number(value)
    return int(found) if found is not None and 0 <= found < 1e15 else 0


def moment(value: Any) -> datetime | None:
    """Return a time: ISO 8601 (UTC if it names no zone), or seconds, milliseconds or microseconds since 1970."""
    if isinstance(value, str):
        return _written(value.strip())
    found = number(value)
    if found is None or found <= 0:
        return None
    while found > 1e11:  # the year 5138 in seconds
        found /= 1000
    return _EPOCH + timedelta(seconds=found)


def _written(value: str) -> datetime | None:
    try:
        return moment(float(value))
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def json_text(value: Any) -> str:
    """Return a value as JSON text; as it is if it is a text already, empty if it is nothing or nested too deeply."""
    if isinstance(value, str):
        return text(value)
    if value is None:
        return ""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return _slow_json(value)


def _slow_json(value: Any) -> str:
    try:
        return text(json.dumps(value, ensure_ascii=False, default=str))
    except (RecursionError, ValueError, TypeError):
        return ""


def digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return what identifies messages of a session without an id: themselves."""
    found = sha256()
    for row in rows:
        found.update(json_text(row).encode())
    return found.hexdigest()
