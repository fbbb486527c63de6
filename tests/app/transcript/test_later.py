"""The clock of the pane: what is called has its turn among the widget's messages, and can be taken back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual.app import App
from textual.timer import Timer

from tui_chat.app.transcript.edge_scroll import EdgeScroll
from tui_chat.app.transcript.later import Cancellable, clock_of


async def test_what_is_overdue_is_called_all_the_same() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        called: list[str] = []
        handle = clock_of(app)(0.001, lambda: called.append("overdue"))
        assert not isinstance(handle, Timer), "that would leave out what is overdue before it waits"
        time.sleep(0.05)  # noqa: ASYNC251  # the machine is busy
        while not called:
            await asyncio.sleep(0)
        clock_of(app)(0.001, lambda: called.append("taken back")).cancel()
        clock_of(app)(0.01, lambda: called.append("last"))
        while called[-1] != "last":
            await pilot.pause()
        assert called == ["overdue", "last"]


def test_a_step_that_was_on_its_way_when_the_pointer_was_let_go_is_the_last() -> None:
    waiting: list[Callable[[], None]] = []
    scrolled: list[int] = []

    class TooLate:
        def cancel(self) -> None: ...

    def later(_seconds: float, function: Callable[[], None]) -> Cancellable:
        waiting.append(function)
        return TooLate()

    scroll = EdgeScroll(later, scrolled.append)
    scroll.set_pointer(-3, 10)
    waiting.pop()()
    assert scrolled == [-2, -2]
    scroll.stop()
    waiting.pop()()
    assert scrolled == [-2, -2]
    assert not waiting
