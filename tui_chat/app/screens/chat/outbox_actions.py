"""What the user can do with prompts that wait to be sent: look at them, send, edit, move, cancel."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.context_actions import ContextActions
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.outbox import Waiting, cancelled, moved, reworded, waiting_in, waiting_sessions
from tui_chat.domain.attachments import named
from tui_chat.domain.errors import ChatError, HistoryError
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.sessions import SessionStatus

#: Seconds between two looks at what other processes left waiting when they died.
LOOK_EVERY = 5.0


class OutboxActions(ContextActions):
    """The outbox: what waits goes on waiting over a restart, and is sent once."""

    async def watch_waiting(self) -> None:
        """Go on with what an earlier run left waiting on disk, and later with what other windows leave."""
        await self.resume_waiting()
        self.set_interval(LOOK_EVERY, self.resume_waiting)

    async def resume_waiting(self) -> None:
        """Go on with what waits on disk and belongs to no process that lives."""
        count = 0
        for session in self.history.sessions:
            if session.status is SessionStatus.WAITING and session.id not in self.replies:
                try:
                    count += await self._resume(session.id)
                except ChatError as error:
                    if self.waiting_troubles.get(session.id) != error.text:
                        self.show_error(error)
                    self.waiting_troubles[session.id] = error.text
        if count:
            self.say(
                "1 prompt goes on waiting" if count == 1 else f"{count} prompts go on waiting", hint=("/outbox", "")
            )

    async def _resume(self, session_id: str) -> bool:
        async with self.resuming:
            return session_id not in self.replies and await self._claim(session_id)

    async def _claim(self, session_id: str) -> bool:
        claimed = await self.services.library.claim(session_id)
        if claimed is None:
            return False
        opened = await self.history.opened(session_id)
        reply = opened.tree.get(claimed.id)
        if reply is None or not reply.waits:
            return False
        if opened is not self.opened:
            self.in_memory[session_id] = opened
        self.exchange.resume(opened, reply)
        if opened is self.opened:
            await self.show_opened()
        self.show_sessions()
        return True

    async def action_retry(self) -> None:
        """Try again now: what waits, or a reply that failed."""
        if self.opened.id not in self.replies and any(message.waits for message in self.opened.branch):
            self.waiting_troubles.clear()
            await self.resume_waiting()
        turn = self.replies.turn(self.opened.id)
        if turn is not None and turn.wait is not None:
            turn.hurry()
        elif turn is None and self._newest_waits_alone and self.exchange.send_queued(self.opened):
            await self.show_opened()
        else:
            await super().action_retry()

    @property
    def _newest_waits_alone(self) -> bool:
        """Whether prompts wait here although no reply runs, as after a crash."""
        return bool(self.opened.queued) and not self.runs_elsewhere

    @work(group="dialog")
    async def action_show_outbox(self) -> None:
        """Show what waits to be sent."""
        do = late.Do(self._send_now, self._move, self._reword, self._cancel)
        wanted = await self.app.push_screen_wait(late.OutboxDialog(self._outbox_rows, do))
        if wanted is not None and wanted != self.opened.id:
            await self.open_session(wanted)
        await self.show_opened()

    async def _outbox_rows(self) -> list[late.OutboxRow]:
        try:
            stored = await waiting_sessions(self.services.library, self.history.sessions)
        except HistoryError:
            stored = []
        # What is in memory is newer than what is on disk.
        sessions = {one.id: self.held(one.id) or one for one in [*stored, *self.in_memory.values(), self.opened]}
        return [self._outbox_row(waiting) for opened in sessions.values() for waiting in self._waiting_in(opened)]

    def _waiting_in(self, opened: OpenSession) -> list[Waiting]:
        turn = self.replies.turn(opened.id)
        if turn is None or turn.wait is None:
            return waiting_in(opened)
        prompt = opened.tree.get(turn.reply.parent_id)
        first = [Waiting(opened, prompt, turn.reply)] if prompt is not None else []
        return [*first, *waiting_in(opened)]

    def _outbox_row(self, waiting: Waiting) -> late.OutboxRow:
        opened, prompt, reply = waiting
        turn = self.replies.turn(opened.id)
        if reply is not None:
            wait = turn.wait if turn is not None else None
            state = f"next try in {wait.seconds:.0f} s" if wait is not None else "waits in another window"
        elif turn is not None:
            state = "behind a reply"
        else:
            state = "behind an interrupted reply"
        return late.OutboxRow(opened.id, opened.session.name, prompt.id, prompt.text, state, named(prompt.attached))

    async def _opened_with(self, session_id: str, prompt_id: str) -> OpenSession | None:
        """Return a session in whose outbox a prompt still is."""
        opened = await self.history.opened(session_id)
        return opened if any(one.prompt.id == prompt_id for one in self._waiting_in(opened)) else None

    async def _send_now(self, session_id: str, prompt_id: str) -> None:
        opened = await self._opened_with(session_id, prompt_id)
        if opened is None:
            return
        turn = self.replies.turn(session_id)
        if turn is not None:
            turn.hurry()
        elif not any(message.waits or message.is_running for message in opened.branch):
            if opened is not self.opened:
                self.in_memory[session_id] = opened
            self.exchange.send_queued(opened)

    async def _move(self, session_id: str, prompt_id: str, step: int) -> None:
        opened = await self._opened_with(session_id, prompt_id)
        if opened is not None and (changed := moved(opened, prompt_id, step)):
            await self._save(opened, changed)

    async def _reword(self, session_id: str, prompt_id: str, text: str) -> None:
        opened = await self._opened_with(session_id, prompt_id)
        if opened is not None:
            prompt = reworded(opened.tree[prompt_id], text)
            opened.tree.add(prompt)
            await self._save(opened, [prompt])

    async def _cancel(self, session_id: str, prompt_id: str) -> None:
        opened = await self._opened_with(session_id, prompt_id)
        if opened is None:
            return
        prompt = opened.tree[prompt_id]
        if prompt.status is MessageStatus.QUEUED and prompt.role is Role.USER:
            changed = cancelled(opened, prompt_id)
            try:
                await self.services.library.remove_messages(opened.session, [prompt_id], changed)
            except HistoryError as error:
                self.show_error(error)
        else:
            self.keeps_queue.add(session_id)
            await self.replies.stop_and_wait(session_id)
            opened = await self.history.opened(session_id)  # which may have been read anew since
            place = [one.id for one in opened.branch].index(prompt_id)
            await self.tell_change(self.messages.delete_turn(opened, place))
            self.keeps_queue.discard(session_id)
            if opened is not self.opened and opened.queued:
                self.in_memory[session_id] = opened
            self.exchange.send_queued(opened)

    async def _save(self, opened: OpenSession, changed: list[ChatMessage]) -> None:
        try:
            await self.services.library.save(opened.session, changed)
        except HistoryError as error:
            self.show_error(error)
