"""What the input remembers, the prompts that were sent and those that were not: the async door to both.

Their files are read and written in one worker thread, in order, so that no key waits for a disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tui_chat.domain.messages import Part
from tui_chat.storage.prompt_history import PastPrompt, PromptHistory

NEW = ""
"""Stands for the id of a session that has not begun."""


class InputMemory:
    """The prompt history and the drafts.

    A disk that is full or read-only is no trouble: what could not be written is known for this run.

    Args:
        folder: Where the files are; ``None`` keeps all in memory.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._history = PromptHistory(folder / "prompts.jsonl" if folder is not None else None)
        self._drafts: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="input")
        self._is_closed = False
        self._early: dict[str, tuple[str, Sequence[Part]]] = {}

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def open(self) -> None:
        """Read both files."""
        await self._do(self._open)
        for session_id, (text, parts) in self._early.items():
            self._drafts.note(session_id, text, parts)

    async def aclose(self) -> None:
        """Write what is left, and let go. Closing twice does nothing."""
        if self._drafts is not None:
            await self.write_drafts()
            await self._do(self._drafts.release)
        self._is_closed = True
        self._thread.shutdown(wait=False)

    @property
    def prompts(self) -> list[PastPrompt]:
        """The prompts of all sessions, each once, oldest first."""
        return self._history.prompts

    async def look_again(self) -> None:
        """Read the prompts anew: other processes may have added some."""
        await self._do(self._history.load)

    async def remember(self, text: str) -> None:
        """Add a prompt that was sent."""
        prompt = self._history.note(text)
        if prompt is not None:
            await self._do(lambda: self._history.write(prompt))

    async def forget(self, session_id: str, prompts: Collection[str]) -> None:
        """Remove what is left of a session that is gone for good: its draft and its prompts."""
        self.note_draft(session_id, "")
        await self._do(lambda: self._history.forget(prompts))
        await self.write_drafts()

    def draft(self, session_id: str) -> str:
        """Return what waits in the input of a session; empty if nothing does."""
        text: str = self._drafts.text(session_id) if self._drafts is not None else self._early_draft(session_id)[0]
        return text

    def draft_parts(self, session_id: str) -> Sequence[Part]:
        """Return what is attached to what waits in the input of a session."""
        attached = self._drafts.parts(session_id) if self._drafts is not None else self._early_draft(session_id)[1]
        parts: Sequence[Part] = attached
        return parts

    def note_draft(self, session_id: str, text: str, parts: Sequence[Part] = ()) -> None:
        """Take in what stands in the input of a session now, and is attached there; `write_drafts` writes it."""
        if self._drafts is not None:
            self._early.pop(session_id, None)
            self._drafts.note(session_id, text, parts)
        elif text.strip() or parts:
            self._early[session_id] = (text, parts)
        else:
            self._early.pop(session_id, None)

    def _early_draft(self, session_id: str) -> tuple[str, Sequence[Part]]:
        """Return a draft that was noted before the file was read."""
        return self._early.get(session_id, ("", ()))

    async def write_drafts(self) -> None:
        """Write the drafts that changed."""
        if self._drafts is not None and self._drafts.is_unsaved:
            await self._do(self._drafts.write)

    def _open(self) -> None:
        # Imported in the thread, beside the first layout of the screen: locks cost start-up time.
        from tui_chat.storage.drafts import Drafts

        self._history.load()
        drafts = Drafts(self._folder / "drafts.json" if self._folder is not None else None)
        drafts.load()
        self._drafts = drafts

    async def _do(self, step: Callable[[], None]) -> None:
        if not self._is_closed:
            await asyncio.get_running_loop().run_in_executor(self._thread, _quietly, step)


def _quietly(step: Callable[[], None]) -> None:
    with suppress(OSError):
        step()
