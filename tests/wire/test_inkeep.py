"""The client of Inkeep's chat-session API against the loopback server: what is sent and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.asking import ask, fail, kinds, message, request, text_of
from tests.wire.inkeep_server import (
    INTEGRATION,
    InkeepServer,
    beginning,
    chunk,
    citation,
    cited,
    event,
    invalid,
    plain,
    says,
)
from tests.wire.openai_server import Reply, hangs_up, sends, whole
from tests.wire.protocols import KEY
from tui_chat.clients.inkeep import InkeepClient, continue_chat_session, create_chat_session
from tui_chat.domain.errors import AuthenticationFailed, ModelNotFound, RequestRejected
from tui_chat.domain.events import CitationsAdded, Finished, Started, StreamEvent, TextDelta
from tui_chat.domain.messages import CitationPart, FilePart, FinishReason, ImagePart, Role
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import Action

STARTED = Started(model="auto", remote_id="chat-1")
HELLO = TextDelta(text="Hello")
FINISHED = Finished(reason=FinishReason.STOP)


def sources(events: list[StreamEvent]) -> list[CitationPart]:
    return [one for event in events if isinstance(event, CitationsAdded) for one in event.citations]


async def test_the_first_prompt_creates_a_session(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(says("Hello", " wörld", "\u2028\u0085!"))
    events = await ask(inkeep, request("Hi", model="auto", system_prompt="Be brief"))
    assert events == [STARTED, TextDelta(text="Hello wörld\u2028\u0085!"), FINISHED]
    sent = inkeep_server.requests[0]
    assert sent.path == "/v0/chat_sessions/chat_results"
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.body == {
        "integration_id": INTEGRATION,
        "chat_session": {"messages": [{"role": "user", "content": "Hi"}], "guidance": "Be brief"},
        "chat_mode": "auto",
        "stream": True,
    }


async def test_later_prompts_continue_it(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    await ask(inkeep, request("Hi", model="auto"))
    said = [message("Hi"), message("Hello", Role.ASSISTANT), message("More")]
    inkeep_server.script(says("Sure"))
    events = await ask(inkeep, request(model="auto", messages=said, remote_id="chat-1", system_prompt="Be brief"))
    assert events == [STARTED, TextDelta(text="Sure"), FINISHED]
    sent = inkeep_server.requests[1]
    assert sent.path == "/v0/chat_sessions/chat-1/chat_results"
    assert sent.body == {
        "integration_id": INTEGRATION,
        "message": {"role": "user", "content": "More"},
        "stream": True,
    }
    assert [one["content"] for one in inkeep_server.sessions["chat-1"]][2:] == ["More", "Sure"]


async def test_an_id_may_hold_anything(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    await fail(inkeep, request(remote_id="../a?b#ü"))
    assert inkeep_server.requests[0].path == "/v0/chat_sessions/..%2Fa%3Fb%23%C3%BC/chat_results"


async def test_what_was_said_elsewhere_is_told_as_context(
    inkeep_provider: Provider, inkeep_server: InkeepServer
) -> None:
    session = {"guidance": "Of the site", "context": "The shop", "tags": ["a", "b"]}
    body = {**inkeep_provider.body, "chat_session": session, "chat_mode": "turbo", "extra": 1}
    provider = inkeep_provider.model_copy(update={"body": body, "key_variable": ""})
    said = [message("Hi"), message("Hello", Role.ASSISTANT), message("More")]
    async with InkeepClient(provider) as client:
        await ask(client, request(model="", messages=said, system_prompt="Be brief"))
        await ask(client, request(model="", messages=said, remote_id="chat-1"))
    first, second = (one.body for one in inkeep_server.requests)
    assert first == {
        "integration_id": INTEGRATION,
        "chat_session": {
            "messages": [{"role": "user", "content": "More"}],
            "guidance": "Of the site\n\nBe brief",
            "context": "The shop\n\nWhat was said before:\n\nUser: Hi\n\nAssistant: Hello",
            "tags": ["a", "b"],
        },
        "chat_mode": "turbo",
        "extra": 1,
        "stream": True,
    }
    assert second.keys() == {"integration_id", "message", "stream", "extra"}


async def test_a_cut_reply_goes_on(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    await ask(inkeep)
    said = [message("Hi"), message("Hel", Role.ASSISTANT)]
    await ask(inkeep, request(messages=said, action=Action.CONTINUE, remote_id="chat-1"))
    sent = inkeep_server.requests[1].body["message"]
    assert sent["role"] == "user"
    assert sent["content"]


async def test_files_are_told_as_text_and_images_refused(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    await ask(inkeep, request(messages=[message("See", Role.USER, FilePart(name="a.txt", text="A file"))]))
    (sent,) = inkeep_server.requests[0].body["chat_session"]["messages"]
    assert sent["content"].startswith("See")
    assert "A file" in sent["content"]
    image = message("See", Role.USER, ImagePart(media_type="image/png", data="QUJD"))
    _, error = await fail(inkeep, request(messages=[image]))
    assert isinstance(error, RequestRejected)
    assert error.text == "Inkeep takes no images"
    assert len(inkeep_server.requests) == 1


async def test_the_session_may_be_told_late(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(says("Hello", tells_session=False))
    started = [one for one in await ask(inkeep, request(model="auto")) if isinstance(one, Started)]
    assert started[-1] == STARTED


async def test_sources_are_numbered_as_the_text_calls_them(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(
        sends(
            [
                *beginning("Hello [2]"),
                cited(citation(2, "https://docs.invalid/a#b", title="A", description="About a")),
                cited(
                    citation(2, "https://docs.invalid/a#b", title="A"),
                    citation(None, title="B", url="https://docs.invalid/b", breadcrumbs=["Docs", "B"]),
                    citation(7, title=None, url=None, type="site"),
                ),
                chunk(finish="stop"),
            ]
        )
    )
    events = await ask(inkeep)
    assert sources(events) == [
        CitationPart(number=2, title="A", url="https://docs.invalid/a#b", description="About a"),
        CitationPart(number=3, title="B", url="https://docs.invalid/b", description="Docs › B"),
        CitationPart(number=7, title="site"),
    ]
    assert kinds(events) == ["started", "text", "citations", "finished"]


@pytest.mark.parametrize("is_asked_for", [True, False])
async def test_a_whole_answer_is_understood(
    inkeep_provider: Provider, inkeep_server: InkeepServer, is_asked_for: bool
) -> None:
    cites = [citation(1, title="A", url="https://docs.invalid/a")]
    inkeep_server.script(plain("Hello", cites) if is_asked_for else says("Hello", cites=cites))
    body = {**inkeep_provider.body, "stream": is_asked_for}
    async with InkeepClient(inkeep_provider.model_copy(update={"body": body, "key_variable": ""})) as client:
        events = await ask(client, request(model="auto"))
    source = CitationPart(number=1, title="A", url="https://docs.invalid/a")
    assert events == [STARTED, HELLO, CitationsAdded(citations=[source]), FINISHED]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("stop", FinishReason.STOP),
        ("length", FinishReason.LENGTH),
        ("content_filter", FinishReason.FILTER),
        ("whatever", FinishReason.OTHER),
    ],
)
async def test_the_finish_reason_is_kept(
    inkeep: InkeepClient, inkeep_server: InkeepServer, word: str, reason: FinishReason
) -> None:
    inkeep_server.script(says("Hello", finish=word))
    assert (await ask(inkeep))[-1] == Finished(reason=reason)


LAST = chunk(finish="stop")
ODD_STREAMS: dict[str, tuple[Reply, list[str]]] = {
    "ends without a mark": (sends(beginning("Hello")), ["started", "text"]),
    "ends in the middle of an event": (sends([*beginning("Hello"), b'data: {"cont']), ["started", "text"]),
    "no last blank line": (sends([*beginning("Hello"), LAST.rstrip()]), ["started", "text", "finished"]),
    "an end mark": (sends([*beginning("Hello"), b"data: [DONE]\n\n"]), ["started", "text", "finished"]),
    "comments": (sends([b": wait\n\n", *beginning("Hello"), b":\n\n", LAST]), ["started", "text", "finished"]),
    "carriage returns": (
        sends([one.replace(b"\n", b"\r\n") for one in [*beginning("Hello"), LAST]]),
        ["started", "text", "finished"],
    ),
    "all in one packet": (sends([b"".join([*beginning("Hello"), LAST])]), ["started", "text", "finished"]),
    "another content type": (
        sends([*beginning("Hello"), LAST], media_type="application/json"),
        ["started", "text", "finished"],
    ),
    "events without names": (
        sends([event("", {"chat_session_id": "c", "content_chunk": "Hello", "finish_reason": "stop"})]),
        ["started", "text", "finished"],
    ),
    "events that nobody knows": (
        sends([event("thinking", {"content_chunk": "Hm"}), *beginning("Hello"), LAST]),
        ["started", "text", "finished"],
    ),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
async def test_odd_streams_are_understood(inkeep: InkeepClient, inkeep_server: InkeepServer, name: str) -> None:
    reply, expected = ODD_STREAMS[name]
    inkeep_server.script(reply)
    events = await ask(inkeep)
    assert text_of(events) == "Hello"
    assert kinds(events) == expected


async def test_modes_stand_for_models(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    assert [one.name for one in await inkeep.models()] == ["auto", "turbo"]
    assert inkeep_server.requests == []


async def test_the_address_may_hold_the_version(inkeep_provider: Provider, inkeep_server: InkeepServer) -> None:
    changes = {"base_url": f"{inkeep_provider.base_url}/v0", "key_variable": ""}
    async with InkeepClient(inkeep_provider.model_copy(update=changes)) as client:
        assert text_of(await ask(client)) == "Hello from the test server."


async def test_an_integration_is_needed(inkeep_provider: Provider, inkeep_server: InkeepServer) -> None:
    async with InkeepClient(inkeep_provider.model_copy(update={"body": {}, "key_variable": ""})) as client:
        _, error = await fail(client)
    assert error.sentence == (
        "Inkeep needs the id of an integration. "
        "Set INKEEP_INTEGRATION_ID, or integration_id in the table [providers.inkeep.body] of config.toml."
    )
    assert inkeep_server.requests == []


class TestFunctions:
    """The operations as plain functions."""

    @pytest.fixture
    def at(self, inkeep_provider: Provider) -> dict[str, Any]:
        return {"provider": inkeep_provider.model_copy(update={"body": {}}), "api_key": KEY}

    @pytest.mark.parametrize("stream", [True, False])
    async def test_a_session_is_created_and_continued(
        self, inkeep_server: InkeepServer, at: dict[str, Any], stream: bool
    ) -> None:
        inkeep_server.key = KEY
        inkeep_server.script(says("Hel", "lo", cites=[citation(3, title="A", url="https://docs.invalid/a")]))
        seen: list[StreamEvent] = []
        first = await create_chat_session(
            INTEGRATION,
            "Hi",
            guidance="Be brief",
            context="The shop",
            tags=["a"],
            chat_mode="turbo",
            stream=stream,
            on_progress=seen.append,
            **at,
        )
        assert (first.chat_session_id, first.content, first.finish_reason) == ("chat-1", "Hello", FinishReason.STOP)
        assert first.citations == [CitationPart(number=3, title="A", url="https://docs.invalid/a")]
        assert kinds(seen) == ["started", "text", "citations", "finished"]
        assert inkeep_server.requests[0].body == {
            "integration_id": INTEGRATION,
            "chat_session": {
                "messages": [{"role": "user", "content": "Hi"}],
                "guidance": "Be brief",
                "context": "The shop",
                "tags": ["a"],
            },
            "chat_mode": "turbo",
            "stream": stream,
        }
        second = await continue_chat_session(INTEGRATION, first.chat_session_id, "More", stream=stream, **at)
        assert second.content == "Hello from the test server."
        assert inkeep_server.requests[1].body["stream"] is stream

    async def test_each_wrong_field_is_told(self, inkeep_server: InkeepServer, at: dict[str, Any]) -> None:
        inkeep_server.script(invalid((["body", "chat_mode"], "Unknown mode", "enum"), (["body", 0], "Odd", "other")))
        with pytest.raises(RequestRejected, match="does not accept the request") as caught:
            await create_chat_session(INTEGRATION, "Hi", **at)
        assert caught.value.status == 422
        assert caught.value.fields == (("body.chat_mode", "Unknown mode", "enum"), ("body.0", "Odd", "other"))

    async def test_a_session_that_is_gone_is_said(self, at: dict[str, Any]) -> None:
        with pytest.raises(ModelNotFound, match="Inkeep does not know this session any more"):
            await continue_chat_session(INTEGRATION, "chat-7", "More", **at)

    async def test_a_wrong_key_is_said(self, inkeep_server: InkeepServer, at: dict[str, Any]) -> None:
        inkeep_server.key = "another"
        with pytest.raises(AuthenticationFailed):
            await create_chat_session(INTEGRATION, "Hi", **at)

    async def test_a_reply_that_is_cut_is_told_apart(self, inkeep_server: InkeepServer, at: dict[str, Any]) -> None:
        inkeep_server.script(sends(beginning("Hel")))
        result = await create_chat_session(INTEGRATION, "Hi", **at)
        assert (result.content, result.finish_reason) == ("Hel", None)


async def test_hanging_up_before_the_answer_is_repeated(inkeep: InkeepClient, inkeep_server: InkeepServer) -> None:
    inkeep_server.script(hangs_up, whole({"chat_session_id": "c", "message": {"content": "Hello"}}))
    assert text_of(await ask(inkeep)) == "Hello"
