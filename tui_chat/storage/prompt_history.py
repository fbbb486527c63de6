"""The prompts that were sent, in all sessions: a line of JSON each, the newest last."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from tui_chat.domain.record import now
from tui_chat.storage.small_files import locked, replace

#: Bytes of the file above which its older half is dropped; in memory, characters above which the oldest are.
MOST_BYTES = 1_000_000

#: Characters above which a prompt is not kept here: it is rather a file that was pasted, and stands in its session.
LONGEST = 50_000


class PastPrompt(NamedTuple):
    """A prompt that was sent."""

    text: str
    """As it was sent."""
    sent: str = ""
    """When it was sent last, as the file has it."""

    @property
    def at(self) -> datetime | None:
        """When it was sent last; ``None`` if the file does not tell."""
        try:
            at = datetime.fromisoformat(self.sent)
        except ValueError:
            return None
        return at if at.tzinfo is not None else None


class PromptHistory:
    """The prompts of all sessions, each once, at its newest place.

    What several processes add at once all ends up in the file. Lines that cannot be read are passed over.

    Args:
        path: The file; ``None`` keeps the prompts in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._prompts: dict[str, PastPrompt] = {}
        self._length = 0
        """Characters of the prompts."""

    @property
    def prompts(self) -> list[PastPrompt]:
        """The prompts known so far, oldest first."""
        return list(self._prompts.values())

    def load(self) -> None:
        """Read the file: what this process added stays, even if it could not be written."""
        own, self._prompts, self._length = self._prompts, {}, 0
        found = self._read()
        known = {prompt.text for prompt in found}
        for prompt in (*found, *(prompt for text, prompt in own.items() if text not in known)):
            self._put(prompt)

    def note(self, text: str) -> PastPrompt | None:
        """Take in a prompt, in memory; return it, for `write`. One that is blank or too long is not kept."""
        if not text.strip() or len(text) > LONGEST:
            return None
        prompt = PastPrompt(text, now().isoformat())
        self._put(prompt)
        return prompt

    def write(self, prompt: PastPrompt) -> None:
        """Add a prompt to the file.

        Raises:
            OSError: if it could not be written.
        """
        if self.path is None:
            return
        with locked(self.path):
            _append(self.path, _line(prompt))
            if self.path.stat().st_size > MOST_BYTES:
                _shorten(self.path)

    def forget(self, texts: Collection[str]) -> None:
        """Remove prompts, from the file too.

        Raises:
            OSError: if it could not be written.
        """
        for text in texts:
            self._drop(text)
        if self.path is None or not self.path.exists():
            return
        with locked(self.path):
            lines = self.path.read_bytes().splitlines(keepends=True)
            kept = [line for line in lines if (found := _parsed(line)) is None or found.text not in texts]
            if len(kept) < len(lines):
                replace(self.path, b"".join(kept))

    def _read(self) -> list[PastPrompt]:
        try:
            lines = self.path.read_bytes().split(b"\n") if self.path is not None else []
        except OSError:
            return []
        return [prompt for line in lines if line.strip() and (prompt := _parsed(line)) is not None]

    def _put(self, prompt: PastPrompt) -> None:
        self._drop(prompt.text)
        self._prompts[prompt.text] = prompt
        self._length += len(prompt.text)
        while self._length > MOST_BYTES:
            self._drop(next(iter(self._prompts)))

    def _drop(self, text: str) -> None:
        if self._prompts.pop(text, None) is not None:
            self._length -= len(text)


def _line(prompt: PastPrompt) -> bytes:
    line = json.dumps({"text": prompt.text, "at": prompt.sent}, ensure_ascii=False)
    return line.encode("utf-8", "replace") + b"\n"


def _append(path: Path, line: bytes) -> None:
    with open(path, "a+b", buffering=0, opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            # A line that a crash cut short must not swallow this one.
            file.seek(end - 1)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)
        os.fsync(file.fileno())


def _shorten(path: Path) -> None:
    content = path.read_bytes()
    replace(path, content[content.index(b"\n", len(content) - MOST_BYTES // 2 - 1) + 1 :])


def _parsed(line: bytes) -> PastPrompt | None:
    try:
        found = orjson.loads(line)
        text, sent = found["text"], found.get("at")
    except (ValueError, TypeError, KeyError):
        return None
    if not isinstance(text, str) or not text.strip():
        return None
    return PastPrompt(text, sent if isinstance(sent, str) else "")
