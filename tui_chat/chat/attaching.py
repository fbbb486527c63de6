"""Reading files, folders and patterns into parts of a prompt, and refusing what cannot be sent, in plain words."""

from __future__ import annotations

import base64
import codecs
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from tui_chat.chat.file_listing import fits, is_pattern, list_files
from tui_chat.domain.attachments import PASTED, facts, image_type, size_in_words
from tui_chat.domain.errors import AttachmentRefused
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part
from tui_chat.domain.providers import ModelInfo, Protocol, Provider

#: Bytes of a text file, and of all text files of a folder or pattern together.
MOST_TEXT = 1_000_000

#: Bytes of an image.
MOST_IMAGE = 20_000_000

#: Bytes of an image where a vendor takes less: it counts those of the base64.
_LESS = {Protocol.ANTHROPIC: 3_900_000}

#: Files of a folder or pattern.
MOST_FILES = 200

#: Protocols that have no form for images.
_WITHOUT_IMAGES = (Protocol.INKEEP, Protocol.GUIDE)

#: Bytes by which the encoding of a text is recognised.
_SAMPLE = 64_000

#: Encodings told by the first bytes, the longer marks first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: Characters below the blank that texts have.
_TEXT_CONTROLS = set("\t\n\r\f\v\x1b\b")


def place_of(wanted: str, folder: Path) -> Path:
    """Return where a path points that was typed in a folder: ``~`` and ``file:`` addresses are understood."""
    if wanted.startswith("file://"):
        wanted = unquote(urlsplit(wanted).path)
    return folder / Path(wanted).expanduser()


class Read(NamedTuple):
    """A file that was read."""

    path: Path
    part: Part


def read_parts(wanted: str, folder: Path) -> list[Part]:
    """Return what is attached for a path, a folder, or a pattern, see `read`."""
    return [one.part for one in read(wanted, folder)]


def read(wanted: str, folder: Path) -> list[Read]:
    """Return what is attached for a path, a folder, or a pattern such as ``src/**/*.py``. Reads the disk.

    Of a folder and a pattern, the text files are taken that git does not ignore; of a pattern the images, too.

    Args:
        wanted: As it was typed.
        folder: The folder from which on.

    Raises:
        AttachmentRefused: if nothing can be attached, or too much would be.
    """
    try:
        path = place_of(wanted, folder)
        if path.is_dir():
            return _read_all(path, list_files(path), wanted, _name(path, folder), with_images=False)
        if is_pattern(wanted) and not path.exists():
            base, pattern = split_pattern(wanted)
            start = place_of(base, folder)
            found = [one for one in list_files(start) if fits(one, pattern)] if start.is_dir() else []
            return _read_all(start, found, wanted, _name(start, folder) if base else "", with_images=True)
        return [Read(path, read_file(path, _name(path, folder)))]
    except (OSError, ValueError, RuntimeError) as error:
        raise _unreadable(wanted, error) from error


def split_pattern(wanted: str) -> tuple[str, str]:
    """Return the folder before the first wildcard of a pattern, and the pattern from there on."""
    names = wanted.split("/")
    first = next(place for place, name in enumerate(names) if is_pattern(name))
    base = "/".join(names[:first])
    return f"{base}/" if first else "", "/".join(names[first:])


def read_file(path: Path, name: str = "") -> Part:
    """Return a text file or an image as it is attached.

    Args:
        path: Where it is.
        name: What it is called in the prompt; its file name if empty.

    Raises:
        AttachmentRefused: if it is neither, or too large, or cannot be read.
    """
    name = name or path.name
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise AttachmentRefused(f"{name} is no file")
        with path.open("rb") as file:
            # One byte more than is taken: what grows meanwhile, or lies about its size, is seen to be too large.
            data = file.read(MOST_IMAGE + 1)
    except OSError as error:
        raise _unreadable(name, error) from error
    return part_of(data, name)


def part_of(data: bytes, name: str) -> Part:
    """Return the content of a file as it is attached; what it is, is seen by its bytes, not by its name.

    Raises:
        AttachmentRefused: if it is neither a text nor an image, or too large.
    """
    if media_type := image_type(data):
        _check_size(len(data), MOST_IMAGE, name, "an image")
        return ImagePart(media_type=media_type, data=base64.b64encode(data).decode(), name=name)
    # A text that is too large is not looked at as a whole: cut anywhere, it might be none.
    text = _text_of(data) if len(data) <= MOST_TEXT else None if b"\0" in data[:_SAMPLE] else ""
    if text is None:
        raise AttachmentRefused(f"{name} is neither a text nor an image (PNG, JPEG, GIF, WebP)")
    _check_size(len(data), MOST_TEXT, name, "a text file")
    return FilePart(name=name, text=text)


def pasted(text: str, others: Iterable[Part] = ()) -> FilePart:
    """Return a pasted text as it is attached; its name tells it from others."""
    taken = {part.name for part in others if isinstance(part, FilePart)}
    names = (PASTED, *(f"{PASTED} {number}" for number in range(2, len(taken) + 2)))
    return FilePart(name=next(name for name in names if name not in taken), text=text)


def check_taken(parts: Iterable[Part], provider: Provider, model: ModelInfo) -> None:
    """Check that a model takes what is attached, before anything is sent.

    Raises:
        AttachmentRefused: if it takes no images, or none so large.
    """
    images = [part for part in parts if isinstance(part, ImagePart)]
    if not images:
        return
    name = facts(images[0])[0]
    if provider.protocol in _WITHOUT_IMAGES or model.can("images") is False:
        who = provider.label if provider.protocol in _WITHOUT_IMAGES else model.name
        advice = f"Remove {name}, or choose a model that does with Ctrl+L."
        raise AttachmentRefused(f"{who} takes no images", advice=advice)
    most = _LESS.get(provider.protocol, MOST_IMAGE)
    for part in images:
        _check_size(len(part.data) * 3 // 4, most, facts(part)[0], f"an image for {provider.label}")


def check_messages_taken(messages: Sequence[ChatMessage], provider: Provider, model: ModelInfo) -> None:
    """Check that a model takes what is attached to all messages that are sent along, rather than let it be dropped.

    Raises:
        AttachmentRefused: if it does not.
    """
    for message in messages:
        try:
            check_taken(message.parts, provider, model)
        except AttachmentRefused as error:
            advice = "Choose a model that does with Ctrl+L, or leave the message with the image out with E."
            raise AttachmentRefused(error.text, advice=advice) from error


def _read_all(base: Path, files: Sequence[str], wanted: str, name: str, *, with_images: bool) -> list[Read]:
    """Return the files of a folder or pattern; what is neither text nor image is left out."""
    if len(files) > MOST_FILES:
        raise AttachmentRefused(
            f"{wanted} has {len(files):,} files; {MOST_FILES} are attached at most", advice="Name a smaller part of it."
        )
    found: list[Read] = []
    text, images = 0, 0
    for file in files:
        try:
            part = read_file(base / file, f"{name}/{file}" if name else file)
        except AttachmentRefused:
            if len(files) == 1:
                raise
            continue
        if isinstance(part, FilePart):
            text += len(part.text.encode("utf-8", "replace"))
        elif isinstance(part, ImagePart) and with_images:
            images += len(part.data) * 3 // 4
        else:
            continue
        _check_size(text, MOST_TEXT, f"All of {wanted} together", "text")
        _check_size(images, MOST_IMAGE, f"All of {wanted} together", "images")
        found.append(Read(base / file, part))
    if not found:
        raise AttachmentRefused(f"There is nothing to attach in {wanted}", advice="What git ignores is left out.")
    return found


def _name(path: Path, folder: Path) -> str:
    """Return what a file is called in a prompt: its path below the folder; of others nothing but its own name."""
    whole, start = Path(os.path.normpath(path)), Path(os.path.normpath(folder))
    if whole == start:
        return ""
    return whole.relative_to(start).as_posix() if whole.is_relative_to(start) else whole.name


def _text_of(data: bytes) -> str | None:
    """Return the text that some bytes are; ``None`` if they are none."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\0" in data:
        return None
    text = _decoded(data, "utf-8")
    if text is None:
        # Imported here: nearly all texts are in UTF-8.
        from charset_normalizer import from_bytes

        best = from_bytes(data[:_SAMPLE]).best()
        text = _decoded(data, best.encoding) if best is not None else None
    return text if text is not None and _is_text(text) else None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_text(text: str) -> bool:
    return all(character >= " " or character in _TEXT_CONTROLS for character in text[:_SAMPLE])


def _check_size(size: int, most: int, name: str, what: str) -> None:
    if size > most:
        raise AttachmentRefused(f"{name} is too large: {what} may have {size_in_words(most)}")


def _unreadable(name: str, error: Exception) -> AttachmentRefused:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return AttachmentRefused(f"There is no file {name}")
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return AttachmentRefused(f"{name} cannot be read: {words}")
