"""Answers that come whole, lists of models above all: what reading them has in common, whatever the protocol."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from tui_chat.domain.errors import BadStream
from tui_chat.domain.providers import Provider
from tui_chat.domain.record import Record

_Entry = TypeVar("_Entry", bound=Record)


def json_in(body: bytes) -> Any:
    """Return the value of a body; ``None`` if it is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def entries(provider: Provider, listed: object, kind: type[_Entry]) -> list[_Entry]:
    """Return the models of a list, without those that are none: one odd entry must not hide the others.

    Raises:
        BadStream: if it is no list.
    """
    if not isinstance(listed, list):
        raise BadStream(f"{provider.label} sent something else than a list of models", provider=provider.name)
    found = []
    for item in listed:
        try:
            found.append(kind.model_validate(item))
        except ValidationError:
            continue
    return found
