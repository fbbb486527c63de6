"""The code blocks of sessions: what they are, how their files may be called, and writing them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from tui_chat.domain.errors import TransferError
from tui_chat.domain.messages import ChatMessage
from tui_chat.domain.sessions import ChatSession

#: ``title="app.py"``, ``file=app.py``, ``filename: app.py`` behind the language of a fence.
_NAMED = re.compile(r"""(?:title|file|filename|name)\s*[=:]\s*["']?([^"'\s,}]+)""", re.IGNORECASE)
#: A path with an extension, or a name such as ``Makefile``.
_PATH = re.compile(r"(?:[\w.@+-]+/)*(?:[\w.@+-]*\w\.[A-Za-z0-9]{1,8}|Makefile|Dockerfile|Justfile)")
#: A path in back ticks or bold in the line above a block.
_QUOTED = re.compile(r"[`*]{1,2}([^`*\s]+)[`*]{1,2}")
_COMMENT = re.compile(r"^\s*(?:#|//|--|;|%|/\*|<!--)\s*(?:file(?:name)?\s*:\s*)?(\S+)", re.IGNORECASE)
#: Largest file that is compared with a block, in bytes.
LARGEST_COMPARED = 2_000_000


class CodeBlock(NamedTuple):
    """A code block of a message."""

    session_id: str
    session_name: str
    message: ChatMessage
    number: int
    """Its place among the blocks of the message, from 1."""
    language: str
    """As it stands behind the fence, in lower case; empty if nothing stands there."""
    name: str
    """The name of a file that the message gives it, without folders; empty if none."""
    code: str
    """Without a newline at its end."""

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.code.count("\n") + 1

    def file_name(self) -> str:
        """Return a name for its file: the one that it was given, else one by its session and language."""
        if self.name:
            return self.name
        slug = re.sub(r"[^\w]+", "-", self.session_name, flags=re.ASCII).strip("-").lower()[:40] or "code"
        return f"{slug}-{self.number}{extension(self.language)}"


def code_blocks(session: ChatSession, messages: Iterable[ChatMessage]) -> Iterator[CodeBlock]:
    """Yield the code blocks of messages, in their order."""
    for message in messages:
        if "```" not in message.text and "~~~" not in message.text and "\n    " not in f"\n{message.text}":
            continue
        for number, (info, above, code) in enumerate(_fences(message.text), 1):
            language = re.split(r"[\s:{,]", info, maxsplit=1)[0].lower() if info else ""
            name = _name(info, above, code)
            if language and "." in language and not name:
                language, name = "", PurePosixPath(language).name
            yield CodeBlock(session.id, session.name, message, number, language, name, code)


def extension(language: str) -> str:
    """Return the usual ending of files in a language, with its dot; ``.txt`` if it is not known."""
    from pygments.lexers import find_lexer_class_by_name
    from pygments.util import ClassNotFound

    try:
        patterns = find_lexer_class_by_name(language).filenames if language else []
    except ClassNotFound:
        patterns = []
    return next((pattern[1:] for pattern in patterns if re.fullmatch(r"\*\.\w+", pattern)), ".txt")


def save(block: CodeBlock, path: Path, *, replace: bool = False) -> Path:
    """Write a block to a file, with a newline at its end.

    Args:
        block: The block.
        path: Where to; ``~`` stands for the home folder.
        replace: Whether a file that is there may be replaced.

    Returns:
        The absolute path of the file.

    Raises:
        TransferError: if there is a file and it may not be replaced, or it cannot be written.
    """
    try:
        target = path.expanduser().absolute()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise TransferError(f"{target} is a folder.", advice="Name a file in it.")
        content = f"{block.code}\n".encode(errors="replace")
        if not replace:
            with target.open("xb") as file:
                file.write(content)
            return target
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        temporary.write_bytes(content)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target.resolve())
    except FileExistsError as error:
        raise TransferError(f"{path} exists already.", advice="Choose another name.") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise TransferError(f"{path} could not be written: {reason}.", advice="Choose another name.") from error
    return target


def difference(block: CodeBlock, path: Path) -> str:
    """Return how a block differs from a file, as a unified diff; empty if it does not.

    Raises:
        TransferError: if the file cannot be read as text, or is too large.
    """
    try:
        target = path.expanduser()
        if target.stat().st_size > LARGEST_COMPARED:
            raise TransferError(f"{path} is too large to compare.", advice="")
        text = target.read_text(encoding="utf-8")
    except (OSError, RuntimeError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is no text"
        raise TransferError(f"{path} could not be read: {reason}.", advice="Name another file.") from error
    lines = difflib.unified_diff(text.splitlines(), block.code.splitlines(), str(path), "the code block", lineterm="")
    return "\n".join(lines)


def _name(info: str, above: str, code: str) -> str:
    """Return the name of a file that is said beside a block, without its folders."""
    rest = re.split(r"[\s:]", info, maxsplit=1)[1:]
    first = code.split("\n", 1)[0]
    comment = _COMMENT.match(first)
    for candidate in (
        *_NAMED.findall(info),
        *rest,
        *_QUOTED.findall(above)[-1:],
        *([comment[1]] if comment else []),
    ):
        if _PATH.fullmatch(candidate := candidate.strip("`'\"")):
            return PurePosixPath(candidate).name
    return ""


def _fences(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield of each code block what stands behind its fence, the line above it, and its code."""
    lines = text.split("\n")
    for token in _parser().parse(text):
        if token.type in ("fence", "code_block") and token.content.strip():
            start = token.map[0] if token.map else 0
            above = next((line for line in reversed(lines[max(0, start - 2) : start]) if line.strip()), "")
            yield token.info.strip(), above, token.content.rstrip("\n")


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])  # the words between the blocks do not matter
    return parser
