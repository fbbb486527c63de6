from __future__ import annotations

from tui_chat.chat.duplicating import duplicate
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.sessions import ChatSession, SessionStatus


def original() -> OpenSession:
    """A session with a prompt, two answers to it, the first of them shown."""
    opened = OpenSession(ChatSession(name="Apples", tags=["fruit"], project="Garden", pinned=True, remote_id="r1"))
    prompt = opened.add_prompt("one")
    for number in (1, 2):
        reply = opened.add_reply(prompt.id)
        reply.status = MessageStatus.COMPLETE
        reply.remote_id = f"m{number}"
        opened.update(reply)
    opened.select(opened.tree.children(prompt.id)[0].id)
    return opened


def test_the_whole_tree_is_copied_under_ids_of_its_own() -> None:
    opened = original()
    before = [message.to_document() for message in opened.tree]
    twin = duplicate(opened)
    ids = {message.id for message in opened.tree}
    assert len(twin.tree) == 3
    assert ids.isdisjoint(message.id for message in twin.tree)
    assert {message.session_id for message in twin.tree} == {twin.id} != {opened.id}
    assert [message.text for message in twin.branch] == [message.text for message in opened.branch]
    shown = [[message.id for message in one.tree].index(one.branch[-1].id) for one in (opened, twin)]
    assert shown == [1, 1]
    assert len(twin.tree.children(twin.branch[0].id)) == 2
    twin.session.tags.append("other")
    twin.branch[0].parts.clear()
    assert [message.to_document() for message in opened.tree] == before
    assert opened.session.tags == ["fruit"]


def test_facts_are_kept_but_not_the_place_in_lists_and_at_the_server() -> None:
    opened = original()
    twin = duplicate(opened)
    session = twin.session
    assert (session.name, session.tags, session.project) == ("Apples copy", ["fruit"], "Garden")
    assert (session.pinned, session.archived, session.remote_id) == (False, False, "")
    assert {message.remote_id for message in twin.tree} == {""}
    assert session.updated_at > opened.session.updated_at
    assert (session.message_count, session.usage) == (3, opened.session.usage)


def test_a_reply_that_is_being_written_is_interrupted_in_the_copy() -> None:
    opened = original()
    opened.add_reply(opened.branch[0].id)
    twin = duplicate(opened)
    assert [message.status for message in twin.tree][-1] is MessageStatus.INTERRUPTED
    assert twin.session.status is SessionStatus.INTERRUPTED
    assert opened.branch[-1].status is MessageStatus.STREAMING
