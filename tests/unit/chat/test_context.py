"""What is sent of a branch."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tui_chat.chat.context import messages_to_send
from tui_chat.domain.messages import ChatMessage, CitationPart, ImagePart, ReasoningPart, Role, TextPart
from tui_chat.domain.tree import MessageTree

IMAGE = ImagePart(media_type="image/png", data="QUJD")


def sent(*messages: ChatMessage) -> list[ChatMessage]:
    for above, below in pairwise(messages):
        below.parent_id = above.id
    return messages_to_send(MessageTree(messages), messages[-1].id)


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
