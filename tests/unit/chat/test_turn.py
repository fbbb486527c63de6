"""A turn of chat with a scripted model and a real history file."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from tests.unit.chat.conftest import Desk
from tui_chat.chat.turn import go_on, regenerate, send
from tui_chat.domain.errors import HistoryError, RateLimited
from tui_chat.domain.events import StreamEvent, TextDelta
from tui_chat.domain.messages import MessageStatus, Role
from tui_chat.domain.requests import Action
from tui_chat.domain.sessions import SessionStatus
from tui_chat.storage.library import Library

HELLO: list[dict[str, Any]] = [
    {"kind": "started", "model": "big-model"},
    {"kind": "text", "text": "Hel"},
    {"kind": "text", "text": "lo"},
    {"kind": "finished"},
]


def ignore(_event: StreamEvent) -> None:
    """Look away."""


async def stored(desk: Desk) -> list[tuple[str, str, str]]:
    """What another process would read from the disk."""
    assert desk.services.library.path is not None
    async with Library(desk.services.library.path) as library:
        messages = await library.messages(desk.opened.id)
    return [(message.role.value, message.text, message.status.value) for message in messages]


async def test_a_turn_saves_prompt_and_reply(desk: Desk) -> None:
    await desk.plays(HELLO)
    seen: list[StreamEvent] = []
    reply = await send(desk.services, desk.opened, "Hi there").run(seen.append)
    assert (reply.text, reply.model, reply.status) == ("Hello", "big-model", MessageStatus.COMPLETE)
    assert [event.text for event in seen if isinstance(event, TextDelta)] == ["Hel", "lo"]
    assert await stored(desk) == [("user", "Hi there", "complete"), ("assistant", "Hello", "complete")]
    assert desk.opened.session.name == "Hi there"
    assert desk.opened.session.status is SessionStatus.IDLE
    assert reply.timing is not None
    assert reply.timing.total is not None


async def test_the_prompt_is_on_disk_before_the_request_leaves(desk: Desk) -> None:
    client = await desk.plays([{"kind": "pause", "seconds": 30}])
    turn = send(desk.services, desk.opened, "Keep me")
    task = asyncio.create_task(turn.run(ignore))
    while not client.requests:
        await asyncio.sleep(0.01)
    assert desk.services.library.path is not None
    on_disk = desk.services.library.path.read_text()
    assert "Keep me" in on_disk
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stopping_keeps_what_came(desk: Desk) -> None:
    await desk.plays([{"kind": "text", "text": "So far"}, {"kind": "pause", "seconds": 30}])
    turn = send(desk.services, desk.opened, "Tell me")
    arrived = asyncio.Event()
    task = asyncio.create_task(turn.run(lambda _: arrived.set()))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await stored(desk))[1] == ("assistant", "So far", "interrupted")
    assert desk.opened.session.status is SessionStatus.INTERRUPTED


async def test_stopping_again_while_what_came_is_saved_does_not_lose_it(desk: Desk) -> None:
    await desk.plays([{"kind": "text", "text": "So far"}, {"kind": "pause", "seconds": 30}])
    arrived, disk = asyncio.Event(), threading.Event()
    task = asyncio.create_task(send(desk.services, desk.opened, "Tell me").run(lambda _: arrived.set()))
    await arrived.wait()
    desk.services.library._thread.submit(disk.wait)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0.01)
        assert not task.done()
    disk.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await stored(desk))[1] == ("assistant", "So far", "interrupted")


async def test_a_running_reply_is_on_disk_soon_also_if_it_is_looked_at_before(desk: Desk) -> None:
    await desk.plays([{"kind": "text", "text": "Half of it"}, {"kind": "pause", "seconds": 60}])
    turn = send(desk.services, desk.opened, "Go")
    seen: list[str] = []
    task = asyncio.create_task(turn.run(lambda _: seen.append(turn.reply.text)))
    path = desk.services.library.path
    assert path is not None
    async with asyncio.timeout(30):
        while not path.exists() or "Half of it" not in await asyncio.to_thread(path.read_text):
            await asyncio.sleep(0.05)
    assert seen == ["Half of it"]
    document = json.loads(path.read_text())[f"messages/{desk.opened.id}"]["2"]
    assert document["status"] == "streaming"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_stream_without_a_finish_mark_is_interrupted(desk: Desk) -> None:
    await desk.plays([{"kind": "text", "text": "cut"}])
    reply = await send(desk.services, desk.opened, "x").run(ignore)
    assert (reply.text, reply.status) == ("cut", MessageStatus.INTERRUPTED)


@pytest.mark.parametrize(
    ("error", "before", "status"),
    [
        ("RateLimited", [], MessageStatus.ERROR),
        ("RateLimited", [{"kind": "text", "text": "some"}], MessageStatus.ERROR),
        ("ConnectionFailed", [], MessageStatus.ERROR),
        ("ConnectionFailed", [{"kind": "text", "text": "some"}], MessageStatus.INTERRUPTED),
        ("TimedOut", [{"kind": "text", "text": "some"}], MessageStatus.INTERRUPTED),
    ],
)
async def test_a_failure_keeps_what_came_and_says_why(
    desk: Desk, error: str, before: list[dict[str, Any]], status: MessageStatus
) -> None:
    await desk.plays([*before, {"kind": "error", "error": error, "text": "It went wrong", "status": 429}])
    turn = send(desk.services, desk.opened, "x")
    reply = await turn.run(ignore)
    assert reply.status is status
    assert reply.text == "".join(event["text"] for event in before)
    assert reply.error is not None
    assert (reply.error.kind, reply.error.text, reply.error.status) == (error, "It went wrong", 429)
    assert turn.error is not None
    assert (await stored(desk))[0] == ("user", "x", "complete")


async def test_trying_again_takes_the_place_of_an_empty_failure(desk: Desk) -> None:
    await desk.plays([{"kind": "error", "error": "RateLimited", "text": "Wait"}], HELLO)
    failed = await send(desk.services, desk.opened, "x").run(ignore)
    reply = await regenerate(desk.services, desk.opened, failed).run(ignore)
    assert reply.id == failed.id
    assert (reply.text, reply.error) == ("Hello", None)
    assert len(desk.opened.tree) == 2


async def test_regenerating_makes_a_sibling(desk: Desk) -> None:
    client = await desk.plays(HELLO, [{"kind": "text", "text": "Other"}, {"kind": "finished"}])
    first = await send(desk.services, desk.opened, "x").run(ignore)
    second = await regenerate(desk.services, desk.opened, first).run(ignore)
    assert [one.text for one in desk.opened.tree.siblings(first.id)] == ["Hello", "Other"]
    assert [one.text for one in desk.opened.branch] == ["x", "Other"]
    assert client.requests[-1].action is Action.VARIANT
    assert [one.text for one in client.requests[-1].messages] == ["x"]
    assert client.requests[-1].message_id == second.id


async def test_going_on_adds_to_the_same_reply(desk: Desk) -> None:
    client = await desk.plays(
        [{"kind": "text", "text": "One, "}], [{"kind": "text", "text": "two."}, {"kind": "finished"}]
    )
    first = await send(desk.services, desk.opened, "count").run(ignore)
    whole = await go_on(desk.services, desk.opened, first).run(ignore)
    assert (whole.id, whole.text, whole.status) == (first.id, "One, two.", MessageStatus.COMPLETE)
    assert [one.text for one in client.requests[-1].messages] == ["count", "One, "]


async def test_the_context_is_the_visible_branch(desk: Desk) -> None:
    client = await desk.plays(HELLO)
    desk.opened.session.system_prompt = "Be brief."
    for prompt in ("first", "second", "third"):
        await send(desk.services, desk.opened, prompt).run(ignore)
    desk.opened.branch[0].excluded = True
    await send(desk.services, desk.opened, "fourth").run(ignore)
    request = client.requests[-1]
    assert request.system_prompt == "Be brief."
    assert [one.text for one in request.messages] == ["Hello", "second", "Hello", "third", "Hello", "fourth"]
    assert request.messages[-1].role is Role.USER


async def test_a_prompt_that_cannot_be_saved_is_not_sent(desk: Desk) -> None:
    client = await desk.plays(HELLO)
    path = desk.services.library.path
    assert path is not None
    path.mkdir()
    with pytest.raises(HistoryError):
        await send(desk.services, desk.opened, "x").run(ignore)
    assert client.requests == []


async def test_a_reply_that_cannot_be_saved_stays_in_memory(desk: Desk) -> None:
    await desk.plays(HELLO)
    turn = send(desk.services, desk.opened, "x")
    path = desk.services.library.path
    assert path is not None

    def spoil(_event: StreamEvent) -> None:
        if path.is_file():
            path.unlink()
            path.mkdir()

    reply = await turn.run(spoil)
    assert reply.text == "Hello"
    assert turn.save_error is not None


async def test_an_error_keeps_its_wait(desk: Desk) -> None:
    step = {"kind": "error", "error": "RateLimited", "text": "Wait", "retry_after": 7.0}
    await desk.plays([step])
    turn = send(desk.services, desk.opened, "x")
    reply = await turn.run(ignore)
    assert isinstance(turn.error, RateLimited)
    assert reply.error is not None
    assert reply.error.retry_after == 7.0
