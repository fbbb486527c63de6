"""Search in everything: titles and messages of all sessions, as one types."""

from __future__ import annotations

from asyncio import Event, sleep
from collections.abc import Sequence
from contextlib import aclosing
from time import monotonic
from typing import ClassVar, NamedTuple

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_chat.app.commands import Place, bindings, command
from tui_chat.app.screens import search_words
from tui_chat.app.screens.closing import ClosingScreen
from tui_chat.app.screens.help import HelpScreen
from tui_chat.app.screens.search_filters import choices, kinds
from tui_chat.app.screens.search_preview import EntriesOf, HitPreview
from tui_chat.app.stylesheets import dialog_stylesheets
from tui_chat.app.widgets import Hints, muted
from tui_chat.app.widgets.filter_row import FilterRow
from tui_chat.app.widgets.hit_list import HitList
from tui_chat.domain.errors import ChatError
from tui_chat.storage.hits import Found
from tui_chat.storage.library import Library
from tui_chat.storage.query import parse

#: Sessions with hits that are looked for before the user comes near their end.
AT_ONCE = 100

#: Seconds after which what was found before goes, though nothing was found yet.
KEEP_OLD = 0.15

#: Seconds before a search begins, so that what is typed is on screen first, and the next key finds nothing to stop.
SETTLE = 0.03

#: Seconds that the cursor has to rest before the messages around a hit are shown; more while one types.
REST, REST_TYPING = 0.05, 0.15


class WantedHit(NamedTuple):
    """What the user wants to see of what was found."""

    session_id: str
    message_id: str | None
    """``None`` for the session as a whole."""
    is_deleted: bool
    """Whether the session is in the trash."""
    query: str
    """What was looked for."""


class SearchScreen(ClosingScreen[WantedHit]):
    """A field, filters, what was found, and the messages around it. Escape goes back without a result.

    Args:
        library: What is searched.
        entries_of: Reads the messages around a hit.
        tags: Tags to choose from, the most used first.
        text: What to look for at first.
    """

    CSS_PATH = dialog_stylesheets()
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.SEARCH),
        *(command(one).binding for one in ("app.search", "app.help", "app.quit")),
    ]
    AUTO_FOCUS = "Input"

    field = getters.query_one(Input)
    filters = getters.query_one(FilterRow)

    def __init__(self, library: Library, entries_of: EntriesOf, *, tags: Sequence[str] = (), text: str = "") -> None:
        super().__init__()
        self._library = library
        # Kept here since workers may still ask for them when the screen has lost its widgets.
        self.hits = HitList()
        """What was found."""
        self.preview = HitPreview(entries_of)
        """The messages around the hit with the cursor."""
        self._note = Static(classes="note", markup=False)
        self._facts = Static(classes="facts", markup=False)
        self._hints = Hints()
        self._kinds = kinds(tags)
        self._text = text
        self._spans_of = search_words.spans_of(text)
        self._notes: Sequence[str] = ()
        """What was not understood of what is typed."""
        self._typed_at = 0.0
        self._most = AT_ONCE
        self._more = Event()
        """Set when more is wanted."""

    @property
    def text(self) -> str:
        """What is looked for."""
        return self._text

    def compose(self) -> ComposeResult:
        with Vertical(id="search"):
            with Vertical(classes="card"), Horizontal(classes="line"):
                yield Static("/", classes="mark", markup=False)
                yield Input(placeholder="Search titles and messages", compact=True)
                yield self._facts
            yield FilterRow()
            with Horizontal(id="found"):
                with Vertical(id="hits"):
                    yield self.hits
                    yield self._note
                yield self.preview
            yield self._hints

    def on_mount(self) -> None:
        self.hits.led, self.hits.can_focus = True, False
        self.field.cursor_blink = False
        self.field.value = self._text
        self.field.select_all()
        self._begin()

    def on_resize(self) -> None:
        """Show the keys that act at this width."""
        self.call_after_refresh(self._show_keys)

    def on_key(self, event: events.Key) -> None:
        """Let letters go to the field, wherever the keys are."""
        if event.is_printable and event.character and not self.field.has_focus and event.key != "space":
            event.stop()
            self.field.focus()
            self.field.insert_text_at_cursor(event.character)

    @on(events.DescendantFocus)
    def see_focus(self) -> None:
        self._show_keys()

    @on(Input.Changed)
    def look_for_typed(self) -> None:
        self._begin()

    @on(FilterRow.Changed)
    def change_filter(self, event: FilterRow.Changed) -> None:
        self.field.value = self._kinds[event.index].changed(self.field.value, event.step)
        self.field.action_end()

    @on(HitList.Moved)
    @on(HitPreview.Appeared)
    def see_hit(self) -> None:
        self._show_around()

    @on(HitList.EndNear)
    def look_further(self) -> None:
        self._most = self.hits.sessions + AT_ONCE
        self._more.set()

    @on(Input.Submitted)
    @on(HitList.Chosen)
    def action_open(self) -> None:
        """Open the session of the hit with the cursor, at that hit."""
        if (place := self.hits.place) is not None:
            session = place.found.session
            self.dismiss(WantedHit(session.id, place.hit.message_id, session.is_deleted, self.field.value))

    def action_move(self, step: int) -> None:
        """Go to another hit."""
        self.hits.move(step)

    def action_page(self, step: int) -> None:
        """Scroll the messages around the hit, or the hits if only they are shown."""
        if self.preview.display:
            self.preview.transcript.scroll_rows(step * max(1, self.preview.transcript.size.height - 2))
        else:
            self.hits.half_page(2 * step)

    def action_tab(self) -> None:
        """Go to the filters and back; on a narrow screen, show the messages around the hit and the hits in turn."""
        if self.has_class("-narrow"):
            self.toggle_class("-previewing")
            self._show_keys()
        else:
            self.action_filters()

    def action_filters(self) -> None:
        """Go to the filters, or back to the field."""
        self.set_focus(self.field if self.filters.has_focus else self.filters)

    def action_search(self) -> None:
        """Begin anew."""
        self.set_focus(self.field)
        self.field.select_all()

    def action_show_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen(Place.SEARCH))

    def action_leave(self) -> None:
        """Go back: from the filters to the field, from the preview to the hits, from the hits to where one was."""
        if self.filters.has_focus:
            self.set_focus(self.field)
        elif self.has_class("-previewing"):
            self.action_tab()
        else:
            self.dismiss()

    @work(group="preview", exclusive=True)
    async def _show_around(self) -> None:
        """Show the messages around the hit with the cursor, once it rests there."""
        await sleep(max(REST, self._typed_at + REST_TYPING - monotonic()))
        place = self.hits.place
        if place is None:
            self.preview.clear()
        elif self.preview.has_room:
            await self.preview.show(place, self.field.value, self._spans_of)

    def _begin(self) -> None:
        """Look for what is typed now."""
        self._typed_at = monotonic()
        self._text = text = self.field.value
        query = parse(text)
        self._spans_of = search_words.spans_of(text)
        self.filters.set_choices(choices(self._kinds, text))
        self._notes = query.notes
        if query.is_empty:
            self.workers.cancel_group(self, "search")
            self._clear(search_words.operators())
            self._tell("")
        else:
            self._search(text)

    @work(group="search", exclusive=True)
    async def _search(self, text: str) -> None:
        spent, is_old = 0.0, True
        self._most = AT_ONCE
        await sleep(SETTLE)
        try:
            async with aclosing(self._library.search(text)) as batches:
                began = monotonic()
                async for batch in batches:
                    spent += monotonic() - began
                    if is_old and (batch or spent > KEEP_OLD):
                        self._clear(Content())
                        is_old = False
                    if batch:
                        self._take(batch)
                    elif not is_old:
                        self._tell("searching")
                    await self._wait_for_reader()
                    began = monotonic()
        except ChatError as error:
            self._clear(Content.styled(error.sentence, "$text-error"))
            self._tell("")
            return
        if is_old:
            self._clear(search_words.nothing_found(text))
        elif not self.hits.hits:
            self._note.update(search_words.nothing_found(text))
        self._tell(f"{(spent + monotonic() - began) * 1e3:,.0f} ms" if self.hits.hits else "")

    def _take(self, found: Sequence[Found]) -> None:
        is_first = not self.hits.sessions
        self.hits.add(found)
        self.hits.display, self._note.display = True, False
        if is_first:
            self._show_around()
        self._tell("searching")

    async def _wait_for_reader(self) -> None:
        """Wait until the user comes near the end of what was found; nobody reads ten thousand hits."""
        while self.hits.sessions >= self._most:
            self._tell("", has_more=True)
            self._more.clear()
            await self._more.wait()

    def _clear(self, note: Content) -> None:
        self.hits.clear()
        self.hits.display, self._note.display = False, True
        self._note.update(note)
        self._show_around()

    def _tell(self, state: str, *, has_more: bool = False) -> None:
        facts = search_words.facts(self.hits.hits, self.hits.sessions, state, has_more=has_more)
        # Told with every batch; to draw or lay the screen out each time would hold up what is typed.
        if facts != self._facts.content:
            self._facts.update(facts, layout=False)
        # Where nothing is found they stand in the place of the hits.
        self.filters.aside = muted(" ".join(self._notes if self.hits.hits else ()))
        self._show_keys()

    def _show_keys(self) -> None:
        self._hints.set_hints(
            search_words.hints(
                has_hits=bool(self.hits.hits),
                is_narrow=self.has_class("-narrow"),
                is_preview=self.preview.display,
                in_filters=self.filters.has_focus,
            )
        )
