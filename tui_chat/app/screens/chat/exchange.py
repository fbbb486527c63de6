"""What is said in a session: send, queue, regenerate, go on."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.app.screens.chat.replies import Replies
from tui_chat.chat.compaction import compact
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.chat.turn import Turn, go_on, regenerate, resume, send, send_edited
from tui_chat.domain.errors import HistoryError
from tui_chat.domain.messages import ChatMessage, MessageStatus, Part, Role
from tui_chat.domain.requests import Action


class Exchange:
    """Starts turns. A prompt typed while a reply runs waits behind it, on disk."""

    def __init__(self, services: Services, replies: Replies) -> None:
        self._services = services
        self._replies = replies
        self.once: dict[str, tuple[str, str]] = {}
        """Provider and model that write the next answer of a session, whoever answers there otherwise."""

    async def send(self, opened: OpenSession, text: str, parts: Sequence[Part] = ()) -> None:
        """Send a prompt, or let it wait while a reply runs or others wait before it.

        Raises:
            HistoryError: if a waiting prompt could not be saved.
        """
        if opened.id in self._replies or opened.queued:
            prompt = opened.add_prompt(text, parts, is_queued=True)
            try:
                await self._services.library.save(opened.session, [prompt])
            except HistoryError:
                if prompt not in opened.queued:
                    return  # sent meanwhile, and saved with its reply, or given back
                opened.withdraw(prompt)
                raise
            self.send_queued(opened)
        else:
            provider, model = self.once.pop(opened.id, ("", ""))
            self._replies.start(send(self._services, opened, text, parts, provider=provider, model=model))

    def send_edited(self, opened: OpenSession, prompt: ChatMessage, text: str, parts: Sequence[Part]) -> None:
        """Send a prompt once more with another text and other attachments, as a branch beside the first."""
        self._replies.start(send_edited(self._services, opened, prompt, text, parts))

    def regenerate(self, opened: OpenSession, message: ChatMessage, *, provider: str = "", model: str = "") -> None:
        """Make another answer, beside a reply or to a prompt: by the session's model, unless another is named."""
        if message.role is Role.USER:
            action = Action.VARIANT if opened.tree.children(message.id) else Action.NEXT
            message.status = MessageStatus.COMPLETE
            reply = opened.add_reply(message.id, provider=provider, model=model)
            turn = Turn(self._services, opened, reply, prompt=message, action=action)
        elif message.sums_up and message.parent_id is not None:
            turn = compact(self._services, opened, parent_id=message.parent_id)
        else:
            turn = regenerate(self._services, opened, message, provider=provider, model=model)
        self._replies.start(turn)

    def compact(self, opened: OpenSession) -> None:
        """Let the model sum up the visible branch."""
        self._replies.start(compact(self._services, opened))

    def go_on(self, opened: OpenSession, reply: ChatMessage) -> None:
        """Let a reply that was cut off go on."""
        self._replies.start(go_on(self._services, opened, reply))

    def resume(self, opened: OpenSession, reply: ChatMessage) -> None:
        """Go on waiting for a reply that has waited on disk since an earlier run."""
        self._replies.start(resume(self._services, opened, reply))

    def send_queued(self, opened: OpenSession) -> bool:
        """Send the first waiting prompt, if there is one and nothing runs; return whether there was."""
        if opened.id in self._replies or not opened.queued:
            return False
        prompt, *waiting = opened.queued
        prompt.status = MessageStatus.COMPLETE
        reply = opened.add_reply(prompt.id)
        opened.send_behind(reply, waiting)
        self._replies.start(Turn(self._services, opened, reply, prompt=prompt))
        return True

    def take_back_queued(self, opened: OpenSession) -> list[ChatMessage]:
        """Take the waiting prompts out of the session in memory, and return them."""
        queued = opened.queued
        if queued:
            opened.withdraw(queued[0])
        return queued
