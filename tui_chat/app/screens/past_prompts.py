"""Looking through the prompts that were sent, in all sessions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.sheet import Sheet
from tui_chat.app.transcript.sanitize import one_line, sanitize
from tui_chat.app.widgets import Row, RowList
from tui_chat.domain.record import now
from tui_chat.storage.prompt_history import PastPrompt

#: Characters of a prompt that a row is made of.
_SHOWN = 200

#: Characters before a hit that are shown, if it does not stand at the beginning.
_BEFORE = 24

#: Characters of a prompt that the preview shows.
_PREVIEW = 2000

#: Letters that may stand between two that were typed.
_SPREAD = 3


class FoundPrompts(RowList):
    """The prompts that fit, newest first."""

    found: Sequence[PastPrompt] = ()
    """What is shown."""
    words: Sequence[str] = ()
    """What is marked in it, in lower case."""

    def show(self, found: Sequence[PastPrompt], words: Sequence[str]) -> None:
        """Show prompts, with words marked in them."""
        self.found, self.words = found, words
        self.rows_changed(None)

    def count(self) -> int:
        """Return the number of prompts."""
        return len(self.found)

    def key_at(self, index: int) -> str | None:
        """Return the key of a row: its place."""
        return str(index)

    def row_at(self, index: int) -> Row:
        """Return a row to draw."""
        prompt = self.found[index]
        when = _day(prompt.at) if prompt.at is not None else ""
        return Row(_line(prompt.text, self.words), Content.styled(when, "$foreground-muted"), str(index))


class PastPrompts(Sheet[str]):
    """The prompts of all sessions, found by words or a few letters; the result is one of them.

    Args:
        prompts: What there is, oldest first.
        wanted: What is looked for at first.
    """

    KEYS: ClassVar = [("Enter", "put into the input"), ("↑ ↓", "prompt"), ("Ctrl+R", "older"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+r", "move(1)", "older", show=False, priority=True),
        Binding("up,ctrl+s", "move(-1)", "newer", show=False, priority=True),
        Binding("pagedown", "move(10)", "page", show=False, priority=True),
        Binding("pageup", "move(-10)", "page", show=False, priority=True),
    ]

    def __init__(self, prompts: Sequence[PastPrompt], wanted: str = "") -> None:
        super().__init__("Earlier prompts", width="-list")
        self._prompts = [(prompt, prompt.text.casefold()) for prompt in reversed(prompts)]
        self._wanted = wanted

    def compose_body(self) -> Iterable[Widget]:
        """Yield the field, the list, and the whole text of the prompt with the cursor."""
        yield Input(self._wanted, placeholder="Search your prompts", compact=True, classes="field -filter")
        yield FoundPrompts()
        yield VerticalScroll(Static(markup=False), classes="past-preview", can_focus=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.query_one(FoundPrompts).led = True
        self._fill(self._wanted)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def take(self) -> None:
        self.query_one(FoundPrompts).choose()

    @on(RowList.Chosen)
    def put_in(self, event: RowList.Chosen) -> None:
        self.dismiss(self.query_one(FoundPrompts).found[int(event.key)].text)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        rows = self.query_one(FoundPrompts)
        rows.move(step)
        self._preview()

    def _fill(self, typed: str) -> None:
        found = search(self._prompts, typed)
        rows = self.query_one(FoundPrompts)
        rows.show(found, typed.casefold().split())
        self.query_one(".right", Static).update(Content(f"{len(found)} of {len(self._prompts)}"))
        self._preview()

    def _preview(self) -> None:
        rows = self.query_one(FoundPrompts)
        text = rows.found[rows.cursor].text if rows.cursor is not None and rows.found else "No prompt has these words."
        self.query_one(".past-preview Static", Static).update(Content(sanitize(text[:_PREVIEW])))
        self.query_one(".past-preview", VerticalScroll).scroll_home(animate=False)


def search(prompts: Sequence[tuple[PastPrompt, str]], typed: str) -> list[PastPrompt]:
    """Return the prompts that have all words, then those in which the letters stand close together.

    Args:
        prompts: What there is, each with its text in lower case, in the order to keep.
        typed: What is looked for.
    """
    words = typed.casefold().split()
    found = [prompt for prompt, text in prompts if all(word in text for word in words)]
    letters = "".join(words)
    if len(letters) < 2:
        return found
    pattern, known = re.compile(f".{{0,{_SPREAD}}}?".join(map(re.escape, letters))), {prompt.text for prompt in found}
    near = (prompt for prompt, text in prompts if pattern.search(text, 0, _SHOWN))
    return [*found, *(prompt for prompt in near if prompt.text not in known)]


def _line(text: str, words: Sequence[str]) -> Content:
    """Return a prompt in one line, from shortly before its first hit, with the hits marked."""
    line = one_line(text[: _SHOWN * 10])
    first = min((place for word in words if (place := line.casefold().find(word)) >= 0), default=0)
    start = first - _BEFORE if first > _SHOWN // 4 else 0
    shown = ("…" if start else "") + line[start : start + _SHOWN]
    content, given = Content(shown), shown.casefold()
    for word in words:
        place = given.find(word)
        while place >= 0:
            content = content.stylize("bold $text-primary", place, place + len(word))
            place = given.find(word, place + len(word))
    return content


def _day(at: datetime) -> str:
    then, today = at.astimezone(), now().astimezone()
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%d %b}" if then.year == today.year else f"{then:%Y-%m-%d}"
