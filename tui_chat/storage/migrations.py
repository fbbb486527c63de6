"""Documents of older versions, brought into the shape of today step by step.

The file says in which shape its documents are; one that says nothing has the first. The layout of the file has a number
of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tables = dict[str, dict[str, Any]]
"""All documents: by table, then by number."""

Migration = Callable[[Tables], Tables]
"""Takes all documents in one shape and returns them in the next.

It leaves alone what is in the next one already, since a damaged file may not know its shape any more, and what it does
not know.
"""

OLDEST = 1
"""The shape of a file that does not say any."""

MIGRATIONS: list[Migration] = []
"""In order: the first one leads from shape 1 to 2, and so on. None is ever removed or changed."""


def newest_schema() -> int:
    """Return the number of the shape that this version writes."""
    return OLDEST + len(MIGRATIONS)


def migrate(tables: Tables, from_version: int) -> Tables:
    """Return documents in the shape of today; those of today or of a newer version as they are.

    Args:
        tables: The documents.
        from_version: The number of their shape.
    """
    for migration in MIGRATIONS[max(from_version, OLDEST) - OLDEST :]:
        tables = migration(tables)
    return tables
