"""What the user can do about the context: look at it, leave messages out, have older ones summed up."""

from __future__ import annotations

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.branch_actions import BranchActions
from tui_chat.chat.context import Context
from tui_chat.chat.costs import parts_tokens
from tui_chat.chat.turn import Turn
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import MessageStatus
from tui_chat.domain.providers import Protocol
from tui_chat.domain.usage import estimate_tokens


class ContextActions(BranchActions):
    """Show what will be sent, make room, and say so before a prompt that is too long is sent."""

    @property
    def context(self) -> Context:
        """What the next prompt of the open session will send along."""
        return describing.context_of(self.opened, self.services)

    async def send(self, text: str) -> None:
        """Send a prompt, unless it is known to be more than the model can read."""
        if self.opened.id not in self.replies and self.context.exceeded_by(self._tokens_of(text)):
            self.offer_room(text)
        else:
            await super().send(text)

    @work(group="dialog")
    async def offer_room(self, text: str) -> None:
        """Say that a prompt is too long, and what can be done; nothing is left out in silence."""
        self.prompt.set_text(text)
        context = self.context
        tokens = context.tokens + self._tokens_of(text)
        title = f"~{tokens:,} tokens, but {context.model.name} reads {context.window:,}"
        ways = ["Sum older messages up, then send", "Choose what is sent", "Another model", "Send all the same"]
        place = await self.app.push_screen_wait(late.PickOne(title, ways))
        if place in (0, 3):
            self.prompt.clear_text()
            if place == 0 and not await self._compact():
                self.prompt.set_text(text)
                return
            await super().send(text)
        elif place == 1:
            self.action_show_context()
        elif place == 2:
            self.action_choose_model()

    def _tokens_of(self, text: str) -> int:
        """Estimate what a prompt weighs, with what is attached to it."""
        return estimate_tokens(text) + parts_tokens(self.attached)

    @work(group="dialog")
    async def action_show_context(self) -> None:
        """Show what the next prompt will send along."""
        journal = self.history.journal
        dialog = late.ContextDialog(
            lambda: self.context, self.prompt.text, self._toggle, lambda: journal.last_done is not None
        )
        wish = await self.app.push_screen_wait(dialog)
        if wish is None:
            return
        if not wish.message_id:
            await self.action_compact()
        else:
            await self.go_to_message(wish.message_id)

    async def action_compact(self) -> None:
        """Have the messages so far summed up by the model; the summary is sent in their place."""
        await self._compact()

    async def _compact(self) -> bool:
        """Begin to sum up; return whether there is anything to."""
        branch = self.opened.branch
        if self.is_busy():
            return False
        if self.services.provider(self.opened.session.provider).protocol is Protocol.GUIDE:
            self.say("The guide needs no room: it reads each question alone.", kind="plain")
            return False
        if len(branch) < 2 or branch[-1].sums_up:
            self.say("There is nothing to sum up yet.", kind="plain")
            return False
        self.exchange.compact(self.opened)
        await self.show_opened()
        return True

    async def _toggle(self, message_id: str, what: str) -> None:
        message = self.opened.tree.get(message_id)
        if what == "undo":
            await self.action_undo()
        elif message is not None and not message.is_running:
            change = self.messages.toggle_pinned if what == "pin" else self.messages.toggle_excluded
            await self.tell_change(change(message))
            self.show_marks(message_id)
            self.show_facts()

    async def _after(self, turn: Turn, *, redraw: bool) -> None:
        if turn.reply.sums_up:
            await self._take_summary(turn)
            redraw = True
        await super()._after(turn, redraw=redraw)

    async def _take_summary(self, turn: Turn) -> None:
        """Let a summary stand for what it sums up; one that came to nothing goes."""
        summary = turn.reply
        if summary.status is MessageStatus.COMPLETE and summary.text.strip():
            change = self.messages.summed_up(summary)
            self.tell_done(change)
            return
        if turn.error is not None:
            self.show_error(turn.error)
        try:
            await self.messages.discard(turn.opened, summary)
        except ChatError as error:
            self.show_error(error)
