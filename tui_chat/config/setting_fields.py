"""The settings one by one, with what their docstrings say: what the settings screen shows and the manual is held to."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from tui_chat.domain.record import Record
from tui_chat.domain.settings import Settings


class SettingField(NamedTuple):
    """One setting."""

    name: str
    """Its place in ``config.toml``: ``look.theme``."""
    note: str
    """What it means, in a sentence or two, without markup."""
    kind: type
    """``bool``, ``int``, ``float`` or ``str``."""
    default: object
    """Its value where the config says nothing; ``None`` for none."""
    choices: tuple[str, ...] = ()
    """All that it may be, where that is a list."""
    may_be_empty: bool = False
    """Whether ``None`` is a value."""

    @property
    def section(self) -> str:
        """The table that it stands in: ``look``."""
        return self.name.partition(".")[0]

    @property
    def label(self) -> str:
        """Its name as people read it: ``Cursor blink``."""
        words = self.name.rpartition(".")[2].replace("_", " ")
        return words[:1].upper() + words[1:]

    def value_in(self, settings: Settings) -> object:
        """Return its value."""
        value: object = settings
        for part in self.name.split("."):
            value = getattr(value, part)
        return value


@cache
def setting_fields() -> tuple[SettingField, ...]:
    """Return all settings with a single value, in the order in which they are declared."""
    return tuple(_fields(Settings, ""))


def _fields(record: type[Record], prefix: str) -> Iterator[SettingField]:
    notes = _docstrings(record)
    for name, info in record.model_fields.items():
        kind, may_be_empty = _without_none(info.annotation)
        if isinstance(kind, type) and issubclass(kind, Record):
            yield from _fields(kind, f"{prefix}{name}.")
        elif get_origin(kind) is Literal:
            choices = tuple(map(str, get_args(kind)))
            note = notes.get(name, "")
            yield SettingField(f"{prefix}{name}", note, str, _default(info), choices, may_be_empty)
        elif kind in (bool, int, float, str):
            yield SettingField(f"{prefix}{name}", notes.get(name, ""), kind, _default(info), (), may_be_empty)


def _default(info: FieldInfo) -> object:
    return info.get_default(call_default_factory=True, validated_data={})


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        others = [one for one in get_args(annotation) if one is not type(None)]
        return (others[0], True) if len(others) == 1 else (annotation, True)
    return annotation, False


def _docstrings(record: type[Record]) -> dict[str, str]:
    """Return the docstrings under the fields of a class. Pydantic could collect them, but at every start."""
    (tree,) = ast.parse(dedent(inspect.getsource(record))).body
    notes: dict[str, str] = {}
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = below.value.value if isinstance(below.value, ast.Constant) else ""
            notes[field.target.id] = " ".join(str(text).replace("`", "").split())
    return notes
