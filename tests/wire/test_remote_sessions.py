"""Sessions that a provider keeps, opened, renamed and shortened here and there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.wire.abacus_server import AbacusServer, fails, message, session
from tests.wire.inkeep_server import INTEGRATION, InkeepServer
from tests.wire.openai_server import says
from tui_chat.chat.choice import Choice
from tui_chat.chat.duplicating import duplicate
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.remote import delete_remote, keeper, open_remote, remote_sessions, rename_remote
from tui_chat.chat.services import Services
from tui_chat.chat.turn import Turn, regenerate, send, send_edited
from tui_chat.config.paths import history_path
from tui_chat.config.presets import all_providers
from tui_chat.domain.errors import ModelNotFound, NotFound
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.settings import Settings
from tui_chat.domain.tree import MessageTree
from tui_chat.storage.library import Library


@pytest.fixture
async def services(
    abacus_server: AbacusServer, inkeep_server: InkeepServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Services]:
    """Services that know both test servers by the environment, with a real history file."""
    environment = {
        "ABACUS_BASE_URL": abacus_server.base_url,
        "ABACUS_API_KEY": "key-abacus-1",
        "INKEEP_BASE_URL": inkeep_server.base_url,
        "INKEEP_API_KEY": "key-inkeep-1",
        "INKEEP_INTEGRATION_ID": INTEGRATION,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    choice = Choice("abacus", "", "because a test asks for it")
    made = Services(Settings(), Library(history_path()), all_providers(Settings()), choice)
    await made.library.open()
    yield made
    await made.aclose()


HISTORY = (
    message("USER", "Hi", "2026-01-02T03:04:05+00:00"),
    message(
        "BOT", "Hello", "2026-01-02T03:04:06+00:00", isUseful=False, feedback="Odd", keywordArguments={"model": "m"}
    ),
    message("USER", "More", "2026-01-02T03:04:07+00:00"),
    message("BOT", "Sure", "2026-01-02T03:04:08+00:00"),
)


def texts(opened: OpenSession) -> list[str]:
    return [one.text for one in opened.branch]


async def stored(services: Services, opened: OpenSession) -> OpenSession:
    library = services.library
    return OpenSession(await library.session(opened.id), MessageTree(await library.messages(opened.id)))


class TestAbacus:
    async def test_a_session_is_opened_and_kept(self, services: Services, abacus_server: AbacusServer) -> None:
        abacus_server.add(session("s1", "One\n two", *HISTORY, notification="It is old"))
        opened = await stored(services, await open_remote(services, "abacus", "s1"))
        assert texts(opened) == ["Hi", "Hello", "More", "Sure"]
        kept = opened.session
        assert (kept.name, kept.provider, kept.model) == ("One two", "abacus", "route-llm")
        assert (kept.remote_id, kept.remote_provider) == ("s1", "abacus")
        assert (kept.notification, kept.message_count) == ("It is old", 4)
        assert kept.updated_at == datetime(2026, 1, 2, 3, 4, 8, tzinfo=UTC)
        reply = opened.branch[1]
        assert (reply.role, reply.provider, reply.model) == (Role.ASSISTANT, "abacus", "m")
        assert (reply.rating, reply.feedback, reply.remote_id) == (-1, "Odd", "2026-01-02T03:04:06+00:00")

    async def test_opening_it_again_brings_what_is_new(self, services: Services, abacus_server: AbacusServer) -> None:
        abacus_server.add(session("s1", "One", *HISTORY[:2]))
        first = await open_remote(services, "", "s1")
        await send(services, first, "By the chat").run(lambda event: None)
        abacus_server.sessions["s1"]["chatHistory"] += HISTORY[2:]
        again = await open_remote(services, "", "s1")
        assert again.id == first.id
        assert texts(await stored(services, again)) == [
            "Hi",
            "Hello",
            "By the chat",
            "Hello from the test server.",
            "More",
            "Sure",
        ]
        assert len(await services.library.sessions()) == 1

    async def test_chatting_goes_on_with_all_that_was_said(
        self, services: Services, abacus_server: AbacusServer
    ) -> None:
        abacus_server.add(session("s1", "One", *HISTORY))
        opened = await open_remote(services, "abacus", "s1")
        abacus_server.script(says("Here"))
        await send(services, opened, "Next").run(lambda event: None)
        sent = abacus_server.requests[-1].body["messages"]
        assert [one["content"] for one in sent] == ["Hi", "Hello", "More", "Sure", "Next"]
        assert opened.session.remote_id == "s1"

    async def test_names_and_deletions_follow(self, services: Services, abacus_server: AbacusServer) -> None:
        abacus_server.add(session("s1", "One", *HISTORY))
        opened = await open_remote(services, "abacus", "s1")
        opened.session.name = "Mine"
        await rename_remote(services, opened.session)
        assert abacus_server.sessions["s1"]["name"] == "Mine"
        first, last = opened.branch[0], opened.branch[2]
        await delete_remote(services, opened.session, first)
        await delete_remote(services, opened.session, last)
        assert abacus_server.sessions["s1"]["chatHistory"] == []
        await delete_remote(services, opened.session, last)  # it is gone already
        await delete_remote(services, opened.session, ChatMessage(session_id=opened.id, role=Role.USER))

    async def test_failures_are_said(self, services: Services, abacus_server: AbacusServer) -> None:
        with pytest.raises(ModelNotFound, match="does not know this session"):
            await open_remote(services, "abacus", "s9")
        abacus_server.add(session("s1", "One"))
        opened = await open_remote(services, "abacus", "s1")
        abacus_server.account_script.append(fails("Gone", "DataNotFoundError"))
        with pytest.raises(ModelNotFound):
            await rename_remote(services, opened.session)

    async def test_a_copy_is_bound_to_nothing(self, services: Services, abacus_server: AbacusServer) -> None:
        abacus_server.add(session("s1", "One", *HISTORY))
        copy = duplicate(await open_remote(services, "abacus", "s1"))
        before = len(abacus_server.requests)
        await rename_remote(services, copy.session)
        await delete_remote(services, copy.session, copy.branch[0])
        assert len(abacus_server.requests) == before


async def test_who_keeps_sessions_is_known(services: Services) -> None:
    assert keeper(services) == "abacus"
    services.choose("inkeep", "auto", "because you chose it")
    assert keeper(services) == "abacus"
    with pytest.raises(NotFound, match=r"Inkeep gives no access to its sessions\."):
        await remote_sessions(services, "inkeep")


class TestInkeep:
    """Inkeep keeps the history: a line, while sessions here are trees."""

    @pytest.fixture
    def opened(self, services: Services) -> OpenSession:
        services.choose("inkeep", "auto", "because you chose it")
        return OpenSession(services.new_session())

    async def run(self, turn: Turn) -> ChatMessage:
        return await turn.run(lambda event: None)

    async def test_prompts_go_on_in_one_session(
        self, services: Services, inkeep_server: InkeepServer, opened: OpenSession
    ) -> None:
        for prompt in ("One", "Two", "Three"):
            await self.run(send(services, opened, prompt))
        assert list(inkeep_server.sessions) == ["chat-1"]
        kept = (await stored(services, opened)).session
        assert (kept.remote_id, kept.remote_provider, kept.remote_node) == ("chat-1", "inkeep", opened.branch[-1].id)

    async def test_a_branch_begins_another(
        self, services: Services, inkeep_server: InkeepServer, opened: OpenSession
    ) -> None:
        await self.run(send(services, opened, "One"))
        reply = await self.run(send(services, opened, "Two"))
        await self.run(regenerate(services, opened, reply))
        created = inkeep_server.requests[-1].body["chat_session"]
        assert created["messages"] == [{"role": "user", "content": "Two"}]
        assert "User: One" in created["context"]
        assert opened.session.remote_id == "chat-2"
        await self.run(send(services, opened, "Three"))
        assert list(inkeep_server.sessions) == ["chat-1", "chat-2"]
        await self.run(send_edited(services, opened, opened.branch[0], "Another"))
        assert list(inkeep_server.sessions) == ["chat-1", "chat-2", "chat-3"]

    async def test_an_answer_by_somebody_else_is_not_forgotten(
        self, services: Services, inkeep_server: InkeepServer, opened: OpenSession
    ) -> None:
        await self.run(send(services, opened, "One"))
        opened.session.provider, opened.session.model = "abacus", "route-llm"
        await self.run(send(services, opened, "Two"))
        opened.session.provider, opened.session.model = "inkeep", "auto"
        await self.run(send(services, opened, "Three"))
        assert "User: Two" in inkeep_server.requests[-1].body["chat_session"]["context"]
