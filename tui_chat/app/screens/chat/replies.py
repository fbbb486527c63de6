"""The replies that run: any number at once, each in its own session, whichever is shown."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from textual.worker import Worker, WorkerCancelled

from tui_chat.chat.turn import Turn
from tui_chat.domain.errors import HistoryError
from tui_chat.domain.events import StreamEvent

RunWorker = Callable[[Coroutine[Any, Any, None], str], Worker[None]]
"""Starts a worker in a named group."""


class Replies:
    """Runs turns as workers.

    Args:
        run_worker: Starts a worker.
        show: Told each event of each turn.
        ended: Told when a turn has ended, however it did; the reply is saved by then.
        unsaved: Told when the prompt of a turn could not be saved, so that nothing was sent.
    """

    def __init__(
        self,
        *,
        run_worker: RunWorker,
        show: Callable[[Turn, StreamEvent], None],
        ended: Callable[[Turn], None],
        unsaved: Callable[[Turn, HistoryError], None],
    ) -> None:
        self._run_worker = run_worker
        self._show = show
        self._ended = ended
        self._unsaved = unsaved
        self._turns: dict[str, Turn] = {}
        self._workers: dict[str, Worker[None]] = {}

    def __len__(self) -> int:
        return len(self._turns)

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._turns

    def turn(self, session_id: str) -> Turn | None:
        """Return the turn that runs in a session."""
        return self._turns.get(session_id)

    def start(self, turn: Turn) -> None:
        """Run a turn. There is one at most in a session."""
        assert turn.session_id not in self._turns, "a reply runs already in this session"  # noqa: S101  # a bug, not an input
        turn.be_patient()
        self._turns[turn.session_id] = turn
        # A group for each session: stopping one reply must not stop the others.
        self._workers[turn.session_id] = self._run_worker(self._run(turn), f"reply:{turn.session_id}")

    def stop(self, session_id: str) -> bool:
        """Stop the reply of a session; what came is kept. Return whether there was one."""
        worker = self._workers.get(session_id)
        if worker is None:
            return False
        worker.cancel()
        return True

    async def stop_and_wait(self, session_id: str) -> None:
        """Stop the reply of a session and wait until it is saved."""
        if (worker := self._workers.get(session_id)) is not None:
            worker.cancel()
            with suppress(WorkerCancelled):
                await worker.wait()

    async def stop_all(self) -> None:
        """Stop all replies and wait until they are saved; what waits to be sent goes on waiting on disk."""
        for turn in self._turns.values():
            turn.put_off()
        for session_id in list(self._workers):
            self.stop(session_id)
        for session_id in list(self._workers):
            await self.stop_and_wait(session_id)

    async def _run(self, turn: Turn) -> None:
        try:
            await turn.run(lambda event: self._show(turn, event))
        except HistoryError as error:
            self._forget(turn)
            self._unsaved(turn, error)
        finally:
            if turn.session_id in self._turns:
                self._forget(turn)
                self._ended(turn)

    def _forget(self, turn: Turn) -> None:
        del self._turns[turn.session_id]
        self._workers.pop(turn.session_id, None)
