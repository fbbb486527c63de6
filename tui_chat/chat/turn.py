"""A turn of chat: the prompt is saved, the request leaves, the reply is assembled, saved as it comes, and ended.

Whatever happens in between (stopped, cut off, refused, killed), what had arrived is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from tui_chat.chat.assembler import Assembler
from tui_chat.chat.attaching import check_messages_taken
from tui_chat.chat.context import messages_to_send
from tui_chat.chat.costs import turn_usage
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.patience import Patience, Wait
from tui_chat.chat.services import Services
from tui_chat.chat.troubles import note_trouble
from tui_chat.domain.errors import ChatError, HistoryError, ProviderError, TimedOut
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import ChatMessage, MessageError, MessageStatus, Part, Role
from tui_chat.domain.providers import Protocol, Retries
from tui_chat.domain.record import now
from tui_chat.domain.requests import Action, ChatRequest
from tui_chat.domain.sessions import SessionStatus

#: Seconds between two checkpoints of a running reply.
CHECKPOINT_EVERY = 1.0

#: For a client whose failed requests are repeated by the turn.
_ONCE = Retries.model_construct(attempts=1)


class Turn:
    """One reply being made.

    The work is done by `run`; cancelling the task that runs it stops the reply and keeps what came.

    Attributes:
        opened: The session it belongs to.
        prompt: The prompt it answers, if that is new and has to be saved first.
        action: What the reply is to the session.
        error: Why the reply failed, if it did.
        save_error: Why the reply could not be saved, if so; it is then in memory only.
        request_made: Set once the prompt is on disk and the request is about to leave.
    """

    def __init__(
        self,
        services: Services,
        opened: OpenSession,
        reply: ChatMessage,
        *,
        prompt: ChatMessage | None = None,
        action: Action = Action.NEXT,
        wait: Wait | None = None,
    ) -> None:
        self._services = services
        self._assembler = Assembler(reply)
        self._reply_id = reply.id
        # Who makes this reply may be another than who answers in the session; one that is gone does not.
        self._provider = reply.provider if reply.provider in services.providers else opened.session.provider
        self.opened = opened
        self.prompt = prompt
        self.action = action
        self.error: ChatError | None = None
        self.save_error: HistoryError | None = None
        self.request_made = asyncio.Event()
        if action is not Action.CONTINUE:
            reply.usage = None
        self._usage_before = reply.usage
        self._patience: Patience | None = None
        self._wait = wait
        self._is_put_off = False
        self._sent: ChatRequest | None = None

    @property
    def session_id(self) -> str:
        """Id of the session it belongs to."""
        return self.opened.id

    @property
    def reply_id(self) -> str:
        """Id of the reply; cheap, unlike the reply itself while it grows."""
        return self._reply_id

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return self._assembler.seconds

    @property
    def wait(self) -> Wait | None:
        """What is waited for until the request leaves again; ``None`` while nothing is."""
        return self._wait

    def be_patient(self) -> None:
        """Let the prompt wait on disk where there is no network or the provider asks to wait, as long as it takes."""
        self._patience = self._patience or Patience(self._services.provider(self._provider).retries)

    def hurry(self) -> None:
        """Send now what waits."""
        if self._patience is not None and self._wait is not None:
            self._patience.hurry()

    def put_off(self) -> None:
        """Let what waits go on waiting on disk when the turn is stopped, for the next start."""
        self._is_put_off = True

    @property
    def reply(self) -> ChatMessage:
        """The reply with all that has come so far."""
        return self._assembler.message

    async def run(self, show: Callable[[StreamEvent], None]) -> ChatMessage:
        """Make the reply.

        Args:
            show: Called with each event as it comes.

        Returns:
            The reply as it was saved: complete, interrupted or failed.

        Raises:
            HistoryError: if the prompt could not be saved; the request has not left then.
            asyncio.CancelledError: if the turn was stopped; the reply is saved as interrupted before.
        """
        new = [self.prompt] if self.prompt is not None else []
        await self._services.library.save(self.opened.session, [*new, self._stored])
        checkpoints = asyncio.create_task(self._checkpoint())
        try:
            await self._stream_patiently(show)
            self._assembler.end()
            note_trouble(self._provider, None)
        except ChatError as error:
            self._fail(error)
        except TimeoutError:
            self._fail(TimedOut("The reply took longer than the request allows."))
        except asyncio.CancelledError:
            self._stop()
            raise
        finally:
            checkpoints.cancel()
            await _to_the_end(self._finish())
        return self.reply

    async def save_again(self) -> bool:
        """Try once more to save a reply that could not be saved when it ended; return whether that worked."""
        await self._save(self._stored)
        return self.save_error is None

    def withdraw(self) -> None:
        """Take out of the session what could not be saved, so that nothing was sent; what there was before stays."""
        if self.prompt is not None:
            self.opened.withdraw(self.prompt)
        elif not self.reply.parts:
            self.opened.withdraw(self.reply)
        else:
            self._assembler.interrupt()
            self.opened.update(self.reply)

    def _fail(self, error: ChatError) -> None:
        if isinstance(error, ProviderError):
            note_trouble(self._provider, error)
        self.error = error
        self._assembler.fail(error)

    def _stop(self) -> None:
        if self._wait is None:
            self._assembler.interrupt()
        elif not self._is_put_off:
            self._assembler.give_up(self._wait.error)
            self._wait = None

    @property
    def _stored(self) -> ChatMessage:
        """The reply as it is on disk: one that waits is queued there, so that the next start finds it."""
        return self.reply if self._wait is None else self._wait.queued(self.reply)

    async def _stream_patiently(self, show: Callable[[StreamEvent], None]) -> None:
        if self._wait is not None:
            await self._wait_out(self._wait, show)
        while True:
            try:
                await self._stream(show)
                return
            except ProviderError as error:
                wait = self._patience.wait_after(error) if self._patience and self._may_wait else None
                if wait is None:
                    raise
            await self._wait_out(wait, show)

    @property
    def _may_wait(self) -> bool:
        """Whether a failed request is repeated here, and not by the client: nothing of the reply has come."""
        return self._patience is not None and not self.reply.parts

    async def _wait_out(self, wait: Wait, show: Callable[[StreamEvent], None]) -> None:
        session, patience = self.opened.session, self._patience
        assert patience is not None  # noqa: S101  # who waits is patient
        self._wait, session.status = wait, SessionStatus.WAITING
        await self._save(self._stored)
        show(wait.event(patience.attempt + 1))
        await patience.wait(wait)
        self._wait, session.status = None, SessionStatus.STREAMING
        # Not sent if this cannot be written: the next start would send it once more.
        await self._services.library.save(session, [self.reply])
        self._assembler.begin_again()

    async def _stream(self, show: Callable[[StreamEvent], None]) -> None:
        client = await self._services.client(self._provider)
        request = self._sent = await self._request()
        self.request_made.set()
        async with asyncio.timeout(request.timeout):
            async for event in client.stream(request):
                self._assembler.add(event)
                show(event)

    async def _request(self) -> ChatRequest:
        session, reply = self.opened.session, self.reply
        if not reply.model:
            reply.model = await self._services.default_model(self._provider)
        if self._is_at_home and not session.model:
            session.model = reply.model
        sent = messages_to_send(self.opened.tree, reply.id if self.action is Action.CONTINUE else reply.parent_id)
        model = self._services.models.info(self._provider, reply.model)
        check_messages_taken(sent.messages, self._services.provider(self._provider), model)
        return ChatRequest(
            model=reply.model,
            messages=[message.model_copy() for message in sent.messages],
            system_prompt=sent.system_prompt(session.system_prompt),
            params=session.params,
            session_id=session.id,
            remote_id=self._remote_id(),
            parent_message_id=reply.parent_id,
            message_id=reply.id,
            action=self.action,
            retries=_ONCE if self._may_wait else None,
        )

    def _remote_id(self) -> str:
        """Return the id of the server's session if that holds what was said so far, and nothing else.

        A server's session is a line: for a branch, and after an answer by somebody else, another one is begun.
        """
        session = self.opened.session
        if session.remote_provider not in ("", self._provider):
            return ""
        if session.remote_node is None:
            return session.remote_id if self._is_at_home else ""
        path = self.opened.tree.branch(self.reply.id)
        ids = [message.id for message in path]
        if session.remote_node not in ids:
            return ""
        since = path[ids.index(session.remote_node) + 1 :]
        return "" if any(one.text for one in since if one.role is Role.ASSISTANT) else session.remote_id

    @property
    def _is_at_home(self) -> bool:
        return self._provider == self.opened.session.provider

    async def _checkpoint(self) -> None:
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY)
            if self._assembler.has_news and self._wait is None:
                self._assembler.has_news = False
                await self._save(self.reply)
                self._assembler.has_news |= self.save_error is not None

    async def _finish(self) -> None:
        reply = self._stored
        if self._sent is not None and self._services.provider(self._provider).protocol is not Protocol.GUIDE:
            reply.usage = turn_usage(self._sent, reply, self._services.models, before=self._usage_before)
        self.opened.update(reply)
        if self._assembler.remote_session_id and reply.text:
            session = self.opened.session
            session.remote_id, session.remote_provider = self._assembler.remote_session_id, self._provider
            session.remote_node = reply.id
        await self._save(reply)

    async def _save(self, reply: ChatMessage) -> None:
        try:
            await self._services.library.save(self.opened.session, [reply])
        except HistoryError as error:
            self.save_error = error
        else:
            self.save_error = None


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Wait for work however often the waiting is cancelled: who stops a reply and quits at once must not lose it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled


def send(
    services: Services,
    opened: OpenSession,
    text: str,
    parts: Sequence[Part] = (),
    *,
    provider: str = "",
    model: str = "",
) -> Turn:
    """Return the turn that sends a prompt and makes its reply, by the session's model unless another is named."""
    prompt = opened.add_prompt(text, parts)
    return Turn(services, opened, opened.add_reply(prompt.id, provider=provider, model=model), prompt=prompt)


def send_edited(
    services: Services, opened: OpenSession, prompt: ChatMessage, text: str, parts: Sequence[Part] | None = None
) -> Turn:
    """Return the turn that sends a prompt once more with another text: a branch beside the first.

    Without parts, all that came along with the first goes along again.
    """
    edited = opened.add_edited(prompt, text, parts)
    return Turn(services, opened, opened.add_reply(edited.id), prompt=edited)


def regenerate(
    services: Services, opened: OpenSession, reply: ChatMessage, *, provider: str = "", model: str = ""
) -> Turn:
    """Return the turn that makes another answer beside a reply, by the session's model unless another is named.

    A reply that failed before anything came is not worth keeping: the new one takes its place.
    """
    if reply.status in (MessageStatus.ERROR, MessageStatus.INTERRUPTED) and not reply.parts:
        session = opened.session
        reply.provider, reply.model = (provider, model) if provider else (session.provider, session.model)
        return Turn(services, opened, opened.reopen_reply(reply), action=Action.NEXT)
    another = opened.add_reply(reply.parent_id, provider=provider, model=model)
    return Turn(services, opened, another, action=Action.VARIANT)


def go_on(services: Services, opened: OpenSession, reply: ChatMessage) -> Turn:
    """Return the turn that writes the rest of a reply that was cut off."""
    return Turn(services, opened, opened.reopen_reply(reply), action=Action.CONTINUE)


def resume(services: Services, opened: OpenSession, reply: ChatMessage) -> Turn:
    """Return the turn of a reply that has waited on disk since an earlier run."""
    error = reply.error or MessageError(kind="", text="The request has not left yet")
    wait = Wait(error, reply.next_try_at or now())
    reply.next_try_at = None
    shown = opened.session.current_node
    turn = Turn(services, opened, opened.reopen_reply(reply), wait=wait)
    opened.session.current_node, opened.session.status = shown, SessionStatus.WAITING
    turn.be_patient()
    return turn
