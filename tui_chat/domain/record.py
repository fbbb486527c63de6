"""The base of every pydantic class in the package: what is stored, sent or read from a file.

("Model" always means the language model here, never a pydantic class.)
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_with_zone)]
"""A time with its zone. One without, which only another hand writes, is in UTC: it could not be compared else."""


class Record(BaseModel):
    """A typed record.

    Schemas are built when something is first validated, not at import: the first one costs 15 ms, which neither help
    nor the first frame should wait for. What the program itself knows to be right is made by ``model_construct``.
    """

    model_config = ConfigDict(defer_build=True, validate_assignment=False)

    def to_dict(self) -> dict[str, Any]:
        """Return a plain, JSON-able dict without empty fields (``None``, ``""``, ``[]``, ``{}``)."""
        plain: dict[str, Any] = _without_empty(self.model_dump(mode="json"))
        return plain


class Value(Record):
    """A record without identity: never changed after it was made, equal when its fields are equal."""

    model_config = ConfigDict(frozen=True)


class Stored(Record):
    """A record of the history file.

    Fields written by a newer version are kept, so that opening and saving with an older one loses nothing.
    """

    model_config = ConfigDict(extra="allow")

    def to_document(self) -> dict[str, Any]:
        """Return the record as it is stored: everything but what is ``None``."""
        return self.model_dump(mode="json", exclude_none=True)


def build_schemas() -> None:
    """Build the schemas of all records that are imported by now, so that the first to be validated need not wait."""
    wanted: list[type[Record]] = [Record]
    while wanted:
        record = wanted.pop()
        record.model_rebuild()
        wanted += record.__subclasses__()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        slim = {key: _without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in slim.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_empty(inner) for inner in value]
    return value


def new_id() -> str:
    """Return a fresh identifier: 16 hexadecimal digits of randomness, so that short prefixes stay unambiguous."""
    return secrets.token_hex(8)


def now() -> datetime:
    """Return the current time in UTC, the only zone that is stored."""
    return datetime.now(UTC)
