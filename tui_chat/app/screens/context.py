"""The context: what the next prompt will send along, what that costs, and what of it may stay behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.sheet import MOVES, Sheet
from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.widgets import Hints, Pick, Row
from tui_chat.chat.context import Context, Weighed
from tui_chat.domain.messages import ChatMessage, MessageStatus, Role
from tui_chat.domain.usage import estimate_tokens, money
from tui_chat.storage.markup import unmarked

#: Characters of a message that are looked at for its row.
_LOOKED_AT = 200

#: Width of the column that says who speaks.
_SPEAKERS = 9

_SYSTEM = "system"
_DRAFT = "draft"


class ContextWish(NamedTuple):
    """What the user wants of the context."""

    message_id: str = ""
    """The message to go to; empty to have older messages summed up."""


class ContextDialog(Sheet[ContextWish]):
    """What will be sent, message by message.

    Args:
        weigh: Returns the context as it is now.
        draft: What is being typed.
        toggle: Pins a message or lets it go (``pin``), leaves it out or takes it in again (``exclude``), or takes the
            newest change back (``undo``).
        may_undo: Returns whether there is a change to take back.
    """

    KEYS: ClassVar = [
        ("Enter", "go there"),
        ("E", "leave out"),
        ("p", "always send"),
        ("c", "sum up older"),
        ("z", "undo"),
        ("Esc", "close"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "toggle('exclude')", "leave out"),
        Binding("p", "toggle('pin')", "always send"),
        Binding("z", "toggle('undo')", "undo"),
        Binding("c", "compact", "sum up older"),
        Binding("enter", "go", "go there"),
        *MOVES,
        Binding("g,home", "end(False)", "first", show=False),
        Binding("G,end", "end(True)", "last", show=False),
    ]

    def __init__(
        self,
        weigh: Callable[[], Context],
        draft: str,
        toggle: Callable[[str, str], Awaitable[None]],
        may_undo: Callable[[], bool],
    ) -> None:
        super().__init__("Context", aside="what the next prompt sends along", width="-list")
        self._weigh = weigh
        self._draft = draft
        self._toggle = toggle
        self._may_undo = may_undo

    def compose_body(self) -> Iterable[Widget]:
        """Yield the rows and their sum."""
        yield Pick()
        yield Static(classes="note")

    def on_mount(self) -> None:
        self._show()
        rows = self.query_one(Pick)
        rows.focus()
        rows.last()

    def action_end(self, is_last: bool) -> None:
        """Move the cursor to one end."""
        rows = self.query_one(Pick)
        (rows.last if is_last else rows.first)()

    async def action_toggle(self, what: str) -> None:
        """Change whether the message with the cursor is sent, or take the newest change back."""
        key = self.query_one(Pick).cursor_id or ""
        if what == "undo" or key not in ("", _SYSTEM, _DRAFT):
            await self._toggle(key, what)
            self._show()

    def action_go(self) -> None:
        """Go to the message with the cursor."""
        self.query_one(Pick).choose()

    def action_compact(self) -> None:
        """Have older messages summed up."""
        self.dismiss(ContextWish())

    @on(Pick.Chosen)
    def go(self, event: Pick.Chosen) -> None:
        if event.key in (_SYSTEM, _DRAFT):
            self.dismiss()
        else:
            self.dismiss(ContextWish(event.key))

    def _show(self) -> None:
        context = self._weigh()
        typed = estimate_tokens(self._draft)
        rows = [_row(_SYSTEM, "system", "the system prompt", context, context.system_tokens)]
        rows = rows if context.system_tokens else []
        rows += [_message_row(one, context) for one in context.weighed]
        rows += [_row(_DRAFT, "typed", self._draft, context, typed)] if typed else []
        self.query_one(Pick).set_rows(rows)
        self.query_one(".note", Static).update(_sum(context, typed))
        keys = [key for key in self.KEYS if key[0] != "z" or self._may_undo()]
        self.query_one(".sheet-keys", Hints).set_hints(keys)


def _sum(context: Context, typed: int) -> Content:
    tokens = context.tokens + typed
    of = f" of {context.window:,} tokens" if context.window else " tokens"
    facts = [f"~{tokens:,}{of}"]
    if percent := context.share(tokens):
        facts.append(f"{percent} %")
    if context.model.input_price is not None:
        cost = tokens * context.model.input_price / 1_000_000
        facts.append(f"{money(cost, estimated=True)} to send it once, before the reply")
    words = Content(" · ".join(facts))
    return words.stylize("$text-warning") if percent and percent >= 80 else words


def _message_row(weighed: Weighed, context: Context) -> Row:
    message = weighed.message
    mark = ""
    if message.pinned:
        mark = "always sent"
    elif message.excluded:
        mark = "not sent"
    elif weighed.is_summed_up:
        mark = "summed up"
    elif not weighed.is_sent:
        mark = "empty"
    elif message.status is MessageStatus.QUEUED:
        mark = "queued"
    tokens = weighed.tokens if weighed.is_sent else 0
    text = message.text[:_LOOKED_AT]
    words = text if message.role is Role.USER else unmarked(text)
    return _row(message.id, _speaker(message), words, context, tokens, mark, weighed.is_sent)


def _row(key: str, speaker: str, text: str, context: Context, tokens: int, mark: str = "", is_sent: bool = True) -> Row:
    words = one_line(text[:_LOOKED_AT])
    left = Content.assemble(
        (f"{speaker:<{_SPEAKERS}}", "$foreground-muted"), (words, "" if is_sent else "$foreground-disabled")
    )
    share = context.share(tokens)
    percent = f"{share} %" if share else ""
    facts = f"{mark}  {f'{tokens:,}' if tokens else '':>8}  {percent:>5}"
    return Row(left, Content.styled(facts, "$foreground-muted"), key)


def _speaker(message: ChatMessage) -> str:
    if message.sums_up:
        return "summary"
    return {Role.USER: "you", Role.ASSISTANT: "reply", Role.SYSTEM: "system", Role.TOOL: "tool"}[message.role]
