"""The library as plain functions, and the example of the README, against the loopback servers."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import tui_chat
from tests.wire.abacus_server import AbacusServer, fails, message, session
from tests.wire.asking import kinds
from tests.wire.openai_server import OpenAIServer, failure, says
from tests.wire.protocols import KEY
from tui_chat import (
    ChatError,
    Services,
    close,
    delete_message,
    export_session,
    get_session,
    init,
    is_authenticated,
    open_remote,
    refresh,
    rename_session,
    reset,
    send,
    session_to_dict,
)
from tui_chat.domain.errors import (
    AttachmentRefused,
    AuthenticationFailed,
    ModelNotFound,
    NotFound,
    TimedOut,
    TransferError,
)
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import FinishReason, MessageStatus

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, openai_server: OpenAIServer) -> None:
    """Nothing but a key and an address."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.base_url)
    openai_server.key = KEY


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    opened = await init("openai", model="test-model")
    yield opened
    await close(opened)


class TestSend:
    async def test_one_call_is_enough(self, openai_server: OpenAIServer) -> None:
        openai_server.script(says("Hello", " there"))
        seen: list[StreamEvent] = []
        reply = await send("Hi", model="test-model", system_prompt="Be brief", on_progress=seen.append)
        assert (reply.text, reply.model, reply.finish_reason) == ("Hello there", "test-model", FinishReason.STOP)
        assert reply.usage is not None
        assert (kinds(seen)[0], kinds(seen)[-1]) == ("started", "finished")
        assert [one["content"] for one in openai_server.chats[0].body["messages"]] == ["Be brief", "Hi"]
        kept = await get_session(reply.session_id)
        assert [one.text for one in kept.branch] == ["Hi", "Hello there"]
        assert kept.branch[-1].id == reply.message_id

    async def test_it_goes_on_branches_and_varies(self, services: Services, openai_server: OpenAIServer) -> None:
        first = await send("One", services=services)
        more = await send("Two", services=services, session_id=first.session_id[:8], message_id="mine")
        assert more.message_id == "mine"
        branch = await send("Three", services=services, session_id="last", parent_message_id=first.message_id)
        sent = [one["content"] for one in openai_server.chats[-1].body["messages"]]
        assert sent == ["One", "Hello from the test server.", "Three"]
        other = await send(
            "", services=services, session_id="last", parent_message_id=more.parent_message_id, action="variant"
        )
        assert other.parent_message_id == more.parent_message_id
        tree = (await get_session(services=services)).tree
        assert [one.id for one in tree.siblings("mine")] == ["mine", other.message_id]
        assert branch.message_id in tree

    async def test_files_go_along(self, services: Services, openai_server: OpenAIServer, tmp_path: Path) -> None:
        (tmp_path / "notes.md").write_text("remember the milk")
        await send("Read this.", files=[tmp_path / "*.md"], services=services)
        assert "remember the milk" in str(openai_server.chats[-1].body["messages"][-1]["content"])
        with pytest.raises(AttachmentRefused, match="no file"):
            await send("And this.", files=["nowhere.txt"], services=services)
        assert len(openai_server.chats) == 1

    async def test_without_saving_nothing_is_kept(self) -> None:
        reply = await send("Hi", save=False)
        with pytest.raises(NotFound):
            await get_session(reply.session_id)

    async def test_another_model_may_answer(self, services: Services, openai_server: OpenAIServer) -> None:
        await send("Hi", services=services, model="other")
        assert openai_server.chats[-1].body["model"] == "other"

    async def test_failures_are_raised_and_what_came_is_kept(
        self, services: Services, openai_server: OpenAIServer
    ) -> None:
        openai_server.script(failure(404, "The model does not exist", code="model_not_found"))
        with pytest.raises(ModelNotFound, match="does not know the model"):
            await send("Hi", services=services)
        openai_server.script(says("Hel", threading.Event()))
        with pytest.raises(TimedOut, match=r"longer than 0\.3 s"):
            await send("Hi", services=services, timeout=0.3)
        newest = (await get_session(services=services)).branch[-1]
        assert (newest.text, newest.status) == ("Hel", MessageStatus.INTERRUPTED)

    @pytest.mark.parametrize(
        "wish",
        [
            {"session_id": "nowhere"},
            {"parent_message_id": "nowhere"},
            {"action": "variant"},
        ],
    )
    async def test_what_is_not_there_is_said(
        self, services: Services, openai_server: OpenAIServer, wish: dict[str, Any]
    ) -> None:
        with pytest.raises(NotFound):
            await send("Hi", services=services, **wish)
        assert openai_server.chats == []


class TestLifeCycle:
    async def test_the_key_is_checked_and_read_anew(
        self, services: Services, openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert await is_authenticated(services)
        openai_server.key = "sk-another-key-9999"
        assert not await is_authenticated(services)
        with pytest.raises(AuthenticationFailed):
            await send("Hi", services=services)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-another-key-9999")
        credentials = await refresh(services)
        assert (credentials.masked, credentials.source, credentials.is_valid) == ("…9999", "OPENAI_API_KEY", True)
        await reset(services)
        assert await is_authenticated(services, "openai")

    async def test_closing_twice_does_nothing(self) -> None:
        services = await init()
        await close(services)
        await close(services)

    async def test_an_unknown_provider_is_said(self) -> None:
        with pytest.raises(ChatError, match="no provider called 'nobody'"):
            await init("nobody")


class TestSessions:
    async def test_a_session_is_renamed_shortened_and_exported(self, services: Services) -> None:
        first = await send("One", services=services)
        await send("Two", services=services, session_id=first.session_id)
        assert (await rename_session(first.session_id, "Apples")).name == "Apples"
        await delete_message(first.session_id, 0)
        assert [one.text for one in (await get_session()).branch] == ["Two", "Hello from the test server."]
        told = await session_to_dict()
        assert (told["name"], [one["role"] for one in told["messages"]]) == ("Apples", ["user", "assistant"])
        page, text = await export_session(format="html"), await export_session()
        assert isinstance(page, str)
        assert isinstance(text, str)
        assert "Apples" in page
        assert "Two" in text
        with pytest.raises(TransferError):
            await export_session(format="stone")
        with pytest.raises(NotFound):
            await delete_message(first.session_id, 9)

    async def test_changes_follow_to_the_provider(
        self, abacus_server: AbacusServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ABACUS_BASE_URL", abacus_server.base_url)
        monkeypatch.setenv("ABACUS_API_KEY", KEY)
        abacus_server.add(session("s1", "One", message("USER", "Hi", "t1"), message("BOT", "Hello", "t2")))
        services = await init("abacus")
        opened = await open_remote(services, "abacus", "s1")
        await rename_session(opened.id, "Mine", services=services)
        await delete_message(opened.id, 0, services=services)
        there = abacus_server.sessions["s1"]
        assert (there["name"], there["chatHistory"]) == ("Mine", [])
        abacus_server.account_script.append(fails("No", "PermissionDeniedError"))
        with pytest.raises(AuthenticationFailed):
            await rename_session(opened.id, "Yours", services=services)
        assert (await get_session(opened.id, services=services)).session.name == "Yours"
        await close(services)


def example() -> str:
    """Return the example of the README."""
    section = (ROOT / "README.md").read_text().partition("\n## Library\n")[2]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


def run(code: str) -> str:
    """Return what a program prints that cannot import what draws screens."""
    barrier = "import sys\nsys.modules['textual'] = sys.modules['rich'] = None\n"
    command = [sys.executable, "-W", "error", "-c", f"{barrier}{code}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_example_of_the_readme_works(openai_server: OpenAIServer) -> None:
    openai_server.script(says("A burrito."), says("Food."))
    printed = run(example())
    assert "Food. " in printed
    assert "What is a monad?" in printed
    assert [one["content"] for one in openai_server.chats[1].body["messages"]] == [
        "What is a monad?",
        "A burrito.",
        "Shorter, please.",
    ]


def test_all_of_it_is_there_without_a_screen() -> None:
    assert run("import tui_chat\nprint(*[getattr(tui_chat, name).__doc__[:1] for name in tui_chat.__all__])").split()


@pytest.mark.parametrize("name", tui_chat.__all__)
def test_each_name_says_what_it_is_and_is_told_in_the_readme_if_it_is_a_function(name: str) -> None:
    assert getattr(tui_chat, name).__doc__
    section = (ROOT / "README.md").read_text().partition("\n## Library\n")[2].partition("\n## ")[0]
    assert name[0].isupper() or name == "make_client" or f"`{name}`" in section
