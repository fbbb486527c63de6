"""The list of models: what each reads, costs and can do, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from tui_chat.app.transcript.sanitize import one_line
from tui_chat.app.widgets import Row, RowList
from tui_chat.chat.model_offers import Name, Offer, OfferGroup
from tui_chat.domain.providers import ModelInfo

#: Width of the list from which the columns stand apart as they should.
_WIDE = 88
#: Width of the list below which nothing but the price is shown.
_NARROW = 60
_ABILITIES = (("images", "images"), ("reasoning", "reason"), ("tools", "tools"))


class _Heading(NamedTuple):
    """A row that cannot be chosen: the name of a group, or a gap."""

    title: str = ""
    fact: str = ""
    has_heads: bool = False
    """Whether the names of the columns stand at its right."""


class ModelRows(RowList):
    """Models under headings. Only the rows in view are drawn, so that thousands cost nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, Offer] | _Heading] = []
        self._keys: list[str | None] = []

    @property
    def offer(self) -> Offer | None:
        """The model with the cursor."""
        row = self._rows[self.cursor] if self.cursor is not None and self.cursor < len(self._rows) else None
        return None if row is None or isinstance(row, _Heading) else row[1]

    def show(self, groups: Sequence[tuple[OfferGroup, str]], *, keep: Name | None, is_tight: bool) -> None:
        """Show models.

        Args:
            groups: The models, and the fact at the right of each heading.
            keep: The model that shall have the cursor.
            is_tight: Whether there is no room for blank rows between the groups.
        """
        rows: list[tuple[str, Offer] | _Heading] = []
        for number, (group, fact) in enumerate(groups):
            if number and not is_tight:
                rows.append(_Heading())
            if not number and group.provider is not None:
                rows.append(_Heading(has_heads=True))
            rows.append(_Heading(group.title, fact, has_heads=not number and group.provider is None))
            rows += [(group.title, offer) for offer in group.offers]
        self._rows = rows
        self._keys = [None if isinstance(row, _Heading) else _key(row[0], row[1].name) for row in rows]
        titles = [row[0] for row in rows if not isinstance(row, _Heading) and row[1].name == keep]
        self.rows_changed(_key(titles[0], keep) if titles and keep else None)

    def count(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def key_at(self, index: int) -> str | None:
        """Return the key of a row."""
        return self._keys[index]

    def row_at(self, index: int) -> Row:
        """Return a row to draw."""
        row = self._rows[index]
        if isinstance(row, _Heading):
            right = self._heads() if row.has_heads else Content.styled(row.fact, "not bold $foreground-muted")
            return Row(Content.styled(one_line(row.title), "bold $foreground-muted"), right)
        title, offer = row
        ink = "" if offer.is_ready else "$foreground-disabled"
        right = self._facts(offer.info, is_local=offer.provider.is_local, is_ready=offer.is_ready)
        return Row(Content.styled(one_line(offer.info.name), ink), right, _key(title, offer.name))

    def _gap(self) -> str:
        return "    " if self.size.width >= _WIDE else "  "

    def _heads(self) -> Content:
        if self.size.width < _NARROW:
            return Content("")
        gap = self._gap()
        words = gap.join((f"{'window':>7}", f"{'$ in':>6}", f"{'$ out':>6}", f"{'can':<21}"))
        return Content.styled(words, "not bold $foreground-muted")

    def _facts(self, info: ModelInfo, *, is_local: bool, is_ready: bool) -> Content:
        window = amount(info.context_window)
        reads = price(info.input_price)
        writes = "local" if is_local else price(info.output_price)
        if not is_ready and not window and not reads:
            return Content("")
        if self.size.width < _NARROW:
            return Content.styled(f"{window:>7}  {writes:>6}", "$foreground-muted")
        can = "  ".join(f"{word if info.can(name) else '':<{len(word)}}" for name, word in _ABILITIES)
        gap = self._gap()
        return Content.assemble(
            (f"{window:>7}{gap}", "$foreground-muted"),
            f"{reads:>6}{gap}{writes:>6}",
            (f"{gap}{can}", "$foreground-muted"),
        )


def amount(tokens: int) -> str:
    """Return a number of tokens in few letters: ``128 k``, ``1 M``; empty for an unknown one."""
    if tokens >= 1_000_000:
        return f"{tokens / 1_000_000:.3g} M"
    return f"{tokens / 1000:.0f} k" if tokens >= 1000 else str(tokens or "")


def price(dollars: float | None) -> str:
    """Return a price in few letters; empty for an unknown one."""
    if dollars is None:
        return ""
    if not dollars:
        return "free"
    return f"{dollars:.2f}" if dollars >= 0.095 or round(dollars, 2) == dollars else f"{dollars:.3f}"


def age(at: datetime, now: datetime) -> str:
    """Return how long ago something was, in few words."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _key(title: str, name: Name) -> str:
    return "\n".join((title, *name))
