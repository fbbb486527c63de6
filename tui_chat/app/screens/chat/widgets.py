"""The widgets of the chat screen, and which of them has the keys."""

from __future__ import annotations

from textual import getters
from textual.containers import Container, Vertical
from textual.reactive import var
from textual.screen import Screen

from tui_chat.app.commands import Place
from tui_chat.app.screens import late
from tui_chat.app.screens.chat import describing
from tui_chat.app.screens.chat.panes import ChatSidebar
from tui_chat.app.widgets import (
    CompletionMenu,
    Composer,
    EmptyState,
    FindBar,
    Hints,
    Prompt,
    StatusLine,
    TitleLine,
    Toasts,
)
from tui_chat.domain.messages import ChatMessage


class ChatWidgets(Screen[None]):
    """What the chat screen is laid out of."""

    place: var[Place] = var(Place.INPUT)
    """Where the keys go."""

    sidebar = getters.query_one(ChatSidebar)
    prompt = getters.query_one(Prompt)
    composer = getters.query_one(Composer)
    find_bar = getters.query_one(FindBar)
    menu = getters.query_one(CompletionMenu)
    status = getters.query_one(StatusLine)
    hints = getters.query_one("#foot Hints", Hints)
    title_line = getters.query_one(TitleLine)
    empty = getters.query_one(EmptyState)
    toasts = getters.query_one(Toasts)
    main = getters.query_one("#main", Vertical)
    pane = getters.query_one("#pane", Container)

    _transcript: late.ChatTranscript | None = None

    def __init_subclass__(cls, is_whole: bool = False) -> None:
        # A part is never shown by itself; gathering its keys and reactive attributes would cost the start 8 ms in all.
        if is_whole:
            super().__init_subclass__()

    @property
    def transcript(self) -> late.ChatTranscript:
        """The message pane. It is made when it is first needed: the first frame has nothing to show in it."""
        if self._transcript is None:
            self._transcript = late.ChatTranscript(hints=self.hints_for, id="transcript")
            self._transcript.display = False
            self.pane.mount(self._transcript)
        return self._transcript

    @property
    def is_browsing(self) -> bool:
        """Whether the message pane has the keys."""
        return self._transcript is not None and self._transcript.has_focus

    @property
    def place_of_keys(self) -> Place:
        """Where the keys go, by what has the focus."""
        if self.is_browsing:
            return Place.TRANSCRIPT
        if self.sidebar.has_focus_within:
            return Place.SIDEBAR
        return Place.INPUT

    def hints_for(self, message: ChatMessage) -> describing.Rows:
        """Return the keys that act on a message from here."""
        return describing.reply_hints(message, self.place)
