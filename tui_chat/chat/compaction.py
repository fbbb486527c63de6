"""Making room: the model sums a session up, and the summary is sent in the place of what it sums up."""

from __future__ import annotations

from tui_chat.chat.context import with_summary
from tui_chat.chat.costs import message_tokens, turn_usage
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.chat.turn import Turn
from tui_chat.domain.errors import BadStream
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role, TextPart
from tui_chat.domain.requests import ChatRequest, ChatResponse
from tui_chat.domain.usage import Usage, estimate_tokens

#: Asks for the summary.
INSTRUCTION = (
    "Sum up our conversation so far, so that you can go on from the summary alone, without the messages. "
    "Keep every fact, number, name, decision, wish of mine and open question that may matter later, and quote code, "
    "commands and wordings that are still needed exactly. Say where we stand and what comes next. "
    "Leave out what has been settled or withdrawn. Write in the language we have used. "
    "Answer with the summary only, without an introduction."
)


#: The share of what a model can read that a part of a long session takes; the rest is for the summaries.
SHARE = 0.6


class Compaction(Turn):
    """The turn in which a session is summed up; its reply is the summary."""

    def be_patient(self) -> None:
        """Fail where others wait: nobody wants a summary later."""

    async def _request(self) -> ChatRequest:
        """Return the request for the summary.

        What is more than the model can read at once is summed up part by part: each request has the summary of the
        parts before it, and the last one brings that of the whole.
        """
        whole = await super()._request()
        client = await self._services.client(self._provider)
        *parts, last = self._parts(whole)
        system = whole.system_prompt
        for part in parts:
            request = self._asking(whole, part, system)
            response = await client.send(request)
            if not response.text.strip():
                raise BadStream(f"{whole.model} gave no summary", provider=self._provider)
            self._pay(request, response)
            system = with_summary(self.opened.session.system_prompt, response.text)
        return self._asking(whole, last, system)

    def _asking(self, whole: ChatRequest, messages: list[ChatMessage], system: str) -> ChatRequest:
        wish = ChatMessage(session_id=self.session_id, role=Role.USER, parts=[TextPart(text=INSTRUCTION)])
        # The server's own session must not take this for a part of the talk.
        changes = {"messages": [*messages, wish], "system_prompt": system, "remote_id": ""}
        return whole.model_copy(update=changes)

    def _parts(self, whole: ChatRequest) -> list[list[ChatMessage]]:
        """Return the messages in as many parts as the model needs to read them."""
        window = self._services.models.info(self._provider, whole.model).context_window
        room = int(window * SHARE) - estimate_tokens(whole.system_prompt + INSTRUCTION)
        parts: list[list[ChatMessage]] = [[]]
        used = 0
        for message in whole.messages:
            tokens = message_tokens(message)
            if window and parts[-1] and used + tokens > room:
                parts.append([])
                used = 0
            parts[-1].append(message)
            used += tokens
        return parts

    def _pay(self, request: ChatRequest, response: ChatResponse) -> None:
        """Add what a part has cost to the cost of the summary."""
        part = self.reply.model_copy(update={"parts": [TextPart(text=response.text)], "usage": response.usage})
        part.status = MessageStatus.COMPLETE
        spent = turn_usage(request, part, self._services.models) or Usage()
        self._usage_before = self.reply.usage = spent if self._usage_before is None else self._usage_before + spent


def compact(services: Services, opened: OpenSession, *, parent_id: str | None = None) -> Turn:
    """Return the turn that sums up the visible branch.

    Args:
        services: What the turn works with.
        opened: The session.
        parent_id: The last message to sum up; without it, the last that is shown.
    """
    last = parent_id or opened.branch[-1].id
    return Compaction(services, opened, opened.add_summary(last))
