"""Short notices at the screen's edge."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui_chat.app.widgets.lines import Hints, actions

Key = tuple[str, str]
"""A key and its word."""

#: How many are shown at once, and where rows are few.
_MOST, _FEW = 4, 2
#: Keys and words of hints that act on the newest change only.
_OF_NEWEST = {"undo", "redo", "/undo", "/redo"}
#: Seconds for which a notice is shown that says nothing else.
_SHORT = 5.0


class Toast(Horizontal):
    """One notice: words, and perhaps a key."""

    def __init__(self, text: Content, hint: Key | Callable[[], Key] | None, kind: str) -> None:
        super().__init__(classes=f"-{kind}")
        self.kind = kind
        """``plain``, ``success``, ``accent`` or ``error``."""
        self._text = text
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Words at the left, the key at the right."""
        yield Static(self._text, classes="words", markup=False)
        if (key := self._key) is not None:
            yield Static(actions([key]), classes="hint", markup=False)

    def on_click(self) -> None:
        """Tell that its key was clicked."""
        if (key := self._key) is not None and key[0]:
            self.post_message(Hints.Clicked(key[0]))

    @property
    def is_of_newest(self) -> bool:
        """Whether its key acts on the newest change, whichever that is."""
        key = self._key
        return key is not None and not _OF_NEWEST.isdisjoint(key)

    def retell_hint(self) -> None:
        """Show the key that does it now."""
        if (key := self._key) is not None:
            for shown in self.query(".hint").results(Static):
                shown.update(actions([key]))

    @property
    def _key(self) -> Key | None:
        return self._hint() if callable(self._hint) else self._hint

    def take_hint(self) -> None:
        """Show the key no longer: it would do something else now."""
        self._hint = None
        self.query(".hint").remove()


class Toasts(Vertical):
    """A stack of notices, the newest last. It takes no keys, and no room while it is empty."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[Toast] = []

    def compose(self) -> ComposeResult:
        """One raised stack; the page shows left of it."""
        yield Vertical(classes="stack")

    def on_mount(self) -> None:
        """Begin empty."""
        self.display = False

    def show(
        self,
        text: Content | str,
        *,
        hint: Key | Callable[[], Key] | None = None,
        kind: str = "plain",
        seconds: float | None = None,
    ) -> None:
        """Show a notice.

        Args:
            text: what to say.
            hint: a key and its word; or what gives them, if they depend on where the keys go.
            kind: ``plain``, ``success``, ``accent`` or ``error``.
            seconds: for how long; ``None`` for a few seconds, and for an error until it is dismissed.
        """
        toast = Toast(text if isinstance(text, Content) else Content(text), hint, kind)
        for older in self._shown if toast.is_of_newest else ():
            if older.is_of_newest:
                older.take_hint()
        if len(self._shown) >= (_FEW if self.screen.has_class("-short") else _MOST):
            # Errors give way last: they have to be read.
            self._remove(next((one for one in self._shown if one.kind != "error"), self._shown[0]))
        self._shown.append(toast)
        self.display = True
        self.query_one(".stack").mount(toast)
        if seconds is not None or kind != "error":
            self.set_timer(_SHORT if seconds is None else seconds, lambda: self._remove(toast))

    def retell_hints(self) -> None:
        """Show the keys that do it now: the user went elsewhere."""
        for toast in self._shown:
            toast.retell_hint()

    def dismiss_errors(self) -> None:
        """Take away the errors, which were read."""
        for toast in [one for one in self._shown if one.kind == "error"]:
            self._remove(toast)

    def _remove(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.remove()
            self.display = bool(self._shown)
