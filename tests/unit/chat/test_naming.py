from __future__ import annotations

import pytest

from tui_chat.chat.choice import Choice
from tui_chat.chat.naming import SYSTEM, clean_answer, is_to_be_named, name_by_model
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.clients.scripted import ScriptedClient
from tui_chat.config.presets import presets
from tui_chat.domain.messages import ChatMessage, MessageStatus, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.settings import ChatSettings, Settings
from tui_chat.storage.library import Library


def services(*, is_on: bool = True) -> Services:
    settings = Settings(chat=ChatSettings(name_sessions=is_on))
    return Services(settings, Library(None), presets(), Choice("openai", "m", "because a test asks for it"))


def exchange(provider: str = "openai") -> tuple[OpenSession, ChatMessage]:
    opened = OpenSession(ChatSession(provider=provider, model="m"))
    prompt = opened.add_prompt("how do I peel a mango without a mess, please?")
    reply = opened.add_reply(prompt.id)
    reply.parts, reply.status = [TextPart(text="Cut the cheeks off.")], MessageStatus.COMPLETE
    opened.update(reply)
    return opened, reply


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("Peeling mangoes", "Peeling mangoes"),
        ('"Peeling Mangoes."', "Peeling Mangoes"),
        ("**Title: Peeling mangoes**\n\nI chose it since…", "Peeling mangoes"),
        ("<think>The user\nwants</think>\n\nMango peeling", "Mango peeling"),
        ("«Мытьё манго»", "Мытьё манго"),
        ("芒果去皮", "芒果去皮"),
        ("\n \n", ""),
        ("...", ""),
        ("word " * 40, "word word word word word word word word word…"),
        ("Key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD", ""),
        ("[b]bold[/b] \x1b[31mname", "[b]bold[/b] [31mname"),
    ],
)
def test_the_answer_becomes_a_name(answer: str, name: str) -> None:
    assert clean_answer(answer) == name


def test_only_the_first_complete_exchange_is_named() -> None:
    opened, reply = exchange()
    assert is_to_be_named(services(), opened, reply)
    assert not is_to_be_named(services(is_on=False), opened, reply)
    opened.session.name = "My mango"
    assert not is_to_be_named(services(), opened, reply), "the user has named it"


@pytest.mark.parametrize("provider", ["guide", "scripted", "inkeep", "gone"])
def test_some_are_never_asked(provider: str) -> None:
    opened, reply = exchange(provider)
    assert not is_to_be_named(services(), opened, reply)


def test_what_failed_was_cut_off_or_went_on_is_not_named() -> None:
    for status in (MessageStatus.ERROR, MessageStatus.INTERRUPTED, MessageStatus.STREAMING):
        opened, reply = exchange()
        reply.status = status
        assert not is_to_be_named(services(), opened, reply)
    opened, reply = exchange()
    opened.add_prompt("and then?")
    assert not is_to_be_named(services(), opened, reply)


async def test_the_model_is_shown_the_exchange_and_no_more() -> None:
    both = services()
    opened, reply = exchange("scripted")
    client = await both.client("scripted")
    assert isinstance(client, ScriptedClient)
    client._script = [[{"kind": "text", "text": "Mango "}, {"kind": "text", "text": "peeling."}]]
    assert await name_by_model(both, opened, reply) == "Mango peeling"
    (request,) = client.requests
    assert request.system_prompt == SYSTEM
    assert [message.text for message in request.messages] == [
        "User: how do I peel a mango without a mess, please?\n\nAssistant: Cut the cheeks off.\n\nThe name:"
    ]
    await both.aclose()
