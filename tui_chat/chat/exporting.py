"""Exporting sessions: what goes in, and where the files go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Redactor
from tui_chat.config.paths import exports_folder
from tui_chat.domain.record import now
from tui_chat.exporters import registry
from tui_chat.exporters.registry import ExportOptions

Listed = TypeVar("Listed")


class Filled(Protocol):
    """What takes the exports of many sessions, such as a `Bundle`."""

    def add(self, stem: str, extension: str, content: str | bytes, /) -> object:
        """Take the export of a session, by the fields of `Exported`."""


class Exported(NamedTuple):
    """A session as it will be written."""

    stem: str
    """Name of its file without the extension, from its day and name."""
    extension: str
    content: str | bytes
    """A text, or bytes if the format is none of text."""

    @property
    def text(self) -> str:
        """The text; empty if the format is none of text."""
        return self.content if isinstance(self.content, str) else ""

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(registry.encoded(self.content))


def export_session(
    opened: OpenSession, name: str, options: ExportOptions | None = None, redactor: Redactor | None = None
) -> Exported:
    """Return a session in one of the formats.

    Args:
        opened: The session.
        name: Name of the format.
        options: What goes in beside the texts.
        redactor: Replaces what should not be shared; it also counts what it found.

    Raises:
        TransferError: if there is no such format, or what it needs is not installed.
    """
    session, branch, tree = opened.session, opened.branch, list(opened.tree)
    if redactor is not None:
        session, tree = redactor.records(session, tree)
        clean = {message.id: message for message in tree}
        branch = [clean[message.id] for message in branch]
    # Checked when they were made or read; checking thousands of messages again would only cost time.
    export = registry.Export.model_construct(
        session=session, messages=branch, tree=tree, options=options or ExportOptions()
    )
    content = registry.render(name, export)
    return Exported(registry.file_stem(session), registry.EXPORTERS[name].extension, content)


def suggested_path(exported: Exported) -> Path:
    """Return the path that an export gets if no other is given; no file has it yet."""
    return registry.unused_path(exports_folder(), exported.stem, exported.extension)


def suggested_folder(extension: str = "") -> Path:
    """Return the folder that several exports get if no other is given, or a file with an extension; it is new."""
    return registry.unused_path(exports_folder(), f"{now().astimezone():%Y-%m-%d}-sessions", extension)


def write_export(exported: Exported, path: Path | None = None) -> Path:
    """Write an export to a file, to a folder, or to the folder of exports.

    Returns:
        The absolute path of the new file.

    Raises:
        TransferError: if the file exists already or cannot be written.
    """
    if path is None:
        path = suggested_path(exported)
    elif path.expanduser().is_dir():
        path = registry.unused_path(path.expanduser(), exported.stem, exported.extension)
    return registry.write(path, exported.content)


async def fill_bundle(
    bundle: Filled,
    sessions: Sequence[Listed],
    load: Callable[[Listed], Awaitable[OpenSession]],
    render: Callable[[OpenSession], Exported],
    tell: Callable[[int], None],
) -> None:
    """Export many sessions into a bundle; may be cancelled at any time.

    Args:
        bundle: Where to. It is not finished here.
        sessions: Which ones.
        load: Reads the messages of a session.
        render: Returns a session as it will be written.
        tell: Is told how many are done.

    Raises:
        ChatError: if one of them cannot be read or written.
    """
    for number, session in enumerate(sessions, start=1):
        opened = await load(session)
        # In a thread: a long session as HTML takes a second or two.
        exported = await asyncio.to_thread(render, opened)
        added = asyncio.ensure_future(asyncio.to_thread(bundle.add, *exported))
        try:
            await asyncio.shield(added)
        finally:
            # The bundle must not go away while a thread writes into it.
            await asyncio.wait([added])
        tell(number)
