"""Choosing the model that answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_chat.app.screens.sheet import Rows, Sheet
from tui_chat.chat.services import Services
from tui_chat.domain.errors import ChatError
from tui_chat.domain.providers import Protocol, Provider


class Picked(NamedTuple):
    """A model, and who offers it."""

    provider: str
    model: str


class ModelPicker(Sheet[Picked]):
    """The models of every provider that can answer, and how to mend those that cannot.

    The lists are asked for when the dialog opens; each appears when it comes.
    """

    KEYS: ClassVar = [("Enter", "use here"), ("type", "filter"), ("↑ ↓", "model"), ("Esc", "close")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "next", show=False, priority=True),
        Binding("up", "move(-1)", "previous", show=False, priority=True),
        Binding("pagedown", "move(10)", "page", show=False, priority=True),
        Binding("pageup", "move(-10)", "page", show=False, priority=True),
    ]

    def __init__(self, services: Services, provider: str, model: str) -> None:
        super().__init__("Model", width="-list")
        self._services = services
        self._now = Picked(provider, model)
        self._models: dict[str, list[str]] = {}
        self._troubles: dict[str, str] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Yield the filter and the list."""
        yield Input(placeholder="Filter models, or type a name", compact=True, classes="field")
        yield Rows([])
        yield Static(classes="note")

    def on_mount(self) -> None:
        for provider in self._services.providers.values():
            if provider.protocol is not Protocol.SCRIPTED and self._services.can_answer(provider):
                self._models[provider.name] = [provider.default_model] if provider.default_model else []
                self.run_worker(self._ask(provider), group=f"models:{provider.name}")
        self._fill()

    @on(Input.Changed)
    def filter_models(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def take(self) -> None:
        rows = self.query_one(Rows)
        if rows.highlighted is not None:
            self._choose(rows.get_option_at_index(rows.highlighted).id or "")

    @on(OptionList.OptionSelected)
    def take_clicked(self, event: OptionList.OptionSelected) -> None:
        self._choose(event.option.id or "")

    def action_move(self, step: int) -> None:
        """Move the cursor, over the names of providers."""
        rows = self.query_one(Rows)
        for _ in range(abs(step)):
            if step > 0:
                rows.action_cursor_down()
            else:
                rows.action_cursor_up()

    async def _ask(self, provider: Provider) -> None:
        try:
            client = await self._services.client(provider.name)
            found = [model.name for model in await client.models()]
        except ChatError as error:
            self._troubles[provider.name] = error.text
        else:
            self._models[provider.name] = found or self._models[provider.name]
        if self.is_attached:
            self._fill()

    def _fill(self) -> None:
        rows = self.query_one(Rows)
        typed = self.query_one(Input).value.strip()
        words = typed.casefold().split()
        rows.clear_options()
        options: list[Option | None] = []
        for name, models in self._models.items():
            shown = [model for model in models if all(word in f"{name}/{model}".casefold() for word in words)]
            trouble = self._troubles.get(name, "")
            if shown or (trouble and not words):
                options.append(self._group(name, trouble))
                options.extend(Option(self._row(name, model), id=f"{name}\n{model}") for model in shown)
        if typed and not any(option and option.id for option in options):
            here = self._services.provider(self._now.provider)
            options.append(Option(Content(f"  {typed}  at {here.label}"), id=f"{here.name}\n{typed}"))
        rows.add_options(options)
        now = f"{self._now.provider}\n{self._now.model}"
        places = [place for place, option in enumerate(options) if option is not None and option.id]
        chosen = [place for place in places if (one := options[place]) is not None and one.id == now]
        rows.highlighted = next(iter(chosen or places), None)
        missing = sum(not one.is_built_in and one.name not in self._models for one in self._services.providers.values())
        note = f"{missing} more providers have no key or do not run: tui-chat providers" if missing else ""
        self.query_one(".note", Static).update(Content(note))

    def _group(self, name: str, trouble: str) -> Option:
        label = self._services.provider(name).label
        words = Content.assemble(
            (label, "bold $foreground-muted"), (f"  {trouble}" if trouble else "", "$text-warning")
        )
        return Option(words, disabled=True)

    def _row(self, provider: str, model: str) -> Content:
        if Picked(provider, model) == self._now:
            return Content.assemble(("● ", "$text-primary"), model)
        return Content(f"  {model}")

    def _choose(self, option: str) -> None:
        provider, _, model = option.partition("\n")
        self.dismiss(Picked(provider, model))
