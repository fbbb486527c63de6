"""Summing a session up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.chat.conftest import Desk
from tui_chat.chat.compaction import INSTRUCTION, compact
from tui_chat.chat.turn import send
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.providers import ModelInfo


def ignore(_event: StreamEvent) -> None:
    """Look away."""


def says(text: str, **usage: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = [{"kind": "usage", "usage": usage}] if usage else []
    return [{"kind": "text", "text": text}, *told, {"kind": "finished"}]


async def talked(desk: Desk, *prompts: str) -> None:
    """Let the user have said something, each prompt answered."""
    desk.opened.session.system_prompt = "Be brief."
    await desk.plays(says("Fine."))
    for prompt in prompts:
        await send(desk.services, desk.opened, prompt).run(ignore)


async def test_a_summary_is_asked_for_at_the_end_and_stands_at_the_end(desk: Desk) -> None:
    await talked(desk, "One", "Two")
    client = await desk.plays(says("They counted."))
    client.requests.clear()
    summary = await compact(desk.services, desk.opened).run(ignore)
    assert (summary.text, summary.status, summary.sums_up) == ("They counted.", MessageStatus.COMPLETE, True)
    assert desk.opened.branch[-1].id == summary.id
    (request,) = client.requests
    assert [message.text for message in request.messages] == ["One", "Fine.", "Two", "Fine.", INSTRUCTION]
    assert request.system_prompt == "Be brief."


async def test_what_is_too_long_to_be_read_at_once_is_summed_up_in_parts(desk: Desk) -> None:
    await talked(desk, *(f"{number} " + "word " * 300 for number in range(4)))
    await desk.services.models.keep("scripted", [ModelInfo(name="scripted", provider="scripted", context_window=1600)])
    first, rest = says("First half.", input_tokens=900, cost=0.5), says("All of it.", input_tokens=800, cost=0.25)
    client = await desk.plays(first, rest)
    client.requests.clear()
    summary = await compact(desk.services, desk.opened).run(ignore)
    assert summary.text == "All of it."
    one, two = client.requests
    sent = [message.id for request in (one, two) for message in request.messages[:-1]]
    assert sent == [message.id for message in desk.opened.branch[:-1]]
    assert one.system_prompt == "Be brief."
    assert two.system_prompt.endswith("First half.")
    assert two.system_prompt.startswith("Be brief.")
    assert summary.usage is not None
    assert summary.usage.input_tokens == 1700
    assert summary.usage.cost == pytest.approx(0.75)


async def test_a_part_without_a_summary_is_no_summary(desk: Desk) -> None:
    await talked(desk, *("word " * 300 for _ in range(4)))
    await desk.services.models.keep("scripted", [ModelInfo(name="scripted", provider="scripted", context_window=1600)])
    await desk.plays([{"kind": "finished"}])
    summary = await compact(desk.services, desk.opened).run(ignore)
    assert summary.status is MessageStatus.ERROR
    assert summary.error is not None
    assert summary.error.text == "scripted gave no summary"
