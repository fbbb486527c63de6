"""Editing a text in the user's own editor, while replies go on being received."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from tui_chat.app.screens.chat.private import silence
from tui_chat.domain.errors import ConfigError

#: What is looked for where the user names no editor.
USUAL = ("nano", "vim", "vi", "notepad")


def editor_command() -> list[str]:
    """Return the user's editor, with its options.

    Raises:
        ConfigError: if there is none.
    """
    named = next((value for name in ("VISUAL", "EDITOR") if (value := os.environ.get(name, "").strip())), "")
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise ConfigError(f"The editor {named!r} cannot be read: {error}.", advice="Mend $VISUAL.") from error
    found = words or [path for name in USUAL if (path := shutil.which(name))][:1]
    if not found or shutil.which(found[0]) is None:
        missing = f"The editor {found[0]!r} was not found." if found else "No editor was found."
        raise ConfigError(missing, advice="Set $VISUAL or $EDITOR to the one you use.")
    return found


async def edit_outside(app: App[Any], text: str) -> str:
    """Let the user edit a text in an editor of its own, and return it.

    The editor gets the terminal; the program goes on receiving and saving replies meanwhile.

    Raises:
        ConfigError: if there is no editor, it could not be started, or it failed.
    """
    command = editor_command()
    folder = Path(tempfile.mkdtemp(prefix="tui-chat-"))
    path = folder / "prompt.md"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        with app.suspend(), silence(app), _deaf_to_interrupts():
            process = await asyncio.create_subprocess_exec(*command, str(path))
            code = await process.wait()
        edited = _read(path, text)
    except SuspendNotSupported as error:
        raise ConfigError("An editor cannot be opened here.", advice="Start the program in a terminal.") from error
    except OSError as error:
        raise ConfigError(f"{command[0]} could not be started: {error.strerror}.") from error
    if code and edited != text:
        raise ConfigError(f"{command[0]} ended with {code}, so the input is as before.", advice=f"Its text: {path}")
    shutil.rmtree(folder, ignore_errors=True)
    return text if code else edited


def _read(path: Path, text: str) -> str:
    try:
        edited = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return text
    # Editors end the last line; who wrote the text did not.
    return edited if text.endswith("\n") else edited.removesuffix("\n")


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Leave Ctrl+C to the editor: the terminal sends its signal to both programs."""
    names = [name for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    for number in before:
        # Not ignored, since the editor would inherit that.
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
