"""The changes that were made, so that each can be taken back and made again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from tui_chat.domain.errors import NotFound

MOST = 200
"""Changes that can be taken back. Some hold whole sessions, so that older ones are let go."""

Step = Callable[[], Awaitable[None]]
"""Makes a change, or takes it back."""


class Words(NamedTuple):
    """A sentence; the name of a session in it stands out where it is shown."""

    text: str
    """The sentence, or what comes before the name."""
    name: str = ""
    """The name, as the user or a model wrote it."""
    rest: str = ""
    """What comes behind it."""

    def __str__(self) -> str:
        return "".join(self)


@dataclass(frozen=True, eq=False)
class Change:
    """A change to a session, or to several, and its inverse."""

    session_ids: tuple[str, ...]
    """The sessions that are changed."""
    do: Step
    """Makes the change, for the first time or again."""
    undo: Step
    """Takes it back."""
    done: Words
    """What was done, in words."""
    undone: Words
    """What taking it back has done, in words."""
    needs_rest: bool = False
    """Whether no reply may run in the sessions meanwhile."""


class Journal:
    """Two stacks: what can be taken back, and what can be made again."""

    def __init__(self) -> None:
        self._done: list[Change] = []
        self._undone: list[Change] = []

    @property
    def last_done(self) -> Change | None:
        """What `undo` would take back."""
        return self._done[-1] if self._done else None

    @property
    def last_undone(self) -> Change | None:
        """What `redo` would make again."""
        return self._undone[-1] if self._undone else None

    async def do(self, change: Change) -> Change:
        """Make a change. What was taken back before cannot be made again then."""
        await change.do()
        self.note(change)
        return change

    async def do_all(self, changes: Iterable[Awaitable[Change]], done: Words, undone: Words) -> Change:
        """Make several changes into one that is taken back as a whole.

        Args:
            changes: Each makes its change when it is awaited. If one fails, those before it are kept, as one.
            done: What was done, in words.
            undone: What taking it back has done, in words.
        """
        made: list[Change] = []
        try:
            for change in changes:
                made += [await change]
        finally:
            whole = _joined(made, done, undone)
            if made:
                self._done = [*(one for one in self._done if one not in made), whole]
        return whole

    def note(self, change: Change) -> None:
        """Take up a change that was made already."""
        self._done.append(change)
        del self._done[:-MOST]
        self._undone.clear()

    async def undo(self) -> Change | None:
        """Take the newest change back; return it, or ``None`` if there was none."""
        return await _move(self._done, self._undone, lambda change: change.undo)

    async def redo(self) -> Change | None:
        """Make the change again that was taken back last; return it, or ``None`` if there was none."""
        return await _move(self._undone, self._done, lambda change: change.do)

    def forget(self, session_id: str) -> None:
        """Drop the changes to a session that is gone for good; those to others beside it stay."""
        for changes in (self._done, self._undone):
            changes[:] = [one for one in changes if one.session_ids != (session_id,)]


def _joined(changes: Sequence[Change], done: Words, undone: Words) -> Change:
    """Return a change that makes all of some, and takes them back the other way round."""

    async def step(steps: Iterable[Step]) -> None:
        for one in steps:
            # Another process may have removed one of the sessions for good; the others are changed all the same.
            with suppress(NotFound):
                await one()

    return Change(
        tuple(dict.fromkeys(session_id for one in changes for session_id in one.session_ids)),
        lambda: step(one.do for one in changes),
        lambda: step(one.undo for one in reversed(changes)),
        done,
        undone,
        any(one.needs_rest for one in changes),
    )


async def _move(source: list[Change], target: list[Change], step: Callable[[Change], Step]) -> Change | None:
    if not source:
        return None
    # Taken off first: a second key press that comes meanwhile means the change before.
    change = source.pop()
    try:
        await step(change)()
    except NotFound:
        # Another process removed the session for good; nothing can be done about this change any more.
        raise
    except BaseException:
        source.append(change)
        raise
    target.append(change)
    return change
