"""What is sent of a branch."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tui_chat.chat.context import messages_to_send, to_send, weigh
from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    ImagePart,
    MessageStatus,
    ReasoningPart,
    Role,
    TextPart,
)
from tui_chat.domain.providers import ModelInfo
from tui_chat.domain.tree import MessageTree
from tui_chat.domain.usage import Usage

IMAGE = ImagePart(media_type="image/png", data="QUJD")


def sent(*messages: ChatMessage) -> list[ChatMessage]:
    for above, below in pairwise(messages):
        below.parent_id = above.id
    return messages_to_send(MessageTree(messages), messages[-1].id).messages


def reply(*parts: Any, **fields: Any) -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.ASSISTANT, parts=list(parts), **fields)


def test_a_reply_of_nothing_but_an_image_is_sent() -> None:
    message = reply(IMAGE)
    assert sent(message) == [message]


def test_a_reply_with_neither_words_nor_images_is_not_sent() -> None:
    prompt = ChatMessage(session_id="s", role=Role.USER)
    failed = reply(TextPart(text=""), CitationPart(number=1))
    thought = reply(ReasoningPart(text="Hm."))
    assert sent(prompt, failed, thought) == [prompt, thought]


def test_what_the_user_left_out_is_not_sent() -> None:
    assert sent(reply(IMAGE, excluded=True)) == []


def prompt(text: str, **fields: Any) -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.USER, parts=[TextPart(text=text)], **fields)


def summary(text: str = "They met.", **fields: Any) -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.SYSTEM, parts=[TextPart(text=text)], sums_up=True, **fields)


def test_a_summary_stands_for_what_is_before_it() -> None:
    old, answer, new = prompt("Old"), reply(TextPart(text="Yes")), prompt("New")
    found = to_send([old, answer, summary(), new])
    assert found.messages == [new]
    assert found.system_prompt("Be brief.").startswith("Be brief.\n\nSummary")
    assert found.system_prompt("").endswith("They met.")


def test_what_is_always_sent_is_sent_beside_a_summary() -> None:
    old, pinned, new = prompt("Old"), prompt("Rules", pinned=True), prompt("New")
    assert to_send([old, pinned, summary(), new]).messages == [pinned, new]


def test_only_the_newest_whole_summary_counts() -> None:
    first, second = summary("One"), summary("Two")
    broken, left_out = summary("Hal", status=MessageStatus.INTERRUPTED), summary("Out", excluded=True)
    new = prompt("New")
    assert to_send([prompt("A"), first, prompt("B"), second, new, broken, left_out]) == ([new], second)
    assert to_send([prompt("A"), broken]).summary is None


def test_the_weights_say_what_is_sent_and_how_much_of_the_window_that_is() -> None:
    model = ModelInfo(name="m", provider="p", context_window=1000, input_price=5.0)
    old, out, counted = prompt("a" * 400), prompt("b" * 400, excluded=True), reply(TextPart(text="c"))
    counted.usage = Usage(input_tokens=900, output_tokens=160, reasoning_tokens=60)
    context = weigh([old, out, counted], "d" * 40, model)
    assert [one.is_sent for one in context.weighed] == [True, False, True]
    assert context.weighed[2].tokens == 100
    assert context.tokens == 10 + context.weighed[0].tokens + 100
    assert context.percent == round(context.tokens / 10)
    assert context.cost == context.tokens * 5 / 1_000_000
    assert not context.exceeded_by(1000 - context.tokens)
    assert context.exceeded_by(1001 - context.tokens)


def test_an_unknown_window_is_never_exceeded() -> None:
    context = weigh([prompt("a" * 4000)], "", ModelInfo(name="m", provider="p"))
    assert (context.percent, context.cost, context.exceeded_by(10**9)) == (None, None, False)


def test_what_a_summary_stands_for_is_marked() -> None:
    context = weigh(
        [prompt("Old"), prompt("Rules", pinned=True), summary(), prompt("New")], "", ModelInfo(name="m", provider="p")
    )
    assert [one.is_sent for one in context.weighed] == [False, True, True, True]
    assert [one.is_summed_up for one in context.weighed] == [True, False, False, False]
