"""Replies of several models to one prompt, all running at once in the same session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from textual.worker import Worker, WorkerCancelled

from tui_chat.app.screens.chat.replies import RunWorker
from tui_chat.chat.turn import Turn
from tui_chat.domain.errors import HistoryError
from tui_chat.domain.events import StreamEvent


class Rivalry:
    """Runs turns beside each other; their prompt is saved already.

    Attributes:
        turns: The turns, in the order of their columns.
    """

    def __init__(self, turns: Sequence[Turn], run_worker: RunWorker) -> None:
        self.turns = list(turns)
        self._run_worker = run_worker
        self._workers: dict[str, Worker[None]] = {}
        self._show: Callable[[Turn, StreamEvent], None] = lambda _turn, _event: None
        self._ended: Callable[[Turn], None] = lambda _turn: None

    def start(self, show: Callable[[Turn, StreamEvent], None], ended: Callable[[Turn], None]) -> None:
        """Send all requests.

        Args:
            show: Told each event of each turn.
            ended: Told when a turn has ended, however it did; the reply is saved by then.
        """
        self._show, self._ended = show, ended
        for turn in self.turns:
            self._workers[turn.reply_id] = self._run_worker(self._run(turn), f"rival:{turn.reply_id}")

    @property
    def running(self) -> int:
        """How many replies are still coming."""
        return len(self._workers)

    def stop(self) -> None:
        """Stop what is still coming; what came is kept."""
        for worker in self._workers.values():
            worker.cancel()

    async def stop_and_wait(self) -> None:
        """Stop what is still coming, and wait until it is saved."""
        workers = list(self._workers.values())
        self.stop()
        for worker in workers:
            with suppress(WorkerCancelled):
                await worker.wait()

    async def _run(self, turn: Turn) -> None:
        try:
            await turn.run(lambda event: self._show(turn, event))
        except HistoryError as error:
            turn.save_error = error
        finally:
            self._workers.pop(turn.reply_id, None)
            self._ended(turn)
