from __future__ import annotations

from tui_chat.chat.branches import branch_rows
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.sessions import ChatSession


def test_each_message_comes_before_what_follows_and_a_fork_goes_deeper() -> None:
    opened = OpenSession(ChatSession())
    first = opened.add_prompt("first")
    one = opened.add_reply(first.id)
    second = opened.add_prompt("second")
    two = opened.add_reply(first.id)
    two.status = MessageStatus.COMPLETE
    edited = opened.add_edited(second, "second, edited")
    rows = branch_rows(opened.tree, opened.session.current_node)
    assert [(row.message.id, row.level) for row in rows] == [
        (first.id, 0),
        (one.id, 1),
        (second.id, 2),
        (edited.id, 2),
        (two.id, 1),
    ]
    assert [row.is_shown for row in rows] == [True, True, False, True, False]


def test_first_messages_that_were_edited_are_branches_too() -> None:
    opened = OpenSession(ChatSession())
    first = opened.add_prompt("first")
    opened.add_edited(first, "first, edited")
    assert [row.level for row in branch_rows(opened.tree, None)] == [1, 1]
    assert branch_rows(OpenSession(ChatSession()).tree, None) == []
