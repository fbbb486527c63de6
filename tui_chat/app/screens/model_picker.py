"""Choosing the model that answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_chat.app.screens.dialogs import AskSecret, AskText
from tui_chat.app.screens.model_rows import ModelRows, age
from tui_chat.app.screens.pull import PullDialog
from tui_chat.app.screens.sheet import FIELD_MOVES, Sheet
from tui_chat.app.widgets import Hints, RowList
from tui_chat.chat.model_offers import OfferGroup, matching, offer_groups, toggle_favourite
from tui_chat.chat.provider_states import keep_key
from tui_chat.chat.services import Services
from tui_chat.config.settings_file import save_setting
from tui_chat.domain.errors import ChatError
from tui_chat.domain.parameters import EFFORTS
from tui_chat.domain.providers import Protocol, Provider
from tui_chat.domain.record import now
from tui_chat.domain.words import counted

#: Seconds for which a list of a provider in the cloud is not asked for again.
FRESH = 3600.0

_EFFORTS = ("", *EFFORTS)
"""Reasoning efforts; the empty one leaves it to the model."""

_IN_LIST = [
    ("Enter", "use here"),
    ("/", "filter"),
    ("d", "default"),
    ("f", "favourite"),
    ("e", "effort"),
    ("k", "key"),
    ("o", "once"),
    ("p", "pull"),
    ("R", "ask again"),
    ("Esc", "close"),
]
_IN_FIELD = [("Enter", "use here"), ("type", "filter"), ("↑ ↓", "model"), ("Esc", "back to the list")]


class Picked(NamedTuple):
    """A model, and who offers it."""

    provider: str
    model: str
    is_once: bool = False
    """Whether it shall write the next answer only."""
    effort: str | None = None
    """The reasoning effort that was chosen with it; ``None`` leaves it as it is."""


class ModelPicker(Sheet[Picked]):
    """The models of every provider that can answer, and how to mend those that cannot.

    Lists are shown as they were last, and asked for anew when they are old; letters act in the list, ``/`` filters.

    Args:
        services: Knows the providers.
        provider: Who answers now.
        model: The model now.
        effort: The reasoning effort now; ``None`` if none is set.
    """

    KEYS: ClassVar = _IN_LIST
    BINDINGS: ClassVar[list[BindingType]] = [
        *FIELD_MOVES,
        Binding("g,home", "end(False)", "first", show=False),
        Binding("G,end", "end(True)", "last", show=False),
        Binding("enter", "use", "use here", show=False),
        # Before all others, so that letters typed right after them act where they shall.
        Binding("slash", "filter", "filter", show=False, priority=True),
        Binding("escape", "dismiss_empty", "close", show=False, priority=True),
        Binding("d", "make_default", "default", show=False),
        Binding("f", "favour", "favourite", show=False),
        Binding("e", "effort", "effort", show=False),
        Binding("k", "key", "key", show=False),
        Binding("o", "once", "once", show=False),
        Binding("p", "pull", "pull", show=False),
        Binding("R", "ask_again", "ask again", show=False),
    ]
    AUTO_FOCUS = "ModelRows"

    def __init__(self, services: Services, provider: str, model: str, *, effort: str | None = None) -> None:
        super().__init__("Model", width="-list")
        self._services = services
        self._now = (provider, model)
        self._effort = effort or ""
        self._has_new_effort = False
        self._troubles: dict[str, str] = {}
        self._groups: list[OfferGroup] = []
        self._landed: tuple[str, str] | None = None
        """Where the cursor was put, which waits for the list that has the model of now."""

    def compose_body(self) -> Iterable[Widget]:
        """Yield the filter, the list and what is to be said."""
        with Horizontal(classes="field-row"):
            yield Input(placeholder="/ Filter, or type a name", compact=True, classes="field")
            yield Static(Content("$ for a million tokens"), classes="field-aside")
        yield ModelRows()
        yield Static(classes="note")

    def on_mount(self) -> None:
        self._read()
        for provider in self._services.providers.values():
            self._ask_if_old(provider)
        self.run_worker(self._find_keys(), group="keys")

    @on(Input.Changed)
    def narrow(self) -> None:
        self._say("")
        self._fill()

    @on(events.DescendantFocus)
    def follow_focus(self) -> None:
        is_typing = self.query_one(Input).has_focus
        self.query_one(ModelRows).led = is_typing
        self.query_one(".sheet-keys", Hints).set_hints(_IN_FIELD if is_typing else _IN_LIST)

    @on(Input.Submitted)
    def take(self) -> None:
        self.action_use()

    @on(RowList.Chosen)
    def take_clicked(self) -> None:
        self.action_use()

    def action_dismiss_empty(self) -> None:
        """Leave the filter, else close without a choice."""
        if self.query_one(Input).has_focus:
            self.set_focus(self.query_one(ModelRows))
        else:
            self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action means something now: in the filter a slash is a letter."""
        return not (action == "filter" and self.query_one(Input).has_focus) and super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Go to the filter."""
        self.set_focus(self.query_one(Input))

    def action_end(self, is_last: bool) -> None:
        """Move the cursor to one end."""
        rows = self.query_one(ModelRows)
        (rows.last if is_last else rows.first)()

    def action_use(self) -> None:
        """Use the model with the cursor from now on."""
        self._choose(is_once=False)

    def action_once(self) -> None:
        """Use the model with the cursor for the next answer only."""
        self._choose(is_once=True)

    def action_make_default(self) -> None:
        """Let the model with the cursor answer in new sessions of every run."""
        if (offer := self.query_one(ModelRows).offer) is None:
            return
        try:
            save_setting("chat.provider", offer.provider.name)
            save_setting("chat.model", offer.info.name)
        except ChatError as error:
            self._say(error.sentence, ink="$text-error")
        else:
            self._say(f"{offer.info.name} of {offer.provider.label} is the default of new sessions")

    def action_favour(self) -> None:
        """Make the model with the cursor a favourite, or no longer."""
        if (offer := self.query_one(ModelRows).offer) is not None:
            is_one = toggle_favourite(offer.name)
            self._read()
            self._say(f"{offer.info.name} is {'a favourite' if is_one else 'no favourite any more'}")

    def action_effort(self) -> None:
        """Choose the next reasoning effort; it counts with the model that is chosen."""
        at = _EFFORTS.index(self._effort) if self._effort in _EFFORTS else 0
        self._effort, self._has_new_effort = _EFFORTS[(at + 1) % len(_EFFORTS)], True
        offer = self.query_one(ModelRows).offer
        cannot = offer is not None and offer.info.can("reasoning") is False
        more = f"; {offer.info.name} does not reason" if cannot and offer is not None else ""
        self._say(f"Reasoning effort: {self._effort or 'left to the model'}; Enter uses it{more}")

    @work(group="dialog")
    async def action_key(self) -> None:
        """Set the key of the provider with the cursor."""
        offer = self.query_one(ModelRows).offer
        if offer is None or offer.provider.is_local:
            return
        provider = offer.provider
        key = await self.app.push_screen_wait(AskSecret(f"Key of {provider.label}", provider.key_page))
        if not key:
            return
        try:
            words = await keep_key(self._services, provider, key)
        except ChatError as error:
            self._say(error.sentence, ink="$text-error")
        else:
            self._say(words)
            self._read()
            self.run_worker(self._ask(provider), group=f"models:{provider.name}")

    @work(group="dialog")
    async def action_pull(self) -> None:
        """Have Ollama download a model."""
        providers = self._services.providers.values()
        found = [one for one in providers if one.protocol is Protocol.OLLAMA and self._services.can_answer(one)]
        if not found:
            self._say("Ollama does not run: start it, then pull a model.", ink="$text-warning")
            return
        name = await self.app.push_screen_wait(AskText("Pull a model", "", aside="such as qwen3:8b"))
        if not name or not await self.app.push_screen_wait(PullDialog(self._services, found[0], name.strip())):
            return
        await self._ask(found[0])
        # Ollama lists what was asked for without a tag under its usual one.
        pulled = name.strip() if ":" in name else f"{name.strip()}:latest"
        self._fill(keep=(found[0].name, pulled))
        self._say(f"{pulled} is there: Enter uses it")

    def action_ask_again(self) -> None:
        """Ask all providers for their lists, however new these are."""
        for provider in self._services.providers.values():
            self._ask_if_old(provider, fresh=0)

    async def _find_keys(self) -> None:
        """Ask those, too, whose key nobody but the keyring has."""
        lacking = [one for one in self._services.providers.values() if not self._services.can_answer(one)]
        await self._services.look_for_keys()
        for provider in lacking:
            self._ask_if_old(provider)
        self._read()

    def _ask_if_old(self, provider: Provider, fresh: float = FRESH) -> None:
        if provider.is_built_in or not self._services.can_answer(provider):
            return
        kept = self._services.models.listed(provider.name)
        is_new = kept is not None and (now() - kept.fetched_at).total_seconds() < fresh
        if provider.is_local or not is_new:
            self.run_worker(self._ask(provider), group=f"models:{provider.name}")

    async def _ask(self, provider: Provider) -> None:
        try:
            client = await self._services.client(provider.name)
            found = await client.models()
        except ChatError as error:
            self._troubles[provider.name] = error.text
        else:
            self._troubles.pop(provider.name, None)
            if found:
                await self._services.models.keep(provider.name, found)
        self._read()

    def _read(self) -> None:
        self._groups = offer_groups(self._services)
        self._fill()

    def _fill(self, keep: tuple[str, str] | None = None) -> None:
        rows, typed = self.query_one(ModelRows), self.query_one(Input).value.strip()
        at = rows.offer
        has_moved = at is not None and not typed and at.name != self._landed
        keep = keep or (at.name if at is not None and has_moved else self._now)
        shown = matching(self._groups, typed)
        is_tight = self.app.size.height < 30
        rows.show([(group, self._fact(group)) for group in shown], keep=keep, is_tight=is_tight)
        if keep == self._now:
            self._landed = rows.offer.name if rows.offer is not None else None
        own = [group for group in self._groups if group.provider is not None]
        count = sum(len(group.offers) for group in own if group.offers and group.offers[0].is_ready)
        ready = sum(bool(group.offers) and group.offers[0].is_ready for group in own)
        facts = f"{counted(count, 'model')} of {counted(ready, 'provider')}"
        self.query_one(".sheet-title .right", Static).update(Content(facts))
        if typed and not shown:
            label = self._services.provider(self._now[0]).label
            self._say(f"Enter asks {label} for {typed}, which is in no list")

    def _fact(self, group: OfferGroup) -> str:
        provider = group.provider
        if provider is None:
            return ""
        if trouble := self._troubles.get(provider.name):
            return trouble
        state, how = self._services.state_of(provider)
        if state == "no key":
            return f"no key · k to enter one, or {how}"
        if not self._services.can_answer(provider):
            return how
        kept = self._services.models.listed(provider.name)
        if provider.is_local or kept is None:
            return how.split("://")[-1].removesuffix("/v1")
        return f"fetched {age(kept.fetched_at, now())}"

    def _choose(self, *, is_once: bool) -> None:
        offer = self.query_one(ModelRows).offer
        typed = self.query_one(Input).value.strip()
        effort = self._effort if self._has_new_effort else None
        if offer is not None and offer.provider.lacks:
            self._say(f"{offer.provider.label} cannot be asked before {offer.provider.lacks} is set")
        elif offer is not None and not offer.is_ready:
            self.action_key()
        elif offer is not None:
            self.dismiss(Picked(*offer.name, is_once, effort))
        elif typed:
            self.dismiss(Picked(self._now[0], typed, is_once, effort))

    def _say(self, words: str, *, ink: str = "$foreground-muted") -> None:
        self.query_one(".note", Static).update(Content.styled(words, ink))
