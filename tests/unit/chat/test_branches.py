"""Editing, answers of other models and forks make branches and lose nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.chat.conftest import Desk
from tui_chat.chat.duplicating import duplicate, fork
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.turn import regenerate, send, send_edited
from tui_chat.clients.scripted import ScriptedClient
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import ChatMessage, ImagePart, MessageStatus, Role
from tui_chat.domain.requests import Action
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.usage import Usage

HELLO: list[dict[str, Any]] = [{"kind": "text", "text": "Hello"}, {"kind": "finished"}]


def ignore(_event: StreamEvent) -> None:
    """Look away."""


def answered(opened: OpenSession, prompt: ChatMessage) -> ChatMessage:
    reply = opened.add_reply(prompt.id)
    reply.status = MessageStatus.COMPLETE
    reply.usage = Usage(input_tokens=1, output_tokens=2)
    opened.update(reply)
    return reply


def with_turns(*prompts: str) -> OpenSession:
    opened = OpenSession(ChatSession(name="Pears", provider="scripted", model="scripted"))
    for text in prompts:
        answered(opened, opened.add_prompt(text))
    return opened


def ids(messages: list[ChatMessage]) -> list[str]:
    return [message.id for message in messages]


def test_an_edited_prompt_stands_beside_the_first_and_keeps_what_came_along() -> None:
    opened = with_turns("one")
    picture = ImagePart(media_type="image/png", path="a.png")
    first = opened.add_prompt("two", [picture])
    answered(opened, first)
    edited = opened.add_edited(first, "two, please")
    assert (edited.text, edited.parts[1], edited.parent_id) == ("two, please", picture, first.parent_id)
    assert ids(opened.tree.siblings(first.id)) == [first.id, edited.id]
    assert opened.branch[-1] is edited


def test_each_sibling_comes_back_with_its_own_continuation() -> None:
    opened = with_turns("one", "two", "three")
    first = ids(opened.branch)
    edited = opened.add_edited(opened.tree[first[2]], "another two")
    second_reply = answered(opened, edited)
    other = opened.add_reply(edited.id)
    opened.select(second_reply.id)
    second = ids(opened.branch)
    opened.select(first[2])
    assert ids(opened.branch) == first
    opened.select(edited.id)
    assert ids(opened.branch) == second, "not the newest answer, but the one that was shown"
    opened.select(other.id)
    assert opened.branch[-1] is other


def test_the_first_prompt_of_a_session_has_versions_too() -> None:
    opened = with_turns("one", "two")
    first = ids(opened.branch)
    edited = opened.add_edited(opened.branch[0], "one, again")
    assert edited.parent_id is None
    opened.select(first[0])
    assert ids(opened.branch) == first
    opened.select(edited.id)
    assert ids(opened.branch) == [edited.id]


def test_a_prompt_that_was_not_sent_is_withdrawn_and_the_branch_before_is_back() -> None:
    opened = with_turns("one", "two")
    answered(opened, opened.add_edited(opened.branch[0], "uno"))
    opened.select(opened.tree.children(None)[0].id)
    before = ids(opened.branch)
    edited = opened.add_edited(opened.branch[0], "eins")
    opened.add_reply(edited.id)
    opened.withdraw(edited)
    assert ids(opened.branch) == before
    assert edited.id not in opened.tree
    assert opened.session.message_count == 6


@given(st.lists(st.tuples(st.sampled_from(["edit", "answer", "go on", "select"]), st.integers(0, 30)), max_size=25))
def test_whatever_is_edited_and_shown_no_message_is_lost(steps: list[tuple[str, int]]) -> None:
    opened = with_turns("one")
    left: dict[str, list[str]] = {}
    for step, number in steps:
        known, branch = ids(list(opened.tree)), opened.branch
        message = branch[number % len(branch)]
        if step == "edit" and message.role is Role.USER:
            answered(opened, opened.add_edited(message, f"{number}"))
        elif step == "answer" and message.role is Role.ASSISTANT:
            opened.add_reply(message.parent_id)
        elif step == "go on":
            answered(opened, opened.add_prompt(f"{number}"))
        elif step == "select":
            target = list(opened.tree)[number % len(opened.tree)]
            left[message.id] = ids(branch)
            opened.select(target.id)
            assert target in opened.branch
        assert set(known) <= set(ids(list(opened.tree)))
        assert all(one in opened.tree for one in opened.session.shown.values())


async def test_an_edited_prompt_is_sent_with_what_came_before_it_only(desk: Desk) -> None:
    client = await desk.plays(HELLO)
    for text in ("one", "two", "three"):
        await send(desk.services, desk.opened, text).run(ignore)
    second = desk.opened.branch[2]
    reply = await send_edited(desk.services, desk.opened, second, "deux").run(ignore)
    assert [message.text for message in client.requests[-1].messages] == ["one", "Hello", "deux"]
    assert client.requests[-1].action is Action.NEXT
    assert reply.status is MessageStatus.COMPLETE
    assert len(await desk.services.library.messages(desk.opened.id)) == 8


async def test_another_model_answers_once_and_the_session_keeps_its_own(desk: Desk) -> None:
    client = await desk.plays(HELLO)
    provider = desk.services.provider("scripted").model_copy(update={"name": "elsewhere"})
    desk.services.providers["elsewhere"] = provider
    other = await desk.services.client("elsewhere")
    first = await send(desk.services, desk.opened, "one").run(ignore)
    desk.opened.session.remote_id = "theirs"
    turn = regenerate(desk.services, desk.opened, first, provider="elsewhere", model="big")
    reply = await turn.run(ignore)
    assert isinstance(other, ScriptedClient)
    request = other.requests[-1]
    assert (reply.provider, reply.model, request.model, request.remote_id) == ("elsewhere", "big", "big", "")
    assert request.action is Action.VARIANT
    assert (desk.opened.session.provider, desk.opened.session.remote_id) == ("scripted", "theirs")
    assert len(client.requests) == 1


def test_a_fork_has_the_messages_up_to_here_and_leaves_the_first_alone() -> None:
    opened = with_turns("one", "two", "three")
    opened.add_edited(opened.branch[0], "uno")
    opened.select(opened.tree.children(None)[0].id)
    before = [message.to_document() for message in opened.tree]
    forked = fork(opened, opened.branch[3])
    assert [message.text for message in forked.branch] == [message.text for message in opened.branch[:4]]
    assert len(forked.tree) == forked.session.message_count == 4
    assert forked.session.usage.total_tokens == 6
    assert (forked.session.name, forked.session.model) == ("Pears fork", "scripted")
    assert set(ids(forked.branch)).isdisjoint(ids(opened.branch))
    assert [message.to_document() for message in opened.tree] == before


def test_a_copy_shows_its_siblings_as_the_original_does() -> None:
    opened = with_turns("one", "two")
    edited = opened.add_edited(opened.branch[0], "uno")
    answered(opened, edited)
    opened.add_reply(edited.id)
    opened.select(opened.tree.children(edited.id)[0].id)
    opened.select(opened.tree.children(None)[0].id)
    twin = duplicate(opened)
    for one in (opened, twin):
        one.select(one.tree.children(None)[1].id)
    places = [ids(list(one.tree)).index(one.branch[-1].id) for one in (opened, twin)]
    assert places[0] == places[1]
