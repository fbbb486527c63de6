"""What is known about a message, a fact a row."""

from __future__ import annotations

from tui_chat.app.transcript.heads import details
from tui_chat.app.transcript.rows import Frame
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.usage import Timing


def test_a_time_that_would_be_a_zero_is_left_out() -> None:
    message = ChatMessage(session_id="s", role=Role.ASSISTANT, timing=Timing(first_token=0.01, total=1.2))

    names = ["".join(text for text, _ink in row.line.runs).split("  ")[0] for row in details(message, 60, Frame.PAGE)]

    assert "took" in names and "first token" not in names
