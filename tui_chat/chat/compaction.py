"""Making room: the model sums a session up, and the summary is sent in the place of what it sums up."""

from __future__ import annotations

from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.chat.turn import Turn
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.requests import ChatRequest

#: Asks for the summary.
INSTRUCTION = (
    "Sum up our conversation so far, so that you can go on from the summary alone, without the messages. "
    "Keep every fact, number, name, decision, wish of mine and open question that may matter later, and quote code, "
    "commands and wordings that are still needed exactly. Say where we stand and what comes next. "
    "Leave out what has been settled or withdrawn. Write in the language we have used. "
    "Answer with the summary only, without an introduction."
)


class Compaction(Turn):
    """The turn in which a session is summed up; its reply is the summary."""

    def be_patient(self) -> None:
        """Fail where others wait: nobody wants a summary later."""

    async def _request(self) -> ChatRequest:
        request = await super()._request()
        wish = ChatMessage(session_id=self.session_id, role=Role.USER, parts=[TextPart(text=INSTRUCTION)])
        # The server's own session must not take this for a part of the talk.
        return request.model_copy(update={"messages": [*request.messages, wish], "remote_id": ""})


def compact(services: Services, opened: OpenSession, *, parent_id: str | None = None) -> Turn:
    """Return the turn that sums up the visible branch.

    Args:
        services: What the turn works with.
        opened: The session.
        parent_id: The last message to sum up; without it, the last that is shown.
    """
    last = parent_id or opened.branch[-1].id
    return Compaction(services, opened, opened.add_summary(last))
