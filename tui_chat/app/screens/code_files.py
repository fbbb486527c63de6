"""Asking where a code block goes, and which file it is compared with."""

from __future__ import annotations

from asyncio import to_thread
from pathlib import Path
from typing import Any, NamedTuple

from textual.app import App

from tui_chat.app.screens.dialogs import AskText, Confirm
from tui_chat.chat.code_blocks import CodeBlock, difference, save
from tui_chat.domain.errors import TransferError
from tui_chat.domain.words import counted


class Compared(NamedTuple):
    """How a block differs from a file."""

    sentence: str = ""
    """What is to be said; empty if the user would rather not."""
    difference: str = ""
    """A unified diff; empty if there is none."""


async def ask_and_save(app: App[Any], block: CodeBlock) -> str:
    """Ask for a path and write a block there; a file that is there is replaced only after a yes.

    Returns:
        What became of it, in a sentence; empty if the user would rather not.
    """
    suggested = str(Path.cwd() / block.file_name())
    wanted = await app.push_screen_wait(AskText("Save the code", suggested, aside="path of the file"))
    if not wanted:
        return ""
    path = Path(wanted.strip())
    try:
        is_there = await to_thread(lambda: path.expanduser().is_file())
        if is_there and not await app.push_screen_wait(Confirm("Replace the file?", str(path))):
            return ""
        written = await to_thread(save, block, path, replace=is_there)
    except (TransferError, RuntimeError, ValueError, OSError) as error:
        return error.sentence if isinstance(error, TransferError) else f"{path} cannot be used: {error}."
    return f"Saved {written}, {counted(block.lines, 'line')}"


async def ask_and_compare(app: App[Any], block: CodeBlock) -> Compared:
    """Ask for a file and compare a block with it."""
    suggested = str(Path.cwd() / block.file_name())
    wanted = await app.push_screen_wait(AskText("Compare with", suggested, aside="path of a file"))
    if not wanted:
        return Compared()
    path = Path(wanted.strip())
    try:
        found = await to_thread(difference, block, path)
    except TransferError as error:
        return Compared(error.sentence)
    return Compared(f"Compared with {path}" if found else f"The same as {path}", found)
