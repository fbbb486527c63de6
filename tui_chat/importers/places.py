"""Where other programs on this computer keep their sessions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tui_chat.importers.base import Importer
from tui_chat.importers.databases import DatabaseError, database
from tui_chat.importers.registry import IMPORTERS
from tui_chat.importers.sources import Source


class Store(NamedTuple):
    """Sessions of another program on this computer."""

    importer: Importer
    """What reads them."""
    path: Path
    """The database or the folder."""
    sessions: int
    """How many there are."""


def found_stores() -> list[Store]:
    """Return the stores of other programs that are there and not empty."""
    stores = [Store(IMPORTERS[name], path, _count(path)) for name, path in _places()]
    return [store for store in stores if store.sessions]


def store_of(name: str) -> Path | None:
    """Return where the sessions of a program usually are; ``None`` for one that keeps none on this computer."""
    places = [path for one, path in _places() if one == name]
    return next((path for path in places if path.exists()), places[0] if places else None)


def _places() -> Iterator[tuple[str, Path]]:
    """Yield the name of each program and where its store may be, as its sources say."""
    data = _folder("XDG_DATA_HOME", Path.home() / ".local/share")
    yield "elia", data / "elia/elia.sqlite"
    if sys.platform == "win32":
        yield "oterm", Path.home() / "AppData/Roaming/oterm/store.db"
    elif sys.platform == "darwin":
        yield "oterm", _folder("XDG_DATA_HOME", Path.home() / "Library/Application Support") / "oterm/store.db"
    else:
        yield "oterm", data / "oterm/store.db"
    yield "parllama", data / "parllama/chats"
    sessions = os.environ.get("AICHAT_SESSIONS_DIR", "")
    yield "aichat", Path(sessions) if sessions else _folder("AICHAT_CONFIG_DIR", _config("aichat")) / "sessions"
    yield "llm", _folder("LLM_USER_PATH", _config("io.datasette.llm")) / "logs.db"


def _folder(variable: str, usual: Path) -> Path:
    value = os.environ.get(variable, "").strip()
    return Path(value) if value else usual


def _config(name: str) -> Path:
    """Return the folder where a program keeps its settings."""
    if sys.platform == "win32":
        return _folder("APPDATA", Path.home() / "AppData/Roaming") / name
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support" / name
    return _folder("XDG_CONFIG_HOME", Path.home() / ".config") / name


def _count(path: Path) -> int:
    """Return how many sessions there are: quickly, so without a look at each."""
    try:
        if path.is_dir():
            return sum(1 for file in path.rglob("*") if file.suffix in (".json", ".yaml"))
        if not path.is_file():
            return 0
        with database(Source.of_file(path)) as opened:
            return max((opened.count(table) for table in ("threads", "conversations", "chat")), default=0)
    except (OSError, *DatabaseError):
        return 0
