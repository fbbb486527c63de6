"""What the head of a reply says."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

from tests.app.transcript.driving import running
from tests.app.transcript.samples import REPLY, prompt, reply
from tui_chat.app.transcript.entries import Entry
from tui_chat.domain.messages import MessageStatus, Role
from tui_chat.domain.usage import Timing, Usage


async def test_a_reply_says_what_it_cost_and_an_estimate_is_marked() -> None:
    paid = reply("Hi", usage=Usage(output_tokens=512, cost=0.0143))
    guessed = reply("Ho", usage=Usage(output_tokens=20, cost=0.002, estimated=True))
    async with running([Entry(paid), Entry(guessed)]) as driver:
        text = "\n".join(driver.lines())
        assert " · 512 tok · $0.014" in text
        assert " · ~20 tok · ~$0.002" in text


async def test_a_reply_that_took_no_time_shows_no_zero() -> None:
    quick, slow = reply("Hi", timing=Timing(total=0.02)), reply("Ho", timing=Timing(total=3.14))
    async with running([Entry(quick), Entry(slow)]) as driver:
        text = "\n".join(driver.lines())
        assert "0.0 s" not in text
        assert " · 3.1 s" in text


async def test_a_summary_says_from_where_on_messages_are_sent() -> None:
    summary = reply("They met.", sums_up=True).model_copy(update={"role": Role.SYSTEM})
    left_out = summary.model_copy(update={"id": "other", "excluded": True})
    async with running([Entry(summary), Entry(left_out)]) as driver:
        text = "\n".join(driver.lines())
        assert text.count("─ what is above is no longer sent ─") == 1
        assert text.index("no longer sent") < text.index("summary · ") < text.index("They met.")
        assert "not sent" in text


async def test_details_come_into_sight_and_close_without_moving_what_is_read() -> None:
    async with running([Entry(reply(REPLY * 3, id="abc"))]) as driver:
        await driver.press("g", "d", "d", "i")
        assert "id            abc" in driver.lines()[1]
        await driver.press("d", "d")
        read = driver.lines()[2]
        await driver.press("i")
        assert driver.lines()[2] == read
        assert not any("id            abc" in line for line in driver.lines())


async def test_the_counter_of_a_reply_steps_though_many_prompts_wait_behind_it() -> None:
    waiting = [Entry(prompt(f"Next {number}", status=MessageStatus.QUEUED)) for number in range(6)]
    arriving = reply("", status=MessageStatus.STREAMING, created_at=datetime.now(UTC) - timedelta(seconds=60))
    async with running([Entry(arriving), *waiting], (80, 40)) as driver:
        async with asyncio.timeout(30):
            while not any(re.search(r"waiting · 6[1-9] s", line) for line in driver.lines()):
                await driver.pilot.pause(0.02)
