"""Reading a file as the program does: its format is found out, and everything it yields is gathered."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from tui_chat.domain.messages import ChatMessage
from tui_chat.importers.base import Imported, Problem
from tui_chat.importers.registry import IMPORTERS, importer_of, read, sources_of

SAMPLES = Path(__file__).parent / "samples"


class Read(NamedTuple):
    """What came of a path."""

    formats: list[str]
    sessions: list[Imported]
    problems: list[Problem]

    @property
    def only(self) -> Imported:
        """The one session that there is."""
        assert len(self.sessions) == 1, self
        return self.sessions[0]


def read_path(path: Path, name: str = "") -> Read:
    """Read a path; of the format ``name`` if it is given."""
    formats: list[str] = []
    sessions: list[Imported] = []
    problems: list[Problem] = []
    with ExitStack() as stack:
        for source in sources_of(path, stack):
            try:
                importer = IMPORTERS[name] if name else importer_of(source)
            except OSError as error:
                problems.append(Problem(source.where, str(error)))
                continue
            if importer is None:
                continue
            formats.append(importer.name)
            for item in read(source, importer):
                if isinstance(item, Problem):
                    problems.append(item)
                else:
                    sessions.append(item)
    return Read(formats, sessions, problems)


def read_json(folder: Path, value: Any, name: str = "") -> Read:
    """Write a value as JSON, and read it."""
    path = folder / "file.json"
    path.write_text(json.dumps(value))
    return read_path(path, name)


def told(imported: Imported) -> list[tuple[str, str]]:
    """Return who says what, in the order of the messages."""
    return [(message.role.value, message.text) for message in imported.messages]


def branch(imported: Imported) -> list[str]:
    """Return the texts of the visible branch."""
    by_id = {message.id: message for message in imported.messages}
    at: ChatMessage | None = by_id.get(imported.session.current_node or "")
    found: list[str] = []
    while at is not None:
        found.append(at.text)
        at = by_id.get(at.parent_id or "")
    return found[::-1]
