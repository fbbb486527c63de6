"""Copying out of the terminal: the system's own tool where there is one, else the terminal itself (OSC 52)."""

from __future__ import annotations

import asyncio
import os
import shutil

#: The tools that take text on stdin, and the variable without which they cannot work.
_TOOLS = (
    ("pbcopy", (), ""),
    ("wl-copy", (), "WAYLAND_DISPLAY"),
    ("xclip", ("-selection", "clipboard"), "DISPLAY"),
    ("xsel", ("--clipboard", "--input"), "DISPLAY"),
    ("clip.exe", (), ""),
    ("termux-clipboard-set", (), ""),
)

#: Seconds that a tool may take.
TIMEOUT = 2.0


async def copy_with_tool(text: str) -> str:
    """Copy a text with the system's tool.

    Returns:
        The tool's name, or ``""`` if there is none that works.
    """
    for name, arguments, variable in _TOOLS:
        path = shutil.which(name)
        if path and (not variable or os.environ.get(variable)) and await _run(path, arguments, text):
            return name
    return ""


async def _run(path: str, arguments: tuple[str, ...], text: str) -> bool:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        path, *arguments, stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet
    )
    try:
        async with asyncio.timeout(TIMEOUT):
            await process.communicate(text.encode(errors="replace"))
    except TimeoutError:
        process.kill()
        await process.wait()
    return process.returncode == 0
