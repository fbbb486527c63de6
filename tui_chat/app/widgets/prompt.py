"""The input: where a prompt is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from tui_chat.app.widgets.attachments import Attachments
from tui_chat.app.widgets.completion import Completion, Offer, Source, Typed
from tui_chat.app.widgets.private_keys import SEND_KEYS
from tui_chat.app.widgets.text_field import TextField

#: What begins a word that can be completed.
TRIGGERS = ("/", "@", "#")


class Prompt(TextField):
    """A text area that sends on Enter, completes words, and walks through earlier prompts."""

    class Submitted(Message):
        """The user sends the text; the text area is empty again."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """As typed; blank only if something is attached."""

    class Escaped(Message):
        """The user pressed Esc."""

    class EmptyErased(Message):
        """The user pressed Backspace where nothing is left to erase."""

    class CompletionWanted(Message):
        """The user wants a word completed for which nothing is offered yet."""

    class CompletionTaken(Message):
        """The user took a completion whose text is still to be written; what was typed of it is gone."""

        def __init__(self, completion: Completion, source: Source | None) -> None:
            super().__init__()
            self.completion = completion
            """What was taken."""
            self.source = source
            """Where it comes from."""

    class MenuMoved(Message):
        """The user moves through the completions."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place
            """Where the cursor of the menu is now."""

    completing: reactive[bool] = reactive(False, init=False)
    """Whether completions are offered: Up, Down, Tab and Enter then mean them."""

    send_key: str = "enter"
    """What sends: ``enter``, or ``alt+enter`` or ``ctrl+enter``; Enter is a newline then."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text, placeholder="Type a message")
        self.takes_paste: Callable[[str], bool] = lambda _text: False
        """Asked whether a pasted text is taken as something to attach; else it is written."""
        self.has_attached = False
        """Whether something is attached, so that the text may be blank."""
        self._history: Sequence[str] = ()
        self._place = 0
        self._draft = ""
        self._offer: Offer | None = None
        self._picked: int | None = None

    @property
    def typed(self) -> Typed:
        """The line with the cursor."""
        row, column = self.cursor_location
        return Typed(self.document.get_line(row), column, self.document.line_count == 1)

    @property
    def can_complete(self) -> bool:
        """Whether what stands before the cursor looks like something to be completed."""
        typed = self.typed
        is_begun = typed.word.startswith(TRIGGERS) or (typed.is_only_line and typed.before.startswith("/"))
        return is_begun and not self.is_recalled

    @property
    def is_recalled(self) -> bool:
        """Whether the text is an earlier prompt, as it was."""
        return self._place < len(self._history) and self.text == self._history[self._place]

    @property
    def unsent(self) -> str:
        """What the user has written here and not sent; while an earlier prompt is looked at, the text before."""
        return self._draft if self.is_recalled else self.text

    def set_history(self, prompts: Sequence[str]) -> None:
        """Set the prompts that Up and Down walk through, oldest first."""
        if not self.is_recalled:
            self._history = prompts
            self._place = len(prompts)

    def clear_text(self) -> None:
        """Remove the text, which can be undone."""
        self._place = len(self._history)
        self._draft = ""
        self.clear()

    def begin_with(self, text: str) -> None:
        """Replace the text for good: what was typed before cannot come back by undo."""
        self._place = len(self._history)
        self._draft = ""
        super().begin_with(text)

    def offer(self, offer: Offer | None) -> None:
        """Take completions of what is typed, or none any more."""
        self._offer = offer if offer is not None and offer.completions else None
        self._picked = 0 if self._offer is not None and self._offer.is_eager else None
        self.completing = self._offer is not None

    def complete(self, place: int, *, runs: bool = False) -> None:
        """Take one of the completions that are offered.

        Args:
            place: Which one.
            runs: Whether the text is sent, if that is what the completion is for.
        """
        if self._offer is None:
            return
        offer, completion = self._offer, self._offer.completions[place]
        row, column = self.cursor_location
        self.offer(None)
        self.replace(completion.text, (row, offer.start), (row, column), maintain_selection_offset=False)
        if completion.key:
            self.post_message(self.CompletionTaken(completion, offer.source))
        elif runs and completion.runs:
            self.submit()

    def submit(self) -> None:
        """Send the text."""
        text = self.text
        # Emptied here and not by whoever takes the message: keys typed meanwhile belong to the next prompt.
        self.clear_text()
        self.post_message(self.Submitted(text))

    def on_paste(self, event: events.Paste) -> None:
        """Let a pasted text be attached rather than written, where it is large or the path of a file."""
        if self.takes_paste(event.text):
            event.stop()
            event.prevent_default()

    def take(self, key: str) -> bool:
        """Do what a key means here; say whether it meant something."""
        if key == "escape":
            self.post_message(self.Escaped())
        elif key == "backspace" and not self.text:
            self.post_message(self.EmptyErased())
        elif self.send_key != "enter" and key in SEND_KEYS:
            self.enter()
        elif self.send_key != "enter" and key == "enter" and not (self._is_offered and self._picked is not None):
            self.put_in("\n")
        elif key == "tab" and self._is_offered:
            self.complete(self._picked or 0)
        elif key == "tab" and self.can_complete:
            self.post_message(self.CompletionWanted())
        elif key in ("up", "down"):
            return self._go(-1 if key == "up" else 1)
        else:
            return super().take(key)
        return True

    def enter(self) -> None:
        """Take the completion with the cursor, else send the text, unless it is blank."""
        if self._is_offered and self._picked is not None:
            self.complete(self._picked, runs=True)
        elif self.text.strip() or self.has_attached:
            self.submit()

    @property
    def _is_offered(self) -> bool:
        """Whether the completions are for what is typed now: more may have been typed since they were found."""
        return self._offer is not None and self._offer.typed == self.typed

    def _go(self, step: int) -> bool:
        """Go up or down where that leaves the text: in the menu, or to an earlier or later prompt."""
        if self._offer is not None:
            last = len(self._offer.completions) - 1
            self._picked = max(0, min(self._picked + step, last)) if self._picked is not None else 0
            self.post_message(self.MenuMoved(self._picked))
            return True
        line = self.wrapped_document.location_to_offset(self.cursor_location).y
        place = self._place + step
        if line != (0 if step < 0 else self.wrapped_document.height - 1) or not 0 <= place <= len(self._history):
            return False
        if self._place == len(self._history):
            self._draft = self.text
        self._place = place
        self.set_text(self._history[place] if place < len(self._history) else self._draft)
        return True


class Composer(Vertical):
    """The card that the prompt is written on."""

    def compose(self) -> ComposeResult:
        """Lay the prompt on its card, below what is attached to it."""
        with Vertical(classes="card"), Vertical(classes="barred"):
            yield Attachments()
            yield Prompt()
