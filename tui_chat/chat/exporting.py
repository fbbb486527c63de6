"""Exporting an open session: what goes in, and where the file goes."""

from __future__ import annotations

from pathlib import Path

from tui_chat.chat.open_session import OpenSession
from tui_chat.config.paths import exports_folder
from tui_chat.domain.sessions import ChatSession
from tui_chat.exporters import registry


def export_session(opened: OpenSession, name: str, *, whole_tree: bool = False, reasoning: bool = False) -> str:
    """Return a session as a text in one of the formats.

    Args:
        opened: The session.
        name: Name of the format.
        whole_tree: All branches, not only the visible one.
        reasoning: With the models' reasoning.

    Raises:
        TransferError: if there is no such format.
    """
    options = registry.ExportOptions(reasoning=reasoning, tree=whole_tree)
    # Checked when they were made or read; checking thousands of messages again would only cost time.
    export = registry.Export.model_construct(
        session=opened.session, messages=opened.branch, tree=list(opened.tree), options=options
    )
    return registry.render(name, export)


def default_path(session: ChatSession, name: str) -> Path:
    """Return the path that an export gets if no other is given; no file has it yet."""
    extension = registry.EXPORTERS[name].extension
    return registry.unused_path(exports_folder(), registry.file_stem(session), extension)


def write_export(session: ChatSession, name: str, text: str, path: Path | None = None) -> Path:
    """Write an export to a file, to a folder, or to the folder of exports.

    Returns:
        The absolute path of the new file.

    Raises:
        TransferError: if the file exists already or cannot be written.
    """
    if path is None:
        path = default_path(session, name)
    elif path.is_dir():
        path = registry.unused_path(path, registry.file_stem(session), registry.EXPORTERS[name].extension)
    return registry.write(path, text)
