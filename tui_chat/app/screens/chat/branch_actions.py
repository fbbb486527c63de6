"""What the user can do with branches: edit a prompt, ask another model, fork; and the marks of messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import work

from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.message_actions import MessageActions
from tui_chat.app.screens.chat.remote_actions import RemoteActions
from tui_chat.app.screens.chat.session_changes import SessionChanges
from tui_chat.chat.branches import branch_rows
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import ChatMessage, Part, Role


class Editing(NamedTuple):
    """A prompt that was sent and is being edited in the input."""

    prompt: ChatMessage
    """The prompt as it was sent."""
    draft: str
    """What stood in the input before."""
    attached: Sequence[Part] = ()
    """What was attached there before."""


class BranchActions(SessionChanges, MessageActions, RemoteActions):
    """Edit and resend, ask another model, fork, pin and leave out."""

    editing: Editing | None = None
    """The prompt that the input holds, while one is edited."""

    @property
    def prompt_in_hand(self) -> ChatMessage | None:
        """The prompt that keys act on: the browsed one, that of the browsed reply, else the newest."""
        branch = self.opened.branch
        message = self.message_in_hand
        upto = [one.id for one in branch].index(message.id) + 1 if message is not None else 0
        return next((one for one in reversed(branch[:upto]) if one.role is Role.USER), None)

    def action_edit_message(self) -> None:
        """Put a prompt that was sent into the input, to send it once more with another text."""
        prompt = self.prompt_in_hand
        if prompt is None or self.is_busy():
            return
        before = self.editing
        draft, attached = (self.prompt.unsent, self.attached) if before is None else (before.draft, before.attached)
        self.editing = Editing(prompt, draft, attached)
        self.prompt.set_text(prompt.text)
        self.set_attached(prompt.attached)
        self.set_focus(self.prompt)
        self.show_status()

    async def send_edited(self, editing: Editing, text: str) -> None:
        """Send a prompt with another text, as a branch beside the first."""
        parts = self.attached
        try:
            self.check_attached(parts)
        except ChatError as error:
            self.show_error(error)
            self.prompt.insert(text)
            return
        self.end_editing()
        if self.is_busy():
            self.prompt.set_text(text)
            self.set_attached(parts)
            return
        before = self.opened.session.current_node
        self.exchange.send_edited(self.opened, editing.prompt, text, parts)
        self.messages.branched(self.opened, before, "Edited and sent")
        self.remember_prompt(text)
        await self.show_opened()

    def end_editing(self) -> None:
        """Give the draft back that stood in the input before a prompt was edited, if one is."""
        if self.editing is not None:
            self.prompt.set_text(self.editing.draft)
            self.set_attached(self.editing.attached)
            self.editing = None
            self.show_status()

    @property
    def is_editing(self) -> bool:
        """Whether the input holds a prompt that was sent."""
        return self.editing is not None

    async def switch_to(self, opened: OpenSession) -> None:
        """Show a session; what was edited in the one before stays as it was sent."""
        self.end_editing()
        await super().switch_to(opened)

    @work(group="dialog")
    async def action_regenerate_with(self, name: str = "") -> None:
        """Let another model answer once; the session keeps its own."""
        message = self.reply_in_hand or self.message_in_hand
        if message is None or self.is_busy():
            return
        picked = await self.pick_model(name)
        # It may have been deleted in another window since.
        if picked is not None and not self.is_busy() and (message := self.opened.tree.get(message.id)) is not None:
            await self.answer_again(message, provider=picked.provider, model=picked.model)

    async def action_fork(self) -> None:
        """Begin a new session with the messages up to the one in hand, and open it."""
        message = self.message_in_hand
        if message is None or self.is_busy():
            return
        try:
            forked, change = await self.messages.fork(self.opened, message)
        except ChatError as error:
            self.show_error(error)
            return
        await self.switch_to(forked)
        self.set_focus(self.prompt)
        self.tell_done(change)

    @work(group="dialog")
    async def action_diff(self) -> None:
        """Show two answers beside each other, and go on with one of them."""
        if (in_hand := self.message_in_hand) is None:
            return
        message = describing.with_siblings(self.opened, in_hand)
        siblings = self.opened.tree.siblings(message.id)
        if len(siblings) < 2:
            self.say("There is no other answer here; r makes one.", kind="plain")
            return
        parent = self.opened.tree.get(message.parent_id)
        prompt = parent.text if parent is not None and parent.role is Role.USER else ""
        second = max(1, [one.id for one in siblings].index(message.id))
        kept = await self.app.push_screen_wait(late.DiffScreen(siblings, second - 1, second, prompt, copy=self.copy))
        if kept is not None and self.may_leave_branch():
            await self.show_branch(kept)

    @work(group="dialog")
    async def action_show_branches(self) -> None:
        """Show all messages as a tree, and go to one of them."""
        message = self.message_in_hand
        if message is None:
            return
        rows = branch_rows(self.opened.tree, self.opened.session.current_node)
        wanted = await self.app.push_screen_wait(late.BranchesDialog(rows, message.id))
        if wanted is not None:
            await self.go_to_message(wanted)

    async def action_pin_message(self) -> None:
        """Always send the message in hand, or send it like any other."""
        if (message := self._message_at_rest()) is not None:
            await self.tell_change(self.messages.toggle_pinned(message))
            self.show_marks(message.id)

    async def action_exclude_message(self) -> None:
        """Never send the message in hand, or send it like any other."""
        if (message := self._message_at_rest()) is not None:
            await self.tell_change(self.messages.toggle_excluded(message))
            self.show_marks(message.id)

    def _message_at_rest(self) -> ChatMessage | None:
        message = self.message_in_hand
        if message is not None and message.is_running:
            self.say("This reply is still coming.", kind="plain")
            return None
        return message
