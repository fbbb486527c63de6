"""The message pane: shows a branch, follows what arrives, is browsed, searched and copied from."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from tui_chat.app.transcript import inks, messages
from tui_chat.app.transcript.browsing import Browser
from tui_chat.app.transcript.entries import Hints, HintsFor, no_hints
from tui_chat.app.transcript.finding import SpansOf
from tui_chat.app.transcript.outline import Heading, outline
from tui_chat.app.transcript.reader import Reader
from tui_chat.app.transcript.rows import Place, Runs
from tui_chat.app.transcript.viewport import Seen
from tui_chat.domain.messages import ChatMessage


class Transcript(Reader, can_focus=True):
    """Shows the messages of a branch.

    Args:
        hints: Tells the keys that are shown on interrupted, failed and waiting replies; asked anew by `refresh_hints`.
    """

    FOCUS_ON_CLICK = False
    """Text that is selected by mouse leaves the keys where they are; a click on a message takes them, see `clicked`."""

    BrowsingEnded = messages.BrowsingEnded
    CursorMoved = messages.CursorMoved

    def __init__(
        self,
        *,
        hints: HintsFor = no_hints,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(hints, id=id, classes=classes)
        self._browser = Browser(self.stack, self.viewport)
        self._cursor_told: tuple[str, int, int] | None = None
        self._took_keys = False

    # ---- browsing ---------------------------------------------------------------------------------------------------

    @property
    def cursor_message(self) -> ChatMessage | None:
        """The browsed message; ``None`` while nobody browses."""
        index = self._browser.index
        return None if index is None else self.stack[index].message

    @property
    def cursor_code(self) -> tuple[str, str] | None:
        """Language and text of the block of code that keys act on; ``None`` if the browsed message has none."""
        index, code = self._browser.index, self._browser.code
        return None if index is None or code is None else self.stack.sheet(index).codes[code]

    @property
    def code_keys(self) -> Hints:
        """The keys that act on that block, with their words."""
        return ()

    def on_focus(self) -> None:
        """Begin to browse."""
        self._browser.enter()
        self.refresh()
        self._tell_cursor()

    def on_blur(self) -> None:
        """Stop browsing; at the end, follow again."""
        self._browser.leave()
        self.leave_selecting()
        self._cursor_told = None
        if not self.viewport.below:
            self.follow()
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Hand on what means nothing here to the input."""
        if self.selector is not None:
            self.select_by_key(event, self.selector)
        elif event.key in self.screen.active_bindings:
            return
        elif event.key in ("enter", "escape", "a"):
            self.post_message(self.BrowsingEnded(None))
        elif event.is_printable and event.character is not None:
            self.post_message(self.BrowsingEnded(event.character))
        else:
            return
        event.stop()
        event.prevent_default()

    def action_move_message(self, step: int) -> None:
        """Browse the next message, or the one before."""
        self._browser.move(step)
        self._after_move()

    def action_move_line(self, step: int) -> None:
        """Scroll by a line."""
        self.scroll_rows(step)

    def action_half_page(self, step: int) -> None:
        """Scroll by half a page."""
        self.scroll_rows(step * max(1, self.size.height // 2))

    def action_first(self) -> None:
        """Browse the first message."""
        self.viewport.put(0)
        self._go(0)

    def action_last(self) -> None:
        """Browse the newest message, and follow."""
        self.viewport.follow()
        self._go(len(self.stack) - 1)

    def action_move_code(self, step: int) -> None:
        """Put the cursor on the next block of code, or the one before."""
        self._browser.move_code(step)
        self._after_move()

    def action_fold(self) -> None:
        """Open or fold the reasoning of the browsed message, or of the newest."""
        if (index := self._index_in_hand) is not None:
            self.toggle(index, "unfolded")

    def action_details(self) -> None:
        """Show or hide all facts of the browsed message, or of the newest."""
        if (index := self._index_in_hand) is not None:
            self.toggle(index, "detailed")

    @property
    def _index_in_hand(self) -> int | None:
        newest = len(self.stack) - 1 if len(self.stack) else None
        return newest if self._browser.index is None else self._browser.index

    def action_next_hit(self, step: int) -> None:
        """Go to the next hit of what was looked for, or the one before."""
        self.find_next(step)

    def action_select_text(self) -> None:
        """Select text by keyboard."""
        if self._browser.index is not None:
            self.begin_selecting(self._browser.index)

    def outline(self) -> list[Heading]:
        """Return the prompts and the headings of the replies, in order."""
        return outline(self.stack)

    def nearest(self, headings: Sequence[Heading]) -> int:
        """Return the place of the entry of the outline that one is at, or the last one before."""
        index = self._browser.index if self._browser.index is not None else self.viewport.top[0]
        return max((at for at, one in enumerate(headings) if one.place.message <= index), default=0)

    def go_to(self, heading: Heading) -> None:
        """Scroll to an entry of the outline, and browse its message."""
        self.viewport.put(heading.place.message, self.stack.line_of(heading.place))
        self._go(heading.place.message)

    def find_in(self, message_id: str, query: str, spans_of: SpansOf) -> None:
        """Mark hits wherever they are, and go to the first one of a message, if it shows one.

        Args:
            message_id: The message.
            query: What is looked for, as the user knows it.
            spans_of: Where its hits in a text are.
        """
        self.finder.search(query, spans_of)
        index = self.stack.index_of(message_id)
        if index is None:
            return
        self._browser.remember(index)
        self.finder.start_at(index)
        if index in self.finder.messages:
            self.find_next(1)
        else:
            self.sync(is_all=True)

    def _go(self, index: int) -> None:
        if len(self.stack):
            self._browser.go(index)
        self._after_move()

    def _after_move(self) -> None:
        self.sync(is_all=True)
        self._tell_follow()
        self._tell_cursor()

    def toggle(self, index: int, what: str) -> None:
        """Open or fold a part of a message: ``unfolded`` its reasoning, ``detailed`` its facts. What opens is seen."""
        sheet = self.stack.sheet(index)
        before = len(sheet)
        setattr(sheet, what, not getattr(sheet, what))
        sheet.refresh(self.stack.hints)
        self.stack.settle(index)
        grown = len(sheet) - before
        top, line = self.viewport.top
        self.viewport.put(top, max(0, line + grown) if top == index and line else line)
        if grown > 0:
            self._browser.show_rows(index, min(grown + 1, self.viewport.height // 2))
        self._after_move()

    def _tell_cursor(self) -> None:
        index = self._browser.index
        if index is None:
            return
        told = (self.stack[index].message.id, index, len(self.stack))
        if told != self._cursor_told:
            self._cursor_told = told
            self.post_message(self.CursorMoved(*told))

    # ---- what the window and the flow ask for -----------------------------------------------------------------------

    def dress(self, seen: Seen) -> tuple[bool, Runs]:
        """Mark the browsed message, and show the keys of the block of code under the cursor."""
        index = self._browser.index
        if index is None or seen.message != index or seen.row is None:
            return False, ()
        if seen.row.code < 0 or seen.row.code != self._browser.code:
            return True, ()
        count = len(self.stack.sheet(index).codes)
        place = f"{seen.row.code + 1} of {count}"
        keys = [run for key, word in self.code_keys for run in ((f"  {key}", inks.FAINT_KEY), (f" {word}", inks.FAINT))]
        return True, ((place, inks.MUTED), *keys)

    def scrolled(self) -> None:
        """Keep the cursor in sight and the selection under the pointer."""
        self._browser.stay_in_view()
        self._tell_follow()
        if self._browser.index is not None:
            self.refresh()
            self._tell_cursor()
        self.follow_pointer()

    def clicked(self, index: int) -> None:
        """Browse the message that was clicked."""
        self._took_keys = not self.has_focus
        self.focus(scroll_visible=False)
        self._browser.go(index)
        self.refresh()
        self._tell_cursor()

    def clicked_again(self) -> None:
        """Give the keys back that the first click took."""
        if self._took_keys:
            self.post_message(self.BrowsingEnded(None))

    def show_hit(self, index: int, line: int) -> None:
        """Scroll to a hit, and browse its message if the pane has the keys."""
        self._browser.show_line(index, line)
        if self.has_focus:
            self._browser.go(index)
        self._after_move()

    def show_place(self, place: Place) -> None:
        """Scroll until a place is seen."""
        self._browser.show_line(place.message, self.stack.line_of(place))
        self._browser.go(place.message)
        self._after_move()

    def resized(self) -> None:
        """Begin to browse if the pane had the keys before there was anything to see."""
        if self.has_focus and self._browser.index is None:
            self.on_focus()

    def arrived(self, at: int | None) -> None:
        """Browse the message that is shown, if the pane has the keys."""
        self.leave_selecting()
        if self.is_attached and self.text_selection is not None:
            # What was selected by mouse are places in what was shown before.
            self.screen.clear_selection()
        self._cursor_told = None
        self._browser.leave()
        if self.finder.query:
            self.finder.again()
        if self.has_focus and len(self.stack):
            self._browser.enter()
            if at is not None:
                self._browser.go(at)
            self._tell_cursor()
        self.refresh()

    def counted(self) -> None:
        """Tell that there are more messages now."""
        if self.finder.query:
            at = self.finder.at
            self.finder.again()
            self.finder.stay(at)
        self._tell_cursor()
