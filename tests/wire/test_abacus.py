"""The client of Abacus.AI against the loopback server: RouteLLM, and the chat sessions of the account."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.abacus_server import MODEL, AbacusServer, fails, message, session, succeeds
from tests.wire.asking import ask, fail, kinds, request, text_of
from tests.wire.bodies import TEXT, anything, shaped
from tests.wire.openai_server import Reply, failure, hangs_up, page, says, sends, waits, whole
from tests.wire.protocols import KEY, keeps
from tests.wire.proxy import Proxy
from tui_chat.clients.abacus import AbacusClient
from tui_chat.clients.abacus_wire import sessions_in
from tui_chat.clients.base import Key
from tui_chat.config.presets import presets
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ConnectionFailed,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    ProviderError,
    RateLimited,
    RequestRejected,
    TimedOut,
)
from tui_chat.domain.messages import Role
from tui_chat.domain.providers import Provider, Retries, Timeouts
from tui_chat.domain.remote import RemoteMessage, RemoteSession


@pytest.fixture
async def once(abacus_provider: Provider) -> AsyncIterator[AbacusClient]:
    """A client that tries only once."""
    changes = {"retries": Retries(attempts=1)}
    async with AbacusClient(abacus_provider.model_copy(update=changes), keeps(KEY)) as opened:
        yield opened


HISTORY = (
    message("USER", "Hi", "2026-01-02T03:04:05+00:00", docIds=["d1"], hotkeyTitle="Ask"),
    message(
        "BOT",
        "Hello",
        "2026-01-02T03:04:06",
        isUseful=True,
        feedback="Good",
        tasks=["a"],
        keywordArguments={"model": "x"},
        computePointsUsed=3,
    ),
)


async def test_a_reply_streams(abacus: AbacusClient, abacus_server: AbacusServer) -> None:
    abacus_server.script(says("Hello", " wörld"))
    events = await ask(abacus, request(model=MODEL))
    assert text_of(events) == "Hello wörld"
    assert kinds(events) == ["started", "text", "usage", "finished"]
    sent = abacus_server.requests[0]
    assert (sent.path, sent.headers["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert "apikey" not in sent.headers
    assert [one.name for one in await abacus.models()] == [MODEL, "gpt-5.1"]


CHAT_FAILURES: dict[str, tuple[Reply, type[ProviderError]]] = {
    "wrong key": (failure(401, "Incorrect API key"), AuthenticationFailed),
    "unknown model": (failure(404, "The model x does not exist"), ModelNotFound),
    "too long": (failure(400, "maximum context length is 9", code="context_length_exceeded"), ContextTooLong),
    "too many": (failure(429, "Slow down"), RateLimited),
    "out of credits": (fails("You have no credits left", "PaymentMethodRequired", 402), RateLimited),
    "a failure with 200": (fails("Something went wrong"), Overloaded),
    "a page": (page(), BadStream),
}


@pytest.mark.parametrize("name", CHAT_FAILURES)
async def test_each_failure_of_the_chat_is_known(once: AbacusClient, abacus_server: AbacusServer, name: str) -> None:
    reply, kind = CHAT_FAILURES[name]
    abacus_server.script(reply)
    _, error = await fail(once, request(model=MODEL))
    assert type(error) is kind
    assert KEY not in repr(vars(error))


async def test_sessions_are_listed(abacus: AbacusClient, abacus_server: AbacusServer) -> None:
    abacus_server.add(session("s1", "One", *HISTORY), session("s2", "Two", projectId="p2", notification="Old"))
    one, two = await abacus.list_sessions()
    assert (one.id, one.name, one.project_id, one.status) == ("s1", "One", "project-1", "ACTIVE")
    assert one.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert one.messages == []
    assert two.notification == "Old"
    sent = abacus_server.requests[0]
    assert sent.path == "/api/v0/listChatSessions?mostRecentPerProject=false"
    assert sent.headers["apikey"] == KEY
    assert "authorization" not in sent.headers
    await abacus.list_sessions(most_recent_per_project=True)
    assert abacus_server.requests[1].path.endswith("=true")


async def test_a_session_is_read(abacus: AbacusClient, abacus_server: AbacusServer) -> None:
    more = {"answer": "A", "aiBuildingInProgress": True, "whiteboard": "W", "nextAiBuildingTask": {"task": "t"}}
    abacus_server.add(session("s 1/&?", "One", *HISTORY, **more))
    found = await abacus.get_session("s 1/&?")
    assert (found.answer, found.is_building, found.whiteboard, found.next_task) == ("A", True, "W", {"task": "t"})
    assert found.messages == [
        RemoteMessage(
            role=Role.USER,
            text="Hi",
            timestamp="2026-01-02T03:04:05+00:00",
            created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            doc_ids=["d1"],
            hotkey_title="Ask",
        ),
        RemoteMessage(
            role=Role.ASSISTANT,
            text="Hello",
            timestamp="2026-01-02T03:04:06",
            created_at=datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC),
            is_useful=True,
            feedback="Good",
            tasks=["a"],
            keyword_arguments={"model": "x"},
            compute_points_used=3,
        ),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi", "Hi"),
        ([], ""),
        (None, ""),
        (["Hi", " there"], "Hi there"),
        ([{"type": "text", "segment": "Hi"}, {"type": "code", "text": "x = 1"}, {"type": "image"}], "Hix = 1"),
        ([{"segment": {"segment": "Hi"}}], "Hi"),
    ],
)
async def test_texts_come_in_many_shapes(
    abacus: AbacusClient, abacus_server: AbacusServer, text: Any, expected: str
) -> None:
    abacus_server.add(session("s1", "One", {"role": "USER", "text": text}))
    assert [one.text for one in (await abacus.get_session("s1")).messages] == [expected]


async def test_sessions_are_created_renamed_and_exported(abacus: AbacusClient, abacus_server: AbacusServer) -> None:
    made = await abacus.create_session("Mine", "p")
    assert (made.id, made.name, made.project_id) == ("session-1", "Mine", "p")
    await abacus.create_session()
    assert abacus_server.requests[1].body == {"projectId": None, "name": None}
    await abacus.rename_session("session-1", "Yours & <ours>")
    assert abacus_server.sessions["session-1"]["name"] == "Yours & <ours>"
    assert await abacus.export_session("session-1") == "<html><title>Yours & <ours></title></html>"


async def test_a_message_is_deleted_with_its_reply(abacus: AbacusClient, abacus_server: AbacusServer) -> None:
    abacus_server.add(session("s1", "One", *HISTORY, message("USER", "More", "t3")))
    await abacus.delete_message("s1", 0)
    assert [one["timestamp"] for one in abacus_server.sessions["s1"]["chatHistory"]] == ["t3"]
    assert abacus_server.requests[0].path == "/api/v0/deleteChatMessage?chatSessionId=s1&messageIndex=0"


Call = Callable[[AbacusClient], Awaitable[Any]]

CALLS: dict[str, Call] = {
    "list": lambda client: client.list_sessions(),
    "get": lambda client: client.get_session("s9"),
    "create": lambda client: client.create_session(),
    "rename": lambda client: client.rename_session("s9", "Name"),
    "delete": lambda client: client.delete_message("s9", 0),
    "export": lambda client: client.export_session("s9"),
}

FAILURES: dict[str, tuple[Reply, type[ProviderError], str]] = {
    "unknown": (
        fails("No such session", "DataNotFoundError"),
        ModelNotFound,
        "Abacus.AI does not know this session",
    ),
    "wrong key": (
        fails(f"Invalid API key: {KEY}", "GenericPermissionDeniedError", 403),
        AuthenticationFailed,
        "Abacus.AI refuses access with this key",
    ),
    "no right": (fails("No", "PermissionDeniedError"), AuthenticationFailed, "Abacus.AI refuses access with this key"),
    "a wrong value": (
        fails("Bad index", "InvalidParameterError"),
        RequestRejected,
        "Abacus.AI does not accept the request",
    ),
    "to be paid": (fails("Pay", "PaidPlanRequired"), RateLimited, "The quota at Abacus.AI is used up"),
    "too many": (fails("Slow down", "TooManyRequestsError"), RateLimited, "Abacus.AI asks to wait"),
    "trouble": (fails("Oh", "InternalServerError"), Overloaded, "Abacus.AI has trouble of its own"),
    "busy": (page(503), Overloaded, "Abacus.AI has trouble of its own"),
    "a page": (page(), BadStream, "Abacus.AI sent something else than its sessions"),
    "something else": (whole([1]), BadStream, "Abacus.AI sent something else than its sessions"),
    "hung up": (hangs_up, ConnectionFailed, "Abacus.AI closed the connection without an answer"),
    "cut": (
        sends([b'{"success": tr'], media_type="application/json", then=hangs_up),
        ConnectionFailed,
        "The connection to Abacus.AI was cut",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("call", CALLS)
async def test_each_failure_has_its_sentence(
    once: AbacusClient, abacus_server: AbacusServer, call: str, name: str
) -> None:
    reply, kind, sentence = FAILURES[name]
    abacus_server.account_script.append(reply)
    with pytest.raises(ProviderError) as caught:
        await CALLS[call](once)
    error = caught.value
    assert (type(error), error.text) == (kind, sentence)
    assert (error.provider, bool(error.advice)) == ("abacus", True)
    assert KEY not in repr(vars(error))


@pytest.mark.parametrize("call", CALLS)
async def test_silence_is_not_waited_for_longer(
    abacus_provider: Provider, abacus_server: AbacusServer, call: str
) -> None:
    abacus_server.account_script.append(waits)
    changes = {"retries": Retries(attempts=1), "timeouts": Timeouts(first_byte=0.2)}
    async with AbacusClient(abacus_provider.model_copy(update=changes), keeps(KEY)) as client:
        with pytest.raises(TimedOut, match=r"Abacus\.AI has not answered for 0\.2 s"):
            await CALLS[call](client)


async def test_the_words_of_a_failure_are_kept(once: AbacusClient) -> None:
    with pytest.raises(ModelNotFound) as caught:
        await once.get_session("s9")
    assert caught.value.server_words == "Chat session not found"


@pytest.mark.parametrize("call", ["list", "get", "create", "export"])
async def test_results_that_are_none_are_said(once: AbacusClient, abacus_server: AbacusServer, call: str) -> None:
    abacus_server.account_script.append(succeeds(7))
    with pytest.raises(BadStream, match="something else than its sessions"):
        await CALLS[call](once)


async def test_a_new_key_is_used_at_once(abacus_provider: Provider, abacus_server: AbacusServer) -> None:
    abacus_server.key = "key-new-0001"
    keys = iter(["key-old-0000", "key-new-0001"])

    async def key() -> Key:
        return Key(next(keys), "ABACUS_API_KEY")

    async with AbacusClient(abacus_provider, key) as client:
        assert await client.list_sessions() == []
    assert len(abacus_server.requests) == 2


async def test_a_missing_key_and_a_closed_client_are_said(
    abacus_provider: Provider, abacus_server: AbacusServer, abacus: AbacusClient
) -> None:
    async with AbacusClient(abacus_provider) as client:
        with pytest.raises(AuthenticationFailed, match="needs a key"):
            await client.list_sessions()
    await abacus.aclose()
    with pytest.raises(ConnectionFailed, match="is closed"):
        await abacus.list_sessions()
    await abacus.open()
    assert await abacus.list_sessions() == []
    assert len(abacus_server.requests) == 1


async def test_the_sessions_of_everybody_have_an_address_of_their_own() -> None:
    with Proxy(upstream=0) as proxy:
        proxy.refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
        there = {"proxy": proxy.address, "retries": Retries(attempts=1)}
        async with AbacusClient(presets()["abacus"].model_copy(update=there), keeps(KEY)) as client:
            with pytest.raises(ConnectionFailed, match="The proxy does not let requests"):
                await client.list_sessions()
    assert proxy.asked == ["CONNECT api.abacus.ai:443"]


ODD = anything("USER", "s1")
MESSAGES = st.lists(shaped(role=TEXT, text=ODD, timestamp=TEXT, docIds=ODD, isUseful=ODD) | ODD, max_size=3)
SESSIONS = st.lists(
    shaped(chatSessionId=TEXT, name=TEXT, createdAt=TEXT, chatHistory=MESSAGES, nextAiBuildingTask=ODD) | ODD
)


@given(SESSIONS)
def test_any_list_of_sessions_is_one(values: list[Any]) -> None:
    assert all(isinstance(one, RemoteSession) for one in sessions_in(json.loads(json.dumps(values))))
