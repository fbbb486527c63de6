"""A prompt that waits on disk until it can be sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.chat.conftest import Desk
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.outbox import cancelled, moved, reworded, waiting_in
from tui_chat.chat.patience import LONGEST, Patience
from tui_chat.chat.turn import Turn, go_on, resume, send
from tui_chat.clients.backoff import JITTER
from tui_chat.domain.errors import ConnectionFailed, Overloaded, ProviderError, RateLimited, TimedOut
from tui_chat.domain.events import Retrying, StreamEvent
from tui_chat.domain.messages import ChatMessage, FilePart, MessageStatus
from tui_chat.domain.providers import Retries
from tui_chat.domain.sessions import ChatSession, SessionStatus
from tui_chat.domain.tree import MessageTree
from tui_chat.storage.library import Library

LIMITED: list[dict[str, Any]] = [
    {"kind": "error", "error": "RateLimited", "text": "Groq asks to wait", "retry_after": 1200.0}
]
HELLO: list[dict[str, Any]] = [{"kind": "text", "text": "Hello"}, {"kind": "finished"}]


async def until_waiting(desk: Desk, turn: Turn) -> tuple[asyncio.Task[ChatMessage], list[StreamEvent]]:
    """Run a turn until it waits; return its task and what was shown."""
    seen: list[StreamEvent] = []
    waits = asyncio.Event()

    def show(event: StreamEvent) -> None:
        seen.append(event)
        if isinstance(event, Retrying):
            waits.set()

    task = asyncio.create_task(turn.run(show))
    await waits.wait()
    return task, seen


async def stored(desk: Desk) -> OpenSession:
    """The session as another process would read it."""
    assert desk.services.library.path is not None
    async with Library(desk.services.library.path) as library:
        session = await library.session(desk.opened.id)
        return OpenSession(session, MessageTree(await library.messages(session.id)))


def patient(turn: Turn) -> Turn:
    turn.be_patient()
    return turn


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (RateLimited("wait", retry_after=23), True),
        (RateLimited("wait"), True),
        (ConnectionFailed("offline"), True),
        (Overloaded("busy", status=503), True),
        (Overloaded("busy", status=503, retry_after=31), False),
        (Overloaded("broken", status=501), False),
        (TimedOut("silent"), False),
        (RateLimited("tomorrow", retry_after=LONGEST + 1), False),
    ],
)
def test_what_is_waited_for(error: ProviderError, waits: bool) -> None:
    assert (Patience(Retries()).wait_after(error) is not None) is waits


def test_nothing_is_waited_for_that_will_not_pass_or_that_the_user_does_not_want() -> None:
    hopeless = RateLimited("The quota is used up")
    hopeless.can_retry = False
    assert Patience(Retries()).wait_after(hopeless) is None
    assert Patience(Retries(attempts=1)).wait_after(RateLimited("wait")) is None
    assert Patience(Retries(connection_errors=False)).wait_after(ConnectionFailed("offline")) is None


async def wait_after(patience: Patience, error: ProviderError) -> float | None:
    """Wait, but not long; return how long it would have been, ``None`` for not at all."""
    wait = patience.wait_after(error)
    if wait is None:
        return None
    seconds = wait.seconds
    asyncio.get_running_loop().call_soon(patience.hurry)
    await patience.wait(wait)
    return seconds


async def test_waits_grow_up_to_a_limit() -> None:
    patience = Patience(Retries(initial=2, exponent=2, maximum=60))
    for seconds in (2, 4, 8, 16, 32, 60, 60):
        assert await wait_after(patience, ConnectionFailed("offline")) == pytest.approx(seconds, rel=JITTER, abs=0.5)


async def test_trouble_at_the_server_is_waited_out_as_often_as_the_config_says() -> None:
    patience = Patience(Retries(attempts=3))
    busy, offline = Overloaded("busy", status=503), ConnectionFailed("offline")
    waited = [await wait_after(patience, error) for error in (busy, offline, busy, busy, busy)]
    assert [one is not None for one in waited] == [True, True, True, True, False]


async def test_what_the_turn_repeats_is_not_repeated_by_the_client_too(desk: Desk) -> None:
    busy = {"kind": "error", "error": "Overloaded", "text": "Groq has trouble", "status": 503}
    client = await desk.plays([busy], HELLO)
    turn = patient(send(desk.services, desk.opened, "Hi"))
    task, _ = await until_waiting(desk, turn)
    (waiting,) = waiting_in(await stored(desk))
    assert waiting.prompt.text == "Hi"
    turn.hurry()
    assert (await task).text == "Hello"
    assert [request.retries for request in client.requests] == [Retries(attempts=1)] * 2


async def test_a_client_repeats_the_request_for_the_rest_of_a_reply(desk: Desk) -> None:
    client = await desk.plays([{"kind": "text", "text": "Half"}], [{"kind": "text", "text": " done"}, *HELLO[1:]])
    reply = await patient(send(desk.services, desk.opened, "Hi")).run(lambda _: None)
    assert reply.status is MessageStatus.INTERRUPTED
    assert (await patient(go_on(desk.services, desk.opened, reply)).run(lambda _: None)).text == "Half done"
    assert client.requests[1].retries is None


async def test_what_waits_is_on_disk_with_its_time_and_sent_when_the_way_is_free(desk: Desk) -> None:
    client = await desk.plays(LIMITED, HELLO)
    turn = patient(send(desk.services, desk.opened, "Hi"))
    task, seen = await until_waiting(desk, turn)
    assert isinstance(seen[-1], Retrying)
    assert seen[-1].delay == pytest.approx(1200, abs=5)
    on_disk = await stored(desk)
    assert on_disk.session.status is SessionStatus.WAITING
    (waiting,) = waiting_in(on_disk)
    assert (waiting.prompt.text, waiting.prompt.status) == ("Hi", MessageStatus.COMPLETE)
    assert waiting.reply is not None
    assert waiting.reply.next_try_at is not None
    turn.hurry()
    reply = await task
    assert (reply.text, reply.status, reply.error) == ("Hello", MessageStatus.COMPLETE, None)
    assert len(client.requests) == 2
    after = await stored(desk)
    assert after.session.status is SessionStatus.IDLE
    assert waiting_in(after) == []


async def test_giving_up_says_why_there_is_no_reply(desk: Desk) -> None:
    await desk.plays(LIMITED)
    turn = patient(send(desk.services, desk.opened, "Hi"))
    task, _ = await until_waiting(desk, turn)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    reply = (await stored(desk)).branch[-1]
    assert reply.status is MessageStatus.ERROR
    assert reply.error is not None
    assert reply.error.text == "Groq asks to wait"
    assert waiting_in(await stored(desk)) == []


async def test_what_is_put_off_goes_on_waiting_in_another_run_and_is_sent_once(desk: Desk) -> None:
    client = await desk.plays(LIMITED, HELLO)
    turn = patient(send(desk.services, desk.opened, "Hi"))
    task, _ = await until_waiting(desk, turn)
    turn.put_off()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    desk.opened = await stored(desk)
    (waiting,) = waiting_in(desk.opened)
    assert waiting.reply is not None
    again = resume(desk.services, desk.opened, waiting.reply)
    task, seen = await until_waiting(desk, again)
    assert isinstance(seen[0], Retrying)
    assert seen[0].delay == pytest.approx(1200, abs=30)
    assert len(client.requests) == 1
    again.hurry()
    assert (await task).text == "Hello"
    assert len(client.requests) == 2
    assert [message.text for message in (await stored(desk)).branch] == ["Hi", "Hello"]


async def test_who_wants_it_sent_now_is_heard_before_the_wait_has_begun(desk: Desk) -> None:
    await desk.plays(LIMITED, HELLO)
    task, _ = await until_waiting(desk, turn := patient(send(desk.services, desk.opened, "Hi")))
    turn.put_off()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    desk.opened = await stored(desk)
    again = resume(desk.services, desk.opened, desk.opened.branch[-1])
    again.hurry()
    async with asyncio.timeout(60):
        assert (await again.run(lambda _: None)).text == "Hello"


async def test_only_one_process_takes_over_what_a_dead_one_left(desk: Desk) -> None:
    await desk.plays(LIMITED)
    turn = patient(send(desk.services, desk.opened, "Hi"))
    task, _ = await until_waiting(desk, turn)
    library, path = desk.services.library, desk.services.library.path
    assert path is not None
    async with Library(path) as other:
        # It lives: nobody else may have it.
        assert await other.claim(desk.opened.id) is None
    turn.put_off()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await library.aclose()
    async with Library(path) as first, Library(path) as second:
        claims = [await one.claim(desk.opened.id) for one in (first, second)]
    assert [claim is not None for claim in claims] == [True, False]


async def test_without_patience_the_reply_fails_at_once(desk: Desk) -> None:
    await desk.plays(LIMITED)
    reply = await send(desk.services, desk.opened, "Hi").run(lambda _: None)
    assert reply.status is MessageStatus.ERROR


def queue(*texts: str) -> OpenSession:
    opened = OpenSession(ChatSession())
    opened.add_prompt("first")
    opened.add_reply(opened.session.current_node)
    for text in texts:
        opened.add_prompt(text, is_queued=True)
    return opened


def test_waiting_prompts_can_be_moved_and_stay_in_one_line() -> None:
    opened = queue("a", "b", "c")
    ids = {one.text: one.id for one in opened.queued}
    assert {one.text for one in moved(opened, ids["c"], -1)} == {"a", "b", "c"}
    assert [one.text for one in opened.queued] == ["a", "c", "b"]
    assert opened.branch[0].text == "first"
    assert moved(opened, ids["a"], -1) == []
    assert moved(opened, ids["b"], 1) == []
    assert moved(opened, "unknown", 1) == []
    moved(opened, ids["a"], 1)
    assert [one.text for one in opened.queued] == ["c", "a", "b"]


def test_a_cancelled_prompt_leaves_the_others_in_their_order() -> None:
    opened = queue("a", "b", "c")
    cancelled(opened, opened.queued[1].id)
    assert [one.text for one in opened.queued] == ["a", "c"]
    cancelled(opened, opened.queued[1].id)
    cancelled(opened, opened.queued[0].id)
    assert opened.queued == []
    assert opened.branch[-1].text == ""


def test_another_wording_keeps_what_came_along() -> None:
    opened = queue("a")
    note = FilePart(name="n.txt", text="note")
    prompt = opened.queued[0].model_copy(update={"parts": [*opened.queued[0].parts, note]})
    assert reworded(prompt, "b").text == "b"
    assert reworded(prompt, "b").parts[1] == note
