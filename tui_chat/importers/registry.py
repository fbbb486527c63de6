"""The formats that sessions can be read from, and the way from a path to sessions."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

from tui_chat.domain.errors import TransferError
from tui_chat.importers.archive import MAGIC as ZIP
from tui_chat.importers.archive import MOST_FILES, archive_sources, attachments, may_hold_sessions
from tui_chat.importers.base import UNTIMED, Imported, Importer, Item, Problem
from tui_chat.importers.sniffing import may_be_database, sample_of, why_unknown
from tui_chat.importers.sources import Source

__all__ = [
    "IMPORTERS",
    "UNTIMED",
    "Imported",
    "Importer",
    "Item",
    "Problem",
    "Source",
    "importer_of",
    "read",
    "sources_of",
    "why_unknown",
]

#: Every format by its name, in the order they are tried and shown.
IMPORTERS: dict[str, Importer] = {
    importer.name: importer
    for importer in (
        Importer("tui-chat", "tui-chat, JSON", "tui_chat.importers.session_json", is_complete=True),
        Importer("markdown", "tui-chat, Markdown", "tui_chat.importers.markdown"),
        Importer("chatgpt", "ChatGPT", "tui_chat.importers.chatgpt"),
        Importer("claude", "Claude", "tui_chat.importers.claude"),
        Importer("openwebui", "Open WebUI", "tui_chat.importers.openwebui"),
        Importer("librechat", "LibreChat", "tui_chat.importers.librechat"),
        Importer("elia", "elia", "tui_chat.importers.elia"),
        Importer("oterm", "oterm", "tui_chat.importers.oterm"),
        Importer("parllama", "parllama", "tui_chat.importers.parllama"),
        Importer("aichat", "aichat", "tui_chat.importers.aichat"),
        Importer("llm", "llm", "tui_chat.importers.llm"),
        Importer("sharegpt", "ShareGPT", "tui_chat.importers.sharegpt"),
        Importer("jsonl", "JSON Lines of messages", "tui_chat.importers.jsonl"),
    )
}


def sources_of(path: Path, stack: ExitStack) -> list[Source]:
    """Return what may hold sessions at a path: the file, the files of the archive, or those of the folder.

    Args:
        path: The path.
        stack: What must be closed when they were read is put there.

    Raises:
        TransferError: if there is nothing at the path, or it cannot be read.
    """
    try:
        if path.is_dir():
            return list(_folder_sources(path))
        with path.open("rb") as file:
            is_archive = file.read(len(ZIP)) == ZIP
        return archive_sources(path, stack) if is_archive else [Source.of_file(path)]
    except FileNotFoundError as error:
        raise TransferError(f"There is no file {path}.", advice="Check the path.") from error
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise TransferError(f"{path} cannot be read: {words}.", advice="Check the path and its permissions.") from error


def importer_of(source: Source) -> Importer | None:
    """Return the importer for the format that a source has; ``None`` if it is none of them.

    Raises:
        OSError: if it cannot be read.
    """
    sample = sample_of(source)
    return next((one for one in IMPORTERS.values() if one.format().fits(sample)), None)


def read(source: Source, importer: Importer) -> Generator[Item]:
    """Yield the sessions of a source, and what could not be read, one by one."""
    yield from importer.format().read(source)


def _folder_sources(folder: Path) -> Iterator[Source]:
    """Yield the files of a folder that may hold sessions; links to other folders are not followed."""
    paths: list[Path] = []
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths += [Path(top) / name for name in sorted(names)]
        if len(paths) > MOST_FILES:
            break
    attachment = attachments(paths)
    for path in paths[:MOST_FILES]:
        if path.is_file() and (may_hold_sessions(path.name) or may_be_database(path)):
            yield Source.of_file(path, attachment)
