"""Copying out of the terminal: the system's own tool, tmux' buffer, the terminal itself (OSC 52), else a file."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from tui_chat.domain.errors import AttachmentRefused
from tui_chat.domain.words import counted

#: The tools that take text on stdin, and the variable without which they cannot work.
_TOOLS = (
    ("pbcopy", (), ""),
    ("wl-copy", (), "WAYLAND_DISPLAY"),
    ("xclip", ("-selection", "clipboard"), "DISPLAY"),
    ("xsel", ("--clipboard", "--input"), "DISPLAY"),
    ("clip.exe", (), ""),
    ("termux-clipboard-set", (), ""),
    # -w hands the text on to the terminal's clipboard, where tmux (3.2 and later) is allowed to.
    ("tmux", ("load-buffer", "-w", "-"), "TMUX"),
)

#: Seconds that a tool may take.
TIMEOUT = 2.0

#: Bytes that every terminal with OSC 52 takes; some drop more without a word.
_LONGEST = 74_000

#: What would be keys to the shell that it is pasted into, and could end the paste there.
_KEYS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

#: Values of TERM of terminals that have no clipboard, or none that a program could reach.
_WITHOUT_CLIPBOARD = {"", "dumb", "linux", "vt100", "vt220"}


async def copy(
    text: str, *, by_terminal: Callable[[str], None], file: Path, environment: Mapping[str, str] = os.environ
) -> str:
    """Copy a text by the first way that works; control characters in it become visible marks.

    Args:
        text: What is copied.
        by_terminal: Sends it to the terminal as OSC 52. Nobody can tell whether that one took it.
        file: Where it is written if there is no other way.
        environment: Tells which ways there are.

    Returns:
        The way, in words: ``by xclip``, ``by tmux``, ``by the terminal``, ``to <path>``.

    Raises:
        OSError: if it had to be written to the file and could not be.
    """
    text = _KEYS.sub("\N{REPLACEMENT CHARACTER}", text)
    for name, arguments, variable in _TOOLS:
        path = shutil.which(name)
        if path and (not variable or environment.get(variable)) and await _run(path, arguments, text):
            return f"by {name}"
    content = text.encode(errors="replace")
    if environment.get("TERM", "") not in _WITHOUT_CLIPBOARD and len(content) <= _LONGEST:
        by_terminal(text)
        return "by the terminal"
    await asyncio.to_thread(_write, file, content)
    return f"to {file}"


def amount(text: str) -> str:
    """Return how much a text is, in words."""
    lines = text.rstrip("\n").count("\n") + 1
    if lines > 1:
        return counted(lines, "line")
    return counted(len(text), "character")


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(content)


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


#: The tools that write the image in the clipboard to stdout, and the variable without which they cannot work.
_IMAGE_TOOLS = (
    ("wl-paste", ("--no-newline", "--type", "image/png"), "WAYLAND_DISPLAY"),
    ("xclip", ("-selection", "clipboard", "-t", "image/png", "-o"), "DISPLAY"),
    ("pngpaste", ("-",), ""),
    ("powershell.exe", ("-NoProfile", "-STA", "-Command"), ""),
)

#: Writes the image in base64, since what PowerShell passes on is text.
_POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms, System.Drawing; "
    "$image = [System.Windows.Forms.Clipboard]::GetImage(); "
    "if ($image) { $stream = New-Object System.IO.MemoryStream; "
    "$image.Save($stream, [System.Drawing.Imaging.ImageFormat]::Png); "
    "[Convert]::ToBase64String($stream.ToArray()) }"
)

#: Seconds that a tool may take to write an image; PowerShell takes some to start.
IMAGE_TIMEOUT = 15.0


async def paste_image(environment: Mapping[str, str] = os.environ) -> bytes:
    """Return the image in the clipboard, as PNG.

    Args:
        environment: Tells which ways there are.

    Raises:
        AttachmentRefused: if there is no tool, or no image.
    """
    tried = []
    for name, arguments, variable in _IMAGE_TOOLS:
        path = shutil.which(name, path=environment.get("PATH"))
        if not path or (variable and not environment.get(variable)):
            continue
        tried.append(name)
        if name == "powershell.exe":
            data = _decoded(await _output(path, (*arguments, _POWERSHELL)))
        else:
            data = await _output(path, arguments)
        if data:
            return data
    if tried:
        raise AttachmentRefused("There is no image in the clipboard", advice=f"Asked was {' and '.join(tried)}.")
    raise AttachmentRefused(
        "There is no tool here that reads images from the clipboard",
        advice="Install wl-clipboard (Wayland), xclip (X11) or pngpaste (macOS), or attach the file with @.",
    )


async def _output(path: str, arguments: tuple[str, ...]) -> bytes:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        path, *arguments, stdin=quiet, stdout=asyncio.subprocess.PIPE, stderr=quiet
    )
    try:
        async with asyncio.timeout(IMAGE_TIMEOUT):
            data, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return b""
    return data if process.returncode == 0 else b""


def _decoded(data: bytes) -> bytes:
    try:
        return base64.b64decode(data)
    except ValueError:
        return b""
