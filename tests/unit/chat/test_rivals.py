"""Several models answer one prompt at once, on a real history file."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.chat.conftest import Desk
from tui_chat.chat.rivals import rivals, settle
from tui_chat.chat.turn import send
from tui_chat.clients.scripted import ScriptedClient
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.requests import Action

SLOW: list[dict[str, Any]] = [{"kind": "text", "text": "So far"}, {"kind": "pause", "seconds": 30}]
QUICK: list[dict[str, Any]] = [{"kind": "text", "text": "Done"}, {"kind": "finished"}]
BAD: list[dict[str, Any]] = [{"kind": "error", "error": "RateLimited", "text": "Too many."}]


def ignore(_event: StreamEvent) -> None:
    """Look away."""


async def plays(desk: Desk, name: str, reply: list[dict[str, Any]]) -> ScriptedClient:
    """Make a provider whose model plays a reply."""
    desk.services.providers[name] = desk.services.provider("scripted").model_copy(update={"name": name})
    client = await desk.services.client(name)
    assert isinstance(client, ScriptedClient)
    client._script = [reply]
    return client


async def test_all_answers_are_siblings_whatever_becomes_of_each(desk: Desk) -> None:
    await desk.plays(QUICK)
    await send(desk.services, desk.opened, "before").run(ignore)
    clients = [await plays(desk, *one) for one in (("a", QUICK), ("b", SLOW), ("c", BAD))]
    prompt = desk.opened.add_prompt("which?")
    await desk.services.library.save(desk.opened.session, [prompt])
    turns = rivals(desk.services, desk.opened, prompt, [("a", "x"), ("b", "y"), ("c", "z")])
    arrived = asyncio.Event()
    tasks = [asyncio.create_task(turns[0].run(ignore)), asyncio.create_task(turns[1].run(lambda _: arrived.set()))]
    tasks.append(asyncio.create_task(turns[2].run(ignore)))
    await arrived.wait()
    await tasks[0]
    await tasks[2]
    tasks[1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    stored = await desk.services.library.messages(desk.opened.id)
    answers = [(one.provider, one.model, one.text, one.status.value) for one in stored if one.parent_id == prompt.id]
    assert answers == [
        ("a", "x", "Done", "complete"),
        ("b", "y", "So far", "interrupted"),
        ("c", "z", "", "error"),
    ]
    assert [client.requests[0].action for client in clients] == [Action.NEXT, Action.VARIANT, Action.VARIANT]
    assert [[one.text for one in client.requests[0].messages] for client in clients] == [
        ["before", "Done", "which?"]
    ] * 3
    assert (desk.opened.session.provider, desk.opened.session.model) == ("scripted", "scripted")


async def test_the_session_goes_on_with_the_winner(desk: Desk) -> None:
    await plays(desk, "a", QUICK)
    await plays(desk, "b", BAD)
    prompt = desk.opened.add_prompt("which?")
    await desk.services.library.save(desk.opened.session, [prompt])
    turns = rivals(desk.services, desk.opened, prompt, [("a", "x"), ("b", "y")])
    for turn in turns:
        await turn.run(ignore)
    assert str(desk.opened.session.status) == "error"
    settle(desk.opened, turns[0].reply)
    assert desk.opened.branch[-1].text == "Done"
    assert str(desk.opened.session.status) == "idle"
    assert len(desk.opened.tree.siblings(turns[0].reply_id)) == 2
    assert turns[1].reply.status is MessageStatus.ERROR
