"""YAML of other programs."""

from __future__ import annotations

from typing import Any

import yaml

#: The parser in C, where it is there, is ten times as fast. Both make plain values only, never objects.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MOST_ALIASES = 100


def loaded(text: str) -> Any:
    """Return a YAML text as a value; ``None`` if it is none.

    One that refers to its own parts many times is none: such a text can stand for one that fills the memory.
    """
    if text.count("*") > _MOST_ALIASES and _aliases(text) > _MOST_ALIASES:
        return None
    try:
        return yaml.load(text, _LOADER)  # noqa: S506  # a safe loader
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError, OverflowError):
        # Not all errors of its values are its own: a date in the month 13 is a ValueError.
        return None


def _aliases(text: str) -> int:
    try:
        return sum(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, _LOADER))
    except yaml.YAMLError:
        return 0


def scalars(text: str) -> Any:
    """Return a YAML text as a value whose scalars are all texts; ``None`` if it is none."""
    try:
        return yaml.load(text, yaml.BaseLoader)  # noqa: S506  # it makes texts, lists and mappings only
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return None
