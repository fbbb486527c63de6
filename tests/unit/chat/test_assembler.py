"""What becomes of the events of a stream."""

from __future__ import annotations

from tui_chat.chat.assembler import Assembler
from tui_chat.domain.events import ImageAdded, ReasoningDelta, TextDelta
from tui_chat.domain.messages import ChatMessage, ImagePart, ReasoningPart, Role, TextPart


def assembler() -> Assembler:
    ticks = iter(range(100))
    return Assembler(ChatMessage(session_id="s", role=Role.ASSISTANT), clock=lambda: next(ticks))


def test_an_image_stands_where_it_came() -> None:
    image = ImagePart(media_type="image/png", data="QUJD")
    building = assembler()
    for event in (TextDelta(text="See "), TextDelta(text="this:"), ImageAdded(image=image), TextDelta(text="Nice.")):
        building.add(event)
    assert building.message.parts == [TextPart(text="See this:"), image, TextPart(text="Nice.")]


def test_a_signature_after_the_text_is_kept_but_is_no_thinking() -> None:
    building = assembler()
    building.add(TextDelta(text="Hello"))
    building.add(ReasoningDelta(text="", metadata={"signature": "c2ln"}))
    reply = building.end()
    assert reply.parts == [TextPart(text="Hello"), ReasoningPart(text="", metadata={"signature": "c2ln"})]
    assert reply.timing is not None
    assert reply.timing.reasoning is None
