"""What the user can do with messages and replies."""

from __future__ import annotations

import re
from asyncio import sleep, timeout
from contextlib import suppress

from textual import on, work

from tui_chat.app.clipboard import amount, copy
from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.drafting import Drafting
from tui_chat.app.transcript import messages
from tui_chat.config.paths import exports_folder
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role

_WEB_OR_MAIL = re.compile("(?:https?|mailto):", re.IGNORECASE)

#: Seconds that a request has to leave, once it is made, before the screen is laid out anew; and until it is made.
HEAD_START, PATIENCE = 0.005, 0.1


class MessageActions(Drafting):
    """Send, stop, regenerate, continue, copy, delete, find."""

    async def send(self, text: str) -> None:
        """Send a prompt in the open session; it waits if a reply runs there."""
        if self.runs_elsewhere:
            self.is_busy()
            self.prompt.insert(text)
            return
        opened, parts = self.opened, self.attached
        self.set_attached(())
        try:
            self.check_attached(parts)
            await self.exchange.send(opened, text, parts)
        except ChatError as error:
            self.show_error(error)
            self.give_back(opened, text, parts)
            return
        self.remember_prompt(text)
        with self.app.batch_update():
            await self.show_opened()
            await self._let_request_leave()

    async def _let_request_leave(self) -> None:
        """Wait until the request of the open session has left, which the layout of the screen would delay."""
        if (turn := self.replies.turn(self.opened.id)) is not None:
            with suppress(TimeoutError):
                async with timeout(PATIENCE):
                    await turn.request_made.wait()
                    await sleep(HEAD_START)

    @property
    def message_in_hand(self) -> ChatMessage | None:
        """The message that keys act on: the browsed one, else the newest."""
        branch = self.opened.branch
        return self.transcript.cursor_message or (branch[-1] if branch else None)

    @property
    def reply_in_hand(self) -> ChatMessage | None:
        """The reply that keys act on: the browsed one, that of the browsed prompt, else the newest."""
        message = self.message_in_hand
        if message is not None and message.role is Role.USER:
            return describing.reply_to(self.opened, message)
        return message

    def action_stop_reply(self) -> None:
        """Stop the reply of the open session; what came is kept."""
        self.replies.stop(self.opened.id)

    async def action_regenerate(self) -> None:
        """Make another answer, or try a failed one again."""
        message = self.reply_in_hand or self.message_in_hand
        if message is None or self.is_busy():
            return
        await self.answer_again(message)

    async def answer_again(self, message: ChatMessage, *, provider: str = "", model: str = "") -> None:
        """Make another answer, by the session's model unless another is named."""
        before = self.opened.session.current_node
        self.exchange.regenerate(self.opened, message, provider=provider, model=model)
        if self.opened.session.current_node != before and not self.opened.tree.children(message.id):
            self.messages.branched(self.opened, before, "Made another answer")
        await self.show_opened()

    async def action_continue_reply(self) -> None:
        """Let a reply that was cut off go on."""
        reply = self.reply_in_hand
        if reply is None or self.is_busy():
            return
        if reply.status not in (MessageStatus.INTERRUPTED, MessageStatus.ERROR) or not reply.text:
            self.say("This reply is complete; r makes another one.", kind="plain")
            return
        self.exchange.go_on(self.opened, reply)
        await self.show_opened()

    async def action_retry(self) -> None:
        """Try again now: a request that waits, or a reply that failed."""
        if self.opened.id in self.replies:
            turn = self.replies.turn(self.opened.id)
            if turn is not None and turn.reply.parts:
                self.say("The reply is coming already.", kind="plain")
                return
            await self.replies.stop_and_wait(self.opened.id)
        await self.action_regenerate()

    def is_busy(self) -> bool:
        """Return whether a reply runs in the open session, here or in another process, and say so."""
        is_busy = self.opened.id in self.replies
        if is_busy:
            self.say("A reply runs here: Esc in the input stops it.", kind="plain")
        elif self.runs_elsewhere:
            self.say("Another window receives a reply in this session; this one waits.", kind="plain")
        return is_busy or self.runs_elsewhere

    def may_leave_branch(self) -> bool:
        """Return whether another branch may be shown while a reply runs; prompts that wait behind it keep theirs."""
        return (self.opened.id in self.replies and not self.opened.queued) or not self.is_busy()

    async def action_show_sibling(self, step: int) -> None:
        """Show another answer to the same prompt."""
        if (message := self.message_in_hand) is not None:
            await self.show_sibling(describing.with_siblings(self.opened, message), step)

    @on(messages.SiblingWanted)
    async def show_clicked_sibling(self, event: messages.SiblingWanted) -> None:
        if (message := self.opened.tree.get(event.message_id)) is not None:
            await self.show_sibling(message, event.step)

    async def show_sibling(self, message: ChatMessage, step: int) -> None:
        """Show another sibling of a message; after the last comes the first."""
        if not self.may_leave_branch():
            return
        siblings = self.opened.tree.siblings(message.id)
        if len(siblings) < 2:
            self.say("There is no other answer here; r makes one.", kind="plain")
            return
        place = ([one.id for one in siblings].index(message.id) + step) % len(siblings)
        await self.show_branch(siblings[place].id)

    async def show_branch(self, message_id: str) -> None:
        """Show the branch that goes through a message, and that message."""
        self.opened.select(message_id)
        await self.show_opened(at=message_id)
        await self._save_session()

    async def go_to_message(self, message_id: str) -> None:
        """Browse a message of the open session, on whichever branch it is."""
        if message_id not in self.opened.tree:
            return  # deleted meanwhile
        if message_id in {one.id for one in self.opened.branch}:
            await self.show_opened(at=message_id)
        elif self.may_leave_branch():
            await self.show_branch(message_id)
        else:
            return
        self.set_focus(self.transcript)

    async def action_delete_message(self) -> None:
        """Delete the message in hand with its reply."""
        message = self.message_in_hand
        if message is None or self.is_busy():
            return
        place = [one.id for one in self.opened.branch].index(message.id)
        if await self.tell_change(self.messages.delete_turn(self.opened, place)) is None:
            return
        await self.show_opened()
        if not len(self.opened.tree):
            self.set_focus(self.prompt)

    def action_fold_reasoning(self) -> None:
        """Open or fold the reasoning of the message in hand."""
        if self.message_in_hand is not None:
            self.transcript.action_fold()

    def action_show_details(self) -> None:
        """Show or hide all facts of the message in hand."""
        if self.message_in_hand is not None:
            self.transcript.action_details()

    async def action_copy_message(self) -> None:
        """Copy the Markdown of the message in hand."""
        if (message := self.message_in_hand) is not None:
            await self.copy(message.text, "the message")

    async def action_copy_code(self) -> None:
        """Copy a code block of the message in hand."""
        code = self.transcript.cursor_code
        if code is None:
            self.say("There is no code in this message.", kind="plain")
            return
        language, text = code
        await self.copy(text, f"the {language or 'code'}")

    async def copy(self, text: str, what: str) -> None:
        """Copy a text, and say how."""
        try:
            way = await copy(text, by_terminal=self.app.copy_to_clipboard, file=exports_folder() / "copied.txt")
        except OSError as error:
            self.say(f"Could not copy: {error.strerror}", kind="error")
            return
        self.say(f"Copied {what}, {amount(text)}", hint=("", way))

    def action_find(self, text: str = "") -> None:
        """Look for a text in the open session."""
        if not len(self.opened.tree):
            self.say("There is nothing to find in yet.", kind="plain")
            return
        self.main.add_class("-finding")
        self.find_bar.open(text or self.transcript.finder.query)

    def look_for(self, text: str) -> None:
        """Mark a text wherever it stands, and go to its first hit from here on; an empty one ends the search."""
        if not self.transcript.find(text):
            self.find_bar.set_count(0, 0)
            self.show_status()

    def go_to_hit(self, step: int) -> None:
        """Go to the next hit, or the one before."""
        self.transcript.find_next(step)

    @on(messages.SelectingChanged)
    def tell_selecting(self) -> None:
        """Show the keys that select, or no longer."""
        self.show_status()

    def close_find_bar(self) -> None:
        """Put the input back, and give the keys to the transcript."""
        self.set_focus(self.transcript)
        self.main.remove_class("-finding")

    @work(group="dialog")
    async def action_show_outline(self) -> None:
        """Jump to a prompt of the open session or to a heading of its replies."""
        headings = self.transcript.outline()
        if not headings:
            return
        rows = [f"{'  ' * heading.level}{heading.words}" for heading in headings]
        dialog = late.PickFiltered("Outline", rows, chosen=self.transcript.nearest(headings))
        place = await self.app.push_screen_wait(dialog)
        if place is not None:
            self.set_focus(self.transcript)
            self.transcript.go_to(headings[place])

    @work(group="dialog")
    async def ask_to_open(self, url: str) -> None:
        """Open a link in the browser, once the user has seen where it goes; one that goes elsewhere is only shown."""
        if not _WEB_OR_MAIL.match(url):
            # Handed on, "--this" would be an option of the browser, and other schemes are other programs.
            self.say(f"Only links to the web and mail are opened: {url}", kind="plain")
        elif await self.app.push_screen_wait(late.Confirm("Open this link?", url)):
            self.app.open_url(url)

    async def action_follow(self) -> None:
        """Go to the newest message and follow it."""
        self.transcript.follow()

    def action_page(self, step: int) -> None:
        """Scroll the transcript by a page."""
        self.transcript.scroll_relative(y=step * max(1, self.transcript.size.height - 2), animate=False)

    def action_scroll_to_start(self) -> None:
        """Scroll the transcript to its start."""
        self.transcript.scroll_home(animate=False)

    async def _save_session(self) -> None:
        try:
            await self.history.save(self.opened.session)
        except ChatError as error:
            self.show_error(error)
