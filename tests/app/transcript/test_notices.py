"""What became of a reply stands below its text."""

from __future__ import annotations

import pytest

from tests.app.transcript.driving import running
from tests.app.transcript.samples import reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.domain.messages import FinishReason, MessageStatus


@pytest.mark.parametrize("reason", [FinishReason.LENGTH, FinishReason.FILTER, FinishReason.REFUSAL])
async def test_a_reply_that_was_cut_short_says_so(reason: FinishReason) -> None:
    async with running([Entry(reply("came", finish_reason=reason))]) as driver:
        assert any("■" in line for line in driver.lines())


async def test_why_a_reply_was_cut_short_is_told() -> None:
    stopped = reply("came", finish_reason=FinishReason.FILTER, finish_words="SAFETY: It quotes [/b] a book.")
    async with running([Entry(stopped)]) as driver:
        lines = driver.lines()
        at = next(number for number, line in enumerate(lines) if "stopped by the provider's filter" in line)
        assert lines[at + 1].strip("▎ ") == "SAFETY: It quotes [/b] a book."


async def test_an_interrupted_reply_shows_its_keys() -> None:
    async with running([Entry(reply("came", status=MessageStatus.INTERRUPTED))], (100, 20)) as driver:
        [line] = [line for line in driver.lines() if "■" in line]
        assert "interrupted · all that came is kept" in line
        assert line.endswith("Esc o continue   Esc r regenerate")
