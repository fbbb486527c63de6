"""Choosing the models that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.model_picker import Picked
from tui_chat.app.screens.sheet import FIELD_MOVES, Sheet
from tui_chat.app.widgets import Pick, Row, RowList
from tui_chat.chat.rivals import FEWEST, MOST
from tui_chat.chat.services import Services
from tui_chat.domain.errors import ChatError
from tui_chat.domain.providers import Protocol, Provider


class TickField(Input):
    """The filter, in which Space ticks: names of models have none."""

    class Ticked(Message):
        """The user ticks what has the cursor."""

    def on_key(self, event: events.Key) -> None:
        """Take the key that means something else here than in a field."""
        if event.key == "space":
            event.stop()
            event.prevent_default()
            self.post_message(self.Ticked())


class CompareModels(Sheet[list[Picked]]):
    """The models of every provider that can answer, each with a tick; the result is those that are ticked.

    Args:
        services: Knows the providers.
        ticked: Which are ticked at first.
    """

    KEYS: ClassVar = [("Space", "tick"), ("Enter", "compare"), ("type", "filter"), ("↑ ↓", "model"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = FIELD_MOVES

    def __init__(self, services: Services, ticked: Sequence[Picked]) -> None:
        super().__init__("Compare", aside=f"{FEWEST} to {MOST} models answer at once", width="-list")
        self._services = services
        self._ticked = list(ticked)
        self._named = dict.fromkeys(ticked)
        self._models: dict[str, list[str]] = {}
        self._troubles: dict[str, str] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Yield the filter, the list and what is ticked."""
        yield TickField(placeholder="Filter, or type a name", compact=True, classes="field -filter")
        yield Pick()
        yield Static(classes="note -spaced", markup=False)

    def on_mount(self) -> None:
        field, rows = self.query_one(Input), self.query_one(Pick)
        rows.can_focus, rows.led = False, True
        field.focus()
        for provider in self._services.providers.values():
            if provider.protocol is not Protocol.SCRIPTED and self._services.can_answer(provider):
                self._models[provider.name] = [one.name for one in self._services.models.offered(provider.name)]
                self.run_worker(self._ask(provider), group=f"models:{provider.name}")
        self._fill()
        self._tell_ticked()

    @on(Input.Changed)
    def narrow(self) -> None:
        self._fill()
        self._tell_ticked()

    @on(RowList.Chosen)
    def tick_clicked(self, event: RowList.Chosen) -> None:
        self._tick(event.key)

    @on(TickField.Ticked)
    def tick(self) -> None:
        if (key := self.query_one(Pick).cursor_id) is not None:
            self._tick(key)

    @on(Input.Submitted)
    def compare(self) -> None:
        """Compare what is ticked."""
        if len(self._ticked) >= FEWEST:
            self.dismiss(self._ticked)
        else:
            self._note(f"Tick {FEWEST} models at least: Space.", is_trouble=True)

    async def _ask(self, provider: Provider) -> None:
        try:
            found = await (await self._services.client(provider.name)).models()
        except ChatError as error:
            self._troubles[provider.name] = error.text
        else:
            await self._services.models.keep(provider.name, found)
            self._models[provider.name] = [one.name for one in self._services.models.offered(provider.name)]
        self._fill()

    def _tick(self, key: str) -> None:
        provider, _, model = key.partition("\n")
        picked = Picked(provider, model)
        if picked in self._ticked:
            self._ticked.remove(picked)
        elif len(self._ticked) < MOST:
            self._ticked.append(picked)
            self._named[picked] = None
        else:
            self._note(f"{MOST} models at most.", is_trouble=True)
            return
        self._fill()
        self._tell_ticked()

    def _fill(self) -> None:
        typed = self.query_one(Input).value.strip()
        words = typed.casefold().split()
        rows: list[Row] = []
        for name, models in self._models.items():
            # What was ticked stays in the list, whether the provider knows it or not.
            named = dict.fromkeys([*models, *(one.model for one in self._named if one.provider == name)])
            shown = [model for model in named if all(word in f"{name}/{model}".casefold() for word in words)]
            trouble = self._troubles.get(name, "")
            if shown or (trouble and not words):
                if rows and self.app.size.height >= 30:
                    rows.append(Row(Content()))
                rows.append(Row(self._heading(name, trouble)))
                rows.extend(self._row(name, model) for model in shown)
        if typed and not any(row.key for row in rows):
            here = self._ticked[0].provider if self._ticked else self._services.choice.provider
            rows.append(self._row(here, typed))
        pick = self.query_one(Pick)
        pick.set_rows(rows)

    def _tell_ticked(self) -> None:
        names = ", ".join(one.model or one.provider for one in self._ticked)
        self._note(f"{len(self._ticked)} of {MOST}: {names}" if names else "None is ticked yet.")

    def _row(self, provider: str, model: str) -> Row:
        is_ticked = Picked(provider, model) in self._ticked
        mark = ("■ ", "$text-primary") if is_ticked else ("□ ", "$foreground-muted")
        return Row(Content.assemble(mark, model or "its default model"), key=f"{provider}\n{model}")

    def _heading(self, name: str, trouble: str) -> Content:
        label = self._services.provider(name).label
        return Content.assemble(
            (label, "bold $foreground-muted"), (f"   {trouble}" if trouble else "", "not bold $text-warning")
        )

    def _note(self, words: str, *, is_trouble: bool = False) -> None:
        self.query_one(".note", Static).update(Content.styled(words, "$text-warning" if is_trouble else ""))
