"""The code drawer: every code block of the session, or of all sessions, to copy, save and compare."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.code_files import ask_and_compare, ask_and_save
from tui_chat.app.screens.sheet import STEPS, Sheet
from tui_chat.app.transcript.entries import Entry
from tui_chat.app.transcript.sanitize import one_line, sanitize
from tui_chat.app.transcript.view import Transcript
from tui_chat.app.widgets import Pick, Row, RowList
from tui_chat.chat.code_blocks import CodeBlock
from tui_chat.clients.prompts import fenced
from tui_chat.domain.errors import ChatError
from tui_chat.domain.messages import ChatMessage, Role, TextPart

Blocks = Callable[[bool], AsyncIterator[list[CodeBlock]]]
"""Yields blocks: of all sessions if it is given ``True``, else of the open one."""

#: Lines of a block that are shown; a copy has all.
_SHOWN = 400


class CodeDrawer(Sheet[CodeBlock]):
    """The blocks at the left, one of them at the right; the result is the block whose message is wanted.

    Args:
        blocks: Reads the blocks.
        copy: Copies a text, and says what it was.
        everywhere: Whether to begin with all sessions.
    """

    KEYS: ClassVar = [
        ("Enter", "go to the message"),
        ("c", "copy"),
        ("w", "save"),
        ("=", "compare with a file"),
        ("Tab", "all sessions"),
        ("/", "filter"),
        ("Esc", "close"),
    ]
    OF_A_ROW: ClassVar = frozenset({"Enter", "c", "w", "="})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "go to the message", priority=True),
        Binding("c,y", "copy", "copy"),
        Binding("w", "save", "save"),
        Binding("equals_sign", "compare", "compare with a file"),
        Binding("tab", "everywhere", "all sessions", priority=True),
        Binding("slash", "filter", "filter", show=False),
        *STEPS,
        Binding("d,pagedown", "scroll(1)", "scroll", show=False),
        Binding("u,pageup", "scroll(-1)", "scroll", show=False),
    ]

    def __init__(self, blocks: Blocks, copy: Callable[[str, str], Awaitable[None]], *, everywhere: bool) -> None:
        super().__init__("Code", width="-wide")
        self._read = blocks
        self._copy = copy
        self._everywhere = everywhere
        self._blocks: list[CodeBlock] = []
        self._is_read = False
        self._is_excused = False
        self._difference = ""

    def compose_body(self) -> Iterable[Widget]:
        """Yield the filter, the list, the code, and what is said below."""
        yield Input(placeholder="/ Filter by language, file or words", compact=True)
        with Horizontal(classes="drawer"):
            yield Pick()
            yield Transcript()
        yield Static(classes="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(Transcript).can_focus = False
        self.set_focus(self.query_one(Pick))
        self._load()

    @property
    def _block(self) -> CodeBlock | None:
        key = self.query_one(Pick).cursor_id
        return self._blocks[int(key)] if key else None

    def action_scroll(self, step: int) -> None:
        """Scroll the code by a page."""
        transcript = self.query_one(Transcript)
        transcript.scroll_relative(y=step * max(1, transcript.size.height - 2), animate=False)

    def action_filter(self) -> None:
        """Type into the filter."""
        self.set_focus(self.query_one(Input))

    def action_dismiss_empty(self) -> None:
        """Drop what was typed, else close."""
        field = self.query_one(Input)
        if field.has_focus:
            field.value = ""
            self.set_focus(self.query_one(Pick))
        else:
            self.dismiss()

    def action_everywhere(self) -> None:
        """Show the code of all sessions, or of this one again."""
        self._everywhere = not self._everywhere
        self._load()

    def action_go(self) -> None:
        """Leave the filter, else go to the message of the block."""
        if self.query_one(Input).has_focus:
            self.set_focus(self.query_one(Pick))
        elif (block := self._block) is not None:
            self.dismiss(block)

    @work(group="copy")
    async def action_copy(self) -> None:
        """Copy the code, or the comparison that is shown."""
        if (block := self._block) is not None:
            what = f"the {block.language or 'code'}"
            await self._copy(self._difference or block.code, "the comparison" if self._difference else what)
            self._say("Copied.")

    @work(group="dialog")
    async def action_save(self) -> None:
        """Write the code to a file."""
        if (block := self._block) is not None:
            self._say(await ask_and_save(self.app, block))

    @work(group="dialog")
    async def action_compare(self) -> None:
        """Show how the code differs from a file."""
        block = self._block
        if block is None:
            return
        found = await ask_and_compare(self.app, block)
        self._say(found.sentence)
        self._difference = found.difference
        self._show_code()

    @on(Input.Changed)
    def narrow(self) -> None:
        self._fill()

    @on(RowList.Moved)
    def show_code(self) -> None:
        self._difference = ""
        self._show_code()

    @on(RowList.Chosen)
    def take(self, event: RowList.Chosen) -> None:
        self.dismiss(self._blocks[int(event.key)])

    @work(group="read", exclusive=True)
    async def _load(self) -> None:
        self._blocks, self._is_read = [], False
        self._fill()
        try:
            async for found in self._read(self._everywhere):
                self._blocks += found
                self._fill()
        except ChatError as error:
            self._say(error.sentence)
        self._is_read = True
        self._fill()

    def _fill(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        rows = [self._row(block, place) for place, block in enumerate(self._blocks) if _has(block, words)]
        self.query_one(Pick).set_rows(rows)
        where, other = "all sessions", "this session"
        if not self._everywhere:
            where, other = other, where
        self.tell_keys(is_empty=not rows, Tab=other)
        count = f"{len(rows):,} of {len(self._blocks):,}" if words else f"{len(rows):,}"
        blocks = "block" if len(rows) == 1 else "blocks"
        aside = f"{where} · {count} {blocks}{'' if self._is_read else ' · reading'}"
        self.query_one(".sheet-title .right", Static).update(Content(aside))
        self._show_code()

    def _row(self, block: CodeBlock, place: int) -> Row:
        first = next((line.strip() for line in block.code.split("\n") if line.strip()), "")
        words = block.name or (one_line(first)[:200] if first else "empty")
        language = one_line(block.language) or "–"
        left = Content.assemble((f"{language:<10.10}", "$foreground-muted"), " ", one_line(words))
        return Row(left, Content.styled(f"{block.lines:,}", "$foreground-muted"), str(place))

    def _show_code(self) -> None:
        block, transcript = self._block, self.query_one(Transcript)
        transcript.display = block is not None
        if block is None:
            self._say(self._why_empty())
            self._is_excused = True
            return
        if self._is_excused:
            self._say("")
            self._is_excused = False
        text = self._difference or block.code
        language = "diff" if self._difference else block.language
        lines = text.split("\n")
        shown = fenced("\n".join(lines[:_SHOWN]), language)
        more = f"\n… and {len(lines) - _SHOWN:,} more lines" if len(lines) > _SHOWN else ""
        name = f"**{block.session_name}**" if self._everywhere else ""
        parts = [TextPart(text=f"{name}\n\n{shown}{more}")]
        message = ChatMessage(
            id=f"{block.message.id}-{block.number}-{bool(self._difference)}",
            session_id=block.session_id,
            role=Role.ASSISTANT,
            model=block.message.model or str(block.message.role),
            created_at=block.message.created_at,
            parts=parts,
        )
        transcript.show([Entry(message, 1, 1)], at=message.id)

    def _why_empty(self) -> str:
        if self._blocks:
            return "No block has these words."
        if not self._is_read:
            return "Reading…"
        return (
            "No code in any session." if self._everywhere else "No code in this session. Tab looks into all sessions."
        )

    def _say(self, words: str) -> None:
        self.query_one(".note", Static).update(Content(sanitize(words)))


def _has(block: CodeBlock, words: list[str]) -> bool:
    text = f"{block.language} {block.name} {block.session_name} {block.code}".casefold() if words else ""
    return all(word in text for word in words)
