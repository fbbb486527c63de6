"""What is attached to the prompt that is being written: looked into, written out as text, removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.sheet import STEPS, Sheet
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.transcript.view import Transcript
from tui_chat.app.widgets import Hints, Pick, Row
from tui_chat.clients.prompts import fenced
from tui_chat.domain.attachments import facts
from tui_chat.domain.messages import ChatMessage, FilePart, Part, Role, TextPart

#: Characters of a text that are shown.
_MOST = 200_000

#: File name endings whose language has another name; most go by their ending.
_LANGUAGES = {"py": "python", "md": "markdown", "rs": "rust", "yml": "yaml", "txt": "", "js": "javascript"}


class AttachmentView(Sheet[str]):
    """A look into an attached text or image; the result is ``text`` or ``remove`` if that is wanted.

    Args:
        part: What is attached.
    """

    KEYS: ClassVar = [("t", "write out as text"), ("D", "remove"), ("↑ ↓", "scroll"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "wish('text')", "write it out as text"),
        Binding("D,delete,backspace", "wish('remove')", "remove"),
        Binding("enter", "dismiss_empty", "close", show=False),
        Binding("j,down", "scroll_line(1)", "down", show=False),
        Binding("k,up", "scroll_line(-1)", "up", show=False),
        Binding("d,pagedown,space", "scroll_page(1)", "page down", show=False),
        Binding("u,pageup", "scroll_page(-1)", "page up", show=False),
        Binding("g,home", "go(False)", "begin", show=False),
        Binding("G,end", "go(True)", "end", show=False),
    ]

    def __init__(self, part: Part) -> None:
        name, *measures = facts(part)
        super().__init__(one_line(name), aside=" · ".join(measures), width="-wide")
        self._part = part

    def compose_body(self) -> Iterable[Widget]:
        """Yield the text or the picture, as the transcript has it."""
        yield Transcript(classes="preview")

    def on_mount(self) -> None:
        transcript = self.query_one(Transcript)
        transcript.can_focus = False
        self.set_focus(None)
        if not isinstance(self._part, FilePart):
            self.query_one(Hints).set_hints(self.KEYS[1:])
        shown = TextPart(text=_fenced(self._part)) if isinstance(self._part, FilePart) else self._part
        transcript.show([Entry(ChatMessage(session_id="", role=Role.ASSISTANT, model="attached", parts=[shown]))])
        self.call_after_refresh(transcript.scroll_home, animate=False)

    def action_wish(self, wish: str) -> None:
        """Close, and have something done."""
        if wish == "remove" or isinstance(self._part, FilePart):
            self.dismiss(wish)

    def action_scroll_line(self, step: int) -> None:
        """Scroll by a line."""
        self.query_one(Transcript).scroll_relative(y=step, animate=False)

    def action_scroll_page(self, step: int) -> None:
        """Scroll by a page."""
        transcript = self.query_one(Transcript)
        transcript.scroll_relative(y=step * max(1, transcript.size.height - 2), animate=False)

    def action_go(self, is_end: bool) -> None:
        """Scroll to the begin or the end."""
        transcript = self.query_one(Transcript)
        if is_end:
            transcript.scroll_end(animate=False)
        else:
            transcript.scroll_home(animate=False)


Do = Callable[[str, Part], Awaitable[None]]
"""Does what is wanted, ``text`` or ``remove``, with a part."""


class AttachmentsDialog(Sheet[None]):
    """All that is attached.

    Args:
        parts: Returns what is attached now.
        do: Does what is wanted with one.
    """

    KEYS: ClassVar = [("Enter", "look into it"), ("t", "write out as text"), ("D", "remove"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "look into it"),
        Binding("t", "do('text')", "write out as text"),
        Binding("D,delete,backspace", "do('remove')", "remove"),
        *STEPS,
    ]

    def __init__(self, parts: Callable[[], Sequence[Part]], do: Do) -> None:
        super().__init__("Attached", width="-list")
        self._parts = parts
        self._do = do

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list, and what stands there when it is empty."""
        yield Pick([])
        yield Static("Nothing is attached. @ in the input attaches files.", classes="note")

    def on_mount(self) -> None:
        self.query_one(Pick).focus()
        self._show()

    def action_open(self) -> None:
        """Look into the one with the cursor."""
        self.query_one(Pick).choose()

    @on(Pick.Chosen)
    @work(group="attachments")
    async def look_into(self, event: Pick.Chosen) -> None:
        part = self._parts()[int(event.key)]
        wish = await self.app.push_screen_wait(AttachmentView(part))
        if wish is not None:
            await self._done(wish, part)

    @work(group="attachments")
    async def action_do(self, wish: str) -> None:
        """Do something with the one with the cursor."""
        place = self.query_one(Pick).cursor_id
        if place is None:
            return
        part = self._parts()[int(place)]
        if wish == "remove" or isinstance(part, FilePart):
            await self._done(wish, part)

    async def _done(self, wish: str, part: Part) -> None:
        await self._do(wish, part)
        if not self._parts():
            self.dismiss()
        else:
            self._show()

    def _show(self) -> None:
        parts, pick = self._parts(), self.query_one(Pick)
        pick.set_rows([_row(part, place) for place, part in enumerate(parts)])
        pick.display, self.query_one(".note", Static).display = bool(parts), not parts


def _row(part: Part, place: int) -> Row:
    name, *measures = facts(part)
    return Row(Content(one_line(name)), Content.styled(" · ".join(measures), "$foreground-muted"), str(place))


def _fenced(part: FilePart) -> str:
    """Return a text as a block of code in the language of its file, in a fence that nothing in it can close."""
    ending = part.name.rpartition(".")[2].lower() if "." in part.name else ""
    language = _LANGUAGES.get(ending, ending if ending.isalnum() else "")
    return fenced(part.text[:_MOST], language)
