"""What the input remembers: prompts that were sent, and those that were not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import on, work
from textual.widgets import TextArea

from tui_chat.app.screens import late
from tui_chat.app.screens.chat.attaching import Attaching
from tui_chat.app.screens.chat.outside_editor import edit_outside
from tui_chat.app.transcript.later import Cancellable, clock_of
from tui_chat.app.widgets import Attachments
from tui_chat.chat.open_session import OpenSession
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.messages import Part
from tui_chat.storage.input_memory import NEW, InputMemory

#: Seconds until what is typed is on disk.
DRAFT_AFTER = 0.5


class Drafting(Attaching):
    """Keeps drafts by session, and the prompts that Up and Down walk through."""

    _draft_timer: Cancellable | None = None
    _edited = ""
    _is_outside = False
    _noted = ("", NEW)

    @property
    def memory(self) -> InputMemory:
        """What the input remembers."""
        return self.services.input_memory

    @property
    def draft_key(self) -> str:
        """What the draft of the open session is kept by: one that has not begun is not known elsewhere."""
        return _draft_key(self.opened)

    async def recall(self) -> None:
        """Read what earlier runs left, and put the open session's draft before what is typed already."""
        await self.memory.open()
        await self.has_begun.wait()
        if self.is_ending:
            return  # what an app that was quit at once would show in has gone
        self._show_prompts()
        # A session that has begun meanwhile, with the prompt of the command line, takes over what was left for it.
        key = NEW if self.first_prompt else self.draft_key
        self._noted = (self.opened.id, key)
        draft = self.memory.draft(key)
        if draft and not self.is_editing and draft != self.prompt.text:
            self.prompt.begin_with(draft + self.prompt.text)
        if not self.is_editing:
            # What was attached meanwhile may be a part of the draft already.
            earlier = [part for part in self.memory.draft_parts(key) if part not in self.attached]
            self.set_attached([*earlier, *self.attached])

    def keep_draft(self) -> None:
        """Note what stands in the input. A prompt that is edited stands in for a draft only where there is none."""
        text, key = self.prompt.unsent, self.draft_key
        if self._noted == (self.opened.id, NEW) and key != NEW:
            # It has begun since: what was typed before is its own now.
            self.memory.note_draft(NEW, "")
        self._noted = (self.opened.id, key)
        if not self.is_editing or self.memory.draft(key) in ("", self._edited):
            self.memory.note_draft(key, text, self.memory.draft_parts(key) if self.is_editing else self.attached)
            self._edited = text if self.is_editing else ""

    def give_draft(self) -> None:
        """Put the open session's draft into the input."""
        self.prompt.begin_with(self.memory.draft(self.draft_key))
        self.set_attached(self.memory.draft_parts(self.draft_key))

    def give_back(self, opened: OpenSession, text: str, parts: Sequence[Part]) -> None:
        """Put a prompt that was not sent back into the input of its session, with what was attached to it."""
        if opened.id == self.opened.id:
            self.prompt.insert(text)
            self.set_attached([*self.attached, *parts])
        else:
            self.add_to_draft(opened, text, parts)

    def add_to_draft(self, opened: OpenSession, text: str, parts: Sequence[Part]) -> None:
        """Add to what waits for the input of a session that is not shown."""
        key = _draft_key(opened)
        self.memory.note_draft(key, joined(self.memory.draft(key), text), [*self.memory.draft_parts(key), *parts])

    def remember_prompt(self, text: str) -> None:
        """Let a prompt that was sent be found again."""
        self.start_worker(partial(self._remember, text), "prompts")

    @on(TextArea.Changed, "Prompt")
    @on(Attachments.Changed)
    def see_draft(self) -> None:
        if self._draft_timer is None:
            self._draft_timer = clock_of(self)(DRAFT_AFTER, self._write_draft)

    @work(group="dialog")
    async def action_search_prompts(self, text: str = "") -> None:
        """Look through the prompts of all sessions for one to put into the input."""
        await self.memory.look_again()
        self._show_prompts()
        if not self.is_current:
            return  # pressed twice, before the dialog was there
        if not self.memory.prompts:
            self.say("There are no earlier prompts yet.", kind="plain")
            return
        found = await self.app.push_screen_wait(late.PastPrompts(self.memory.prompts, text))
        if found is not None:
            self.prompt.set_text(found)
            self.set_focus(self.prompt)

    @work(group="dialog")
    async def action_edit_outside(self) -> None:
        """Edit the text of the input in the user's own editor."""
        if self._is_outside:
            return
        self._is_outside = True
        self.keep_draft()
        await self.memory.write_drafts()
        text = self.prompt.text
        try:
            edited = await edit_outside(self.app, text)
        except ConfigError as error:
            self.show_error(error)
            return
        finally:
            self._is_outside = False
        if edited != text:
            self.prompt.set_text(edited)
        self.set_focus(self.prompt)

    async def _remember(self, text: str) -> None:
        await self.memory.remember(text)
        self._show_prompts()

    def _show_prompts(self) -> None:
        self.prompt.set_history([prompt.text for prompt in self.memory.prompts])

    def _write_draft(self) -> None:
        self._draft_timer = None
        if self.is_ending or not self.query("Prompt"):
            return  # the input goes before the clock does
        self.keep_draft()
        self.start_worker(self.memory.write_drafts, "drafts")


def _draft_key(opened: OpenSession) -> str:
    return opened.id if len(opened.tree) else NEW


def joined(*texts: str) -> str:
    """Return texts below one another, with a blank line between; empty ones are nothing."""
    return "\n\n".join(filter(None, texts))
