"""Counters, and the setting that stops them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.app.transcript.driving import running
from tests.app.transcript.samples import reply
from tests.app.widgets.host import shown
from tui_chat.app.motion import use_motion
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.widgets import StatusLine
from tui_chat.domain.events import Retrying
from tui_chat.domain.messages import MessageStatus


@pytest.fixture
def _still() -> Iterator[None]:
    use_motion("none")
    yield
    use_motion("normal")


async def _status() -> str:
    async with shown(StatusLine()) as pilot:
        line = pilot.app.query_one(StatusLine)
        line.set_state("running", running_for=14, phase="writing")
        return line.right.plain


async def _head(event: Retrying | None = None) -> str:
    message = reply("So far", status=MessageStatus.STREAMING, created_at=datetime.now(UTC))
    async with running([Entry(message)]) as driver:
        if event is not None:
            driver.pane.apply(message.id, event)
            driver.pane.pump.flush()
            await driver.settle()
        return "\n".join(driver.lines())


async def test_seconds_are_counted_while_a_reply_runs() -> None:
    assert await _status() == "● writing · 14 s"
    assert "· writing · 0 s" in await _head()
    assert "Next try in 20 s   ━━━" in await _head(Retrying(attempt=2, delay=20, why="Groq asks to wait"))


@pytest.mark.usefixtures("_still")
async def test_nothing_is_counted_if_nothing_shall_move() -> None:
    assert await _status() == "● writing"
    assert "· writing\n" in await _head()
    assert "Next try after 20 s\n" in await _head(Retrying(attempt=2, delay=20, why="Groq asks to wait"))
