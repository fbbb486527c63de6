"""What stands in place of a transcript before the first prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_chat.app import glyphs
from tui_chat.app.widgets.lines import EMPTY, fit, muted

#: Columns in which the second and the third word of a row begin, and the same where there is little room.
_COLUMNS, _CLOSE_COLUMNS = (19, 38), (12, 26)
#: Width of the pane below which there is little room: the text is 9 narrower.
_ROOMY = 72
#: Columns left and right of the text.
_MARGINS = 9
#: Rows of the screen below which the short form is shown, and how many providers that lists.
_TALL, _FEW = 30, 3
#: Rows of the screen below which nothing is said of sessions from elsewhere.
_TALLER = 36


class ProviderRow(NamedTuple):
    """A provider that was looked for."""

    name: str
    is_answering: bool
    state: str
    """What was found: ``no key``, ``does not run``."""
    how: str
    """Where it was looked for, or what to do: ``set OPENAI_API_KEY``."""


class EmptyState(VerticalScroll, can_focus=False):
    """Who answers and why, what was looked for and found, and the keys to know."""

    def __init__(self) -> None:
        super().__init__()
        self._who = ("", "", "")
        self._providers: list[ProviderRow] = []
        self._more = 0
        self._keys: Sequence[tuple[str, str]] = ()
        self._import = ""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(markup=False)

    def set_facts(
        self,
        *,
        who: tuple[str, str, str],
        providers: Sequence[tuple[str, bool, str, str]] = (),
        more: int = 0,
        keys: Sequence[tuple[str, str]] = (),
        import_command: str = "",
    ) -> None:
        """Set what there is to know.

        Args:
            who: who answers, why that one, and what to expect of it.
            providers: what was looked for, as `ProviderRow` has it; the first ones matter most.
            more: how many providers are not listed.
            keys: the keys to know, with what they do.
            import_command: the command that brings sessions from elsewhere; empty leaves the line out.
        """
        self._who, self._more, self._keys, self._import = who, more, keys, import_command
        self._providers = [ProviderRow(*row) for row in providers]
        self._show()

    def on_resize(self) -> None:
        """Choose the form that fits."""
        self._show()

    def _show(self) -> None:
        height = self.screen.size.height
        is_tall = height >= _TALL
        parts = [
            self._greeting() if is_tall else [],
            self._answering(),
            self._looked_for(is_tall),
            self._to_know(),
            self._elsewhere() if height >= _TALLER else [],
        ]
        text = Content("\n\n").join(Content("\n").join(part) for part in parts if part)
        self.query_one(Static).update(text)

    def _greeting(self) -> list[Content]:
        return [
            Content.assemble(("Type below to begin.", "bold"), " Sessions stay on this machine, in one file of yours.")
        ]

    def _answering(self) -> list[Content]:
        name, why, what = self._who
        return [Content.assemble((name, "bold $text-primary"), " ", (why, "$foreground-muted")), Content(what)]

    def _looked_for(self, is_tall: bool) -> list[Content]:
        providers = self._providers if is_tall else self._providers[:_FEW]
        more = self._more + len(self._providers) - len(providers)
        rows = [self._provider(row) for row in providers]
        if rows and more:
            rows.append(self._columns(muted(f"{more} more"), EMPTY, muted("Ctrl+L lists them")))
        return rows

    def _provider(self, row: ProviderRow) -> Content:
        if not row.is_answering:
            return self._columns(Content(row.name), muted(row.state), _with_bright_names(row.how))
        mark = Content.styled(glyphs.RUNNING, "$text-primary")
        return self._columns(
            Content.styled(row.name, "bold") + " " + mark, Content(row.state), _with_bright_names(row.how)
        )

    def _to_know(self) -> list[Content]:
        if not self._keys:
            return []
        rows = [self._columns(Content.styled(key, "bold"), muted(words), EMPTY) for key, words in self._keys]
        return [Content.styled("Five keys", "bold $text-primary"), *rows]

    def _elsewhere(self) -> list[Content]:
        if not self._import:
            return []
        return [muted("Coming from elsewhere?") + "  " + self._import]

    def _columns(self, one: Content, two: Content, three: Content) -> Content:
        second, third = _COLUMNS if self.size.width >= _ROOMY else _CLOSE_COLUMNS
        line = fit(one, second - 1)
        line = line.append(" " * (second - line.cell_length)) + two
        whole = line.append(" " * max(1, third - line.cell_length)) + three if three else line
        return whole if whole.cell_length <= self.size.width - _MARGINS else line


def _with_bright_names(words: str) -> Content:
    """Return muted words in which the names of variables keep the text's ink."""
    return Content(" ").join(
        Content(word) if "_" in word and word.isupper() else muted(word) for word in words.split(" ")
    )
