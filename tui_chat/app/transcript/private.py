"""Every use of what Textual keeps to itself. Each has a test that fails when a new release changes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from textual._opacity import _apply_opacity
from textual.app import App
from textual.color import Color
from textual.geometry import Offset, Size
from textual.scroll_view import ScrollView
from textual.selection import SelectEnd
from textual.strip import Strip
from textual.widget import Widget


def set_scroll(view: ScrollView, size: Size, row: int) -> None:
    """Tell Textual the size of the content and the row at the top, without a layout of the screen or a repaint.

    ``virtual_size`` lays the screen out when it is assigned, and the watcher of ``scroll_y`` would take our
    own correction for a wish of the user.
    """
    if view.virtual_size != size:
        view.set_reactive(Widget.virtual_size, size)
    if round(view.scroll_y) != row:
        view.set_reactive(Widget.scroll_y, float(row))
        view.set_reactive(Widget.scroll_target_y, float(row))


def faded(strip: Strip, ground: Color, opacity: float) -> Strip:
    """Return a strip blended into the ground it lies on, as the styles cache does for other widgets.

    Every segment must have a style.
    """
    return Strip(_apply_opacity(strip, ground, opacity), strip.cell_length)


def send(app: App[Any], commands: str) -> None:
    """Send commands to the terminal, between two frames of Textual's own."""
    driver = app._driver
    if driver is not None:
        driver.write(commands)


def drag_pointer(widget: Widget) -> Offset | None:
    """Return where on the screen the pointer is while text is selected from this widget; ``None`` otherwise."""
    screen = widget.screen
    state = screen._select_state
    if not screen._selecting or state is None or state.end is None or state.start.content_widget is not widget:
        return None
    return state.screen_offset


def move_drag_end(widget: Widget, position: Offset) -> None:
    """Let the selection that is being dragged end at a position of this widget's text.

    Textual works this out when the pointer moves, but not when the text scrolls under a pointer that stands still.
    """
    screen = widget.screen
    state = screen._select_state
    parent = widget.parent
    if state is not None and isinstance(parent, Widget):
        screen._select_state = state.update_end(state.screen_offset, SelectEnd(parent, widget, position))


def can_resume(lexer: Any) -> bool:
    """Whether a Pygments lexer can go on from a state, which only those can that do not bring their own loop."""
    return type(lexer).get_tokens_unprocessed is _regex_lexer().get_tokens_unprocessed


def tokens_with_state(
    lexer: Any, text: str, state: tuple[str, ...]
) -> Iterator[tuple[int, Any, str, Callable[[], tuple[str, ...]]]]:
    """Lex text from a state; with each token comes a function that tells the state in which it was found.

    Pygments takes the state to begin with, but tells no one the state it ends in, and code that streams would have to
    be lexed from its beginning with every word. The running generator knows.
    """
    tokens = lexer.get_tokens_unprocessed(text, state)

    def found_in() -> tuple[str, ...]:
        return tuple(tokens.gi_frame.f_locals["statestack"])

    for start, token, part in tokens:
        yield start, token, part, found_in


def _regex_lexer() -> Any:
    from pygments.lexer import RegexLexer  # late: a screen without code does not load it

    return RegexLexer
