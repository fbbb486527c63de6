from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.messages import ChatMessage, FilePart, MessageStatus, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.usage import Usage


def opened_with(turns: int) -> OpenSession:
    opened = OpenSession(ChatSession())
    for number in range(turns):
        prompt = opened.add_prompt(f"prompt {number}")
        reply = opened.add_reply(prompt.id)
        reply.status = MessageStatus.COMPLETE
        reply.usage = Usage(input_tokens=1, output_tokens=2, cost=0.5)
        opened.update(reply)
    return opened


def picture(opened: OpenSession) -> list[tuple[str, str | None]]:
    return [(message.id, message.parent_id) for message in opened.tree]


def test_the_first_prompt_names_the_session() -> None:
    opened = opened_with(2)
    assert opened.session.name == "prompt 0"
    assert opened.session.message_count == 4
    assert opened.session.usage == Usage(input_tokens=2, output_tokens=4, cost=1.0)


def test_a_message_is_removed_with_its_reply_and_what_follows_moves_up() -> None:
    opened = opened_with(3)
    ids = [message.id for message in opened.branch]
    removal = opened.remove_turn(2)
    assert [one.id for one in removal.gone] == ids[2:4]
    assert [one.id for one in opened.branch] == [*ids[:2], *ids[4:]]
    assert opened.session.message_count == 4


def test_all_answers_go_with_their_prompt() -> None:
    opened = opened_with(1)
    opened.add_reply(opened.branch[0].id)
    opened.remove_turn(0)
    assert len(opened.tree) == 0
    assert opened.branch == []


@given(turns=st.integers(1, 5), extra=st.lists(st.integers(0, 9), max_size=4), index=st.integers(0, 30))
def test_putting_back_is_the_inverse_of_removing(turns: int, extra: list[int], index: int) -> None:
    opened = opened_with(turns)
    for place in extra:
        branch = opened.branch
        parent = branch[place % len(branch)]
        if parent.role is Role.USER:
            opened.update(opened.add_reply(parent.id))
    before, node = picture(opened), opened.session.current_node
    removal = opened.remove_turn(index % len(opened.branch))
    ids = {message.id for message in opened.tree}
    assert all(message.parent_id is None or message.parent_id in ids for message in opened.tree)
    opened.put_back(removal)
    assert sorted(picture(opened)) == sorted(before)
    assert opened.session.current_node == node


def test_waiting_prompts_end_up_below_the_reply_they_wait_for() -> None:
    opened = opened_with(1)
    waiting = [opened.add_prompt("one", is_queued=True), opened.add_prompt("two", is_queued=True)]
    assert opened.queued == waiting
    waiting[0].status = MessageStatus.COMPLETE
    reply = opened.add_reply(waiting[0].id)
    opened.send_behind(reply, waiting[1:])
    assert [one.text for one in opened.branch][-3:] == ["one", "", "two"]
    assert opened.queued == waiting[1:]


def test_selecting_shows_the_newest_leaf_of_a_branch() -> None:
    opened = opened_with(2)
    first_reply = opened.branch[1]
    other = opened.add_reply(opened.branch[0].id)
    assert [one.id for one in opened.branch][-1] == other.id
    opened.select(first_reply.id)
    assert len(opened.branch) == 4


def test_a_message_without_its_parent_is_still_shown() -> None:
    lost = ChatMessage(session_id="s", parent_id="gone", role=Role.USER)
    opened = OpenSession(ChatSession(id="s"))
    opened.tree.add(lost)
    assert opened.branch == [lost]


def test_a_prompt_may_be_nothing_but_what_comes_along() -> None:
    opened = OpenSession(ChatSession(provider="acme", model="m"))
    prompt = opened.add_prompt("", [FilePart(name="notes.txt", text="abc")])
    assert [part.kind for part in prompt.parts] == ["file"]
    assert opened.session.name == "notes.txt"
    assert [part.kind for part in opened.add_prompt("").parts] == ["text"]


def test_an_edited_prompt_keeps_what_came_along_unless_that_is_given() -> None:
    opened = OpenSession(ChatSession(provider="acme", model="m"))
    one, two = FilePart(name="one", text="1"), FilePart(name="two", text="2")
    prompt = opened.add_prompt("Look", [one])
    assert opened.add_edited(prompt, "Look here").parts == [TextPart(text="Look here"), one]
    assert opened.add_edited(prompt, "Look there", [two]).parts == [TextPart(text="Look there"), two]
    assert opened.add_edited(prompt, "Look", []).parts == [TextPart(text="Look")]
