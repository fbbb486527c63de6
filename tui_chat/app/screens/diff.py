"""Two answers to the same prompt, and the words in which they differ."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from tui_chat.app import glyphs
from tui_chat.app.screens.closing import ClosingScreen
from tui_chat.app.stylesheets import dialog_stylesheets
from tui_chat.app.transcript.difference import Comparison
from tui_chat.app.transcript.difference_view import DifferenceView
from tui_chat.app.transcript.heads import facts_of
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.widgets import EndsLine, Hints, muted
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.words import counted

Copy = Callable[[str, str], Awaitable[None]]
"""Copies a text that is called by some words."""

#: Columns below which the answers stand in one column.
BESIDE_FROM = 100


class AnswerHead(EndsLine):
    """Who gave one of the two answers, what it cost, and which of the siblings it is."""

    class Picked(Message):
        """The user clicked on it."""

        def __init__(self, side: int, step: int) -> None:
            super().__init__()
            self.side = side
            """0 for the first answer, 1 for the second."""
            self.step = step
            """Which sibling is wanted: -1 the one before, 1 the next; 0 for this one."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self._who = Content()
        self._facts: list[str] = []

    def render(self) -> Content:
        """Lay out as many facts as there is room for."""
        facts = list(self._facts)
        room = self.content_size.width - self.right.cell_length - 2
        while facts and self._who.cell_length + sum(cell_len(fact) + 3 for fact in facts) > room:
            facts.pop()
        between = f" {glyphs.BETWEEN} "
        self.set_reactive(EndsLine.left, Content.assemble(self._who, muted("".join(between + one for one in facts))))
        return super().render()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        offset = event.get_content_offset(self)
        at = -1 if offset is None else offset.x - (self.content_size.width - self.right.cell_length)
        middle = self.right.cell_length // 2
        self.post_message(self.Picked(self._side, 0 if at < 0 else -1 if at < middle else 1))

    def set_answer(self, answer: ChatMessage, place: int, count: int, *, is_active: bool) -> None:
        """Show the facts of an answer.

        Args:
            answer: The answer.
            place: Its place among its siblings, from 0.
            count: How many they are.
            is_active: Whether keys act on this side.
        """
        bar = Content.styled(glyphs.BAR, "$primary") if is_active else Content(" ")
        name = Content.styled(one_line(answer.model or answer.provider or "you"), "bold" if is_active else "")
        self._who, self._facts = Content.assemble(bar, " ", name), facts_of(answer)
        self.right = Content.assemble(muted("‹ "), f"{place + 1}/{count}", muted(" ›"))
        self.refresh()


class DiffScreen(ClosingScreen[str]):
    """Two of several answers; the result is the id of the one to go on with.

    Args:
        answers: The siblings, two at least.
        first: Place of the one at the left.
        second: Place of the one at the right; keys act on it at first.
        prompt: What they answer; empty if they are prompts themselves.
        copy: Copies a text, and says so.
    """

    CSS_PATH = dialog_stylesheets()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "change(1)", "next change"),
        Binding("N", "change(-1)", "previous change"),
        Binding("less_than_sign", "sibling(-1)", "other answer"),
        Binding("greater_than_sign", "sibling(1)", "next answer"),
        Binding("left,h", "side(0)", "first"),
        Binding("right,l", "side(1)", "second"),
        Binding("tab", "turn", "side by side or one column", priority=True),
        Binding("1", "keep(0)", "keep the first"),
        Binding("2", "keep(1)", "keep the second"),
        Binding("enter", "keep_active", "keep this one"),
        Binding("y", "copy", "copy the difference"),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("d,pagedown,space", "half(1)", "half a page", show=False),
        Binding("u,pageup", "half(-1)", "half a page up", show=False),
        Binding("g,home", "end(False)", "start", show=False),
        Binding("G,end", "end(True)", "end", show=False),
        Binding("escape,q", "dismiss_empty", "back"),
    ]
    KEYS: ClassVar[list[tuple[str, str]]] = [
        ("Enter", "keep this one"),
        ("← →", "which"),
        ("< >", "other sibling"),
        ("n N", "change"),
        ("Tab", "columns"),
        ("y", "copy diff"),
        ("Esc", "back"),
    ]

    def __init__(self, answers: Sequence[ChatMessage], first: int, second: int, prompt: str, *, copy: Copy) -> None:
        super().__init__()
        self._copy = copy
        self._answers = answers
        self._shown = [first, second]
        self._active = 1
        self._prompt = prompt
        self._beside: bool | None = None
        self._comparison: Comparison | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="diff"):
            yield EndsLine()
            with Horizontal(id="diff-heads"):
                yield AnswerHead(0)
                yield AnswerHead(1)
            yield DifferenceView()
            yield Hints(self.KEYS)

    def on_mount(self) -> None:
        self.query_one(DifferenceView).focus()
        self.compare()

    def on_resize(self) -> None:
        self.lay_out()

    @on(AnswerHead.Picked)
    def take_click(self, event: AnswerHead.Picked) -> None:
        self.action_side(event.side)
        if event.step:
            self.action_sibling(event.step)

    @on(DifferenceView.ChangeReached)
    def tell_change(self, event: DifferenceView.ChangeReached) -> None:
        self._tell(event.number, event.count)

    @property
    def is_beside(self) -> bool:
        """Whether the answers stand beside each other: what the user chose, else what there is room for."""
        return self._beside if self._beside is not None else self.app.size.width >= BESIDE_FROM

    def action_change(self, step: int) -> None:
        """Go to the next change, or the one before."""
        self.query_one(DifferenceView).go_to_change(step)

    def action_side(self, side: int) -> None:
        """Let keys act on the first answer or on the second."""
        self._active = side
        self._show_heads()

    def action_sibling(self, step: int) -> None:
        """Show another sibling on the side that keys act on; the one beside it is passed over."""
        count, place = len(self._answers), self._shown[self._active]
        other = self._shown[1 - self._active]
        if count < 3:
            return
        place = (place + step) % count
        self._shown[self._active] = (place + step) % count if place == other else place
        self.compare()

    def action_turn(self) -> None:
        """Show the answers beside each other, or in one column."""
        self._beside = not self.is_beside
        self.lay_out()

    def action_keep(self, side: int) -> None:
        """Go on with one of the two."""
        self.dismiss(self._answers[self._shown[side]].id)

    def action_keep_active(self) -> None:
        """Go on with the one that keys act on."""
        self.action_keep(self._active)

    async def action_copy(self) -> None:
        """Copy the difference as text, with the words that are gone and new in brackets."""
        if self._comparison is not None:
            await self._copy(self._comparison.to_text(), "the difference")

    def action_scroll(self, step: int) -> None:
        """Scroll by a line."""
        self.query_one(DifferenceView).scroll_relative(y=step, animate=False)

    def action_half(self, step: int) -> None:
        """Scroll by half a page."""
        view = self.query_one(DifferenceView)
        view.scroll_relative(y=step * max(1, view.size.height // 2), animate=False)

    def action_end(self, is_last: bool) -> None:
        """Scroll to the start, or to the end."""
        view = self.query_one(DifferenceView)
        (view.scroll_end if is_last else view.scroll_home)(animate=False)

    def action_dismiss_empty(self) -> None:
        """Go back without a result."""
        self.dismiss()

    @work(group="diff", exclusive=True)
    async def compare(self) -> None:
        """Compare the two answers, in a thread since they may be long."""
        self._show_heads()
        before, after = (self._answers[place].text for place in self._shown)
        self._comparison = await to_thread(Comparison.of, before, after)
        self.lay_out()

    def lay_out(self) -> None:
        """Show the answers beside each other or in one column."""
        self.set_class(self.is_beside, "-beside")
        if self._comparison is not None:
            self.query_one(DifferenceView).show(self._comparison, is_beside=self.is_beside)

    def _show_heads(self) -> None:
        for side, head in enumerate(self.query(AnswerHead)):
            place = self._shown[side]
            head.set_answer(self._answers[place], place, len(self._answers), is_active=side == self._active)

    def _tell(self, number: int, count: int) -> None:
        line = self.query_one("#diff > EndsLine", EndsLine)
        what = "Two versions" if self._answers[0].role is Role.USER else "Two answers"
        about = muted(f" {glyphs.BETWEEN} to {one_line(self._prompt)}") if self._prompt else Content("")
        line.left = Content.assemble((what, "bold"), about)
        if self._comparison is None:
            return
        diff = self._comparison.diff
        facts = f"{counted(diff.words_gone, 'word')} gone, {diff.words_new} new, {_percent(diff.same)} the same"
        if not count:
            facts = "no word differs"
        elif number:
            facts = f"change {number} of {count}"
        line.right = muted(facts)


def _percent(share: float) -> str:
    # All the same is said only if all is.
    return f"{min(99, round(share * 100)) if share < 1 else 100} %"
