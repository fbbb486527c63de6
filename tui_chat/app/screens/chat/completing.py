"""Completing words in the input: what the sources know is offered in a menu."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from textual import on, work
from textual.widgets import TextArea

from tui_chat.app.screens.chat import slash
from tui_chat.app.screens.chat.arguments import Arguments
from tui_chat.app.screens.chat.attaching import READING, Attaching
from tui_chat.app.screens.chat.file_source import Files
from tui_chat.app.screens.chat.template_actions import SavedPrompts, TemplateActions
from tui_chat.app.widgets import Offer, Pick, Prompt, Source, Typed


class Completing(TemplateActions, Attaching):
    """Offers completions of what is typed, from the first source that has any."""

    _seen: Typed | None = None
    _held = ""

    @cached_property
    def sources(self) -> Sequence[Source]:
        """Where completions come from. Each knows by itself whether what is typed is of its kind."""
        arguments = Arguments(
            self.services,
            session=lambda: self.opened.session,
            sessions=lambda: self.history.sessions,
            themes=lambda: self.app.available_themes,
        )
        return (slash.Commands(arguments.known), SavedPrompts(self.fill), Files(self.work_folder, self.attach))

    @on(TextArea.Changed, "Prompt")
    @on(TextArea.SelectionChanged, "Prompt")
    def see_typed(self) -> None:
        typed = self.prompt.typed
        if typed == self._seen:
            return
        self._seen = typed
        if self.prompt.can_complete:
            self.run_worker(self._look(typed), group="completion", exclusive=True)
        elif self.menu.display:
            self.hide_menu()

    @on(Prompt.CompletionWanted)
    @work(group="completion", exclusive=True)
    async def complete(self) -> None:
        offer = await self._offer(self.prompt.typed)
        if offer is not None and offer.typed == self.prompt.typed:
            self.prompt.offer(offer)
            self.prompt.complete(0)

    @on(Prompt.MenuMoved)
    def move_in_menu(self, event: Prompt.MenuMoved) -> None:
        self.menu.cursor = event.place
        self.show_status()

    @on(Pick.Chosen, "CompletionMenu")
    def take_clicked(self, event: Pick.Chosen) -> None:
        self.prompt.complete(int(event.key), runs=True)

    @on(Prompt.CompletionTaken)
    def write_taken(self, event: Prompt.CompletionTaken) -> None:
        group = READING if isinstance(event.source, Files) else "dialog"
        self.run_worker(self._write_taken(event), group=group)

    async def _write_taken(self, event: Prompt.CompletionTaken) -> None:
        if event.source is not None:
            text = await event.source.taken(event.completion.key)
            self.prompt.put_in(event.completion.label if text is None else text)

    def show_offer(self, offer: Offer | None) -> None:
        """Show completions, or that there are none."""
        before = self.menu.display, self.menu.cursor is None
        self.prompt.offer(offer)
        self.menu.show_matches(offer.completions if offer else (), has_cursor=offer is not None and offer.is_eager)
        if (self.menu.display, self.menu.cursor is None) != before:
            self.show_status()

    def hide_menu(self) -> None:
        """Hide the menu; keys go to the prompt again."""
        self.workers.cancel_group(self, "completion")
        self.show_offer(None)

    def holds_mistake(self, text: str) -> bool:
        """Give a text back that looks like a command and is none, once: sent again, it is a prompt."""
        words = slash.mistake(text)
        is_held = bool(words) and text != self._held
        self._held = text if is_held else ""
        if is_held:
            self.prompt.insert(text)
            self.say(words, hint=("Enter", "sends it"), kind="plain")
        return is_held

    async def _look(self, typed: Typed) -> None:
        self.show_offer(await self._offer(typed))

    async def _offer(self, typed: Typed) -> Offer | None:
        for source in self.sources:
            if (offer := await source.offer(typed)) is not None:
                return offer
        return None
