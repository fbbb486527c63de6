"""The providers: who can answer and why, with which key, what went wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.dialogs import AskSecret, Confirm
from tui_chat.app.screens.model_rows import age
from tui_chat.app.screens.sheet import MOVES, Sheet
from tui_chat.app.transcript.sanitize import sanitize
from tui_chat.app.widgets import Pick, Row
from tui_chat.chat.provider_states import (
    ProviderState,
    check,
    keep_key,
    provider_state,
    provider_states,
    refusal,
    shown_key,
)
from tui_chat.chat.services import Services
from tui_chat.domain.errors import ChatError
from tui_chat.domain.providers import Provider
from tui_chat.domain.record import now

_INKS = {"answers": "$text-success", "ready": "", "runs": "", "failing": "$text-error"}
#: Width of the columns of names and states.
_NAME, _STATE = 20, 15
#: Columns of the screen below which a row does not say how it is done.
_ROOMY = 60


class ProvidersScreen(Sheet[None]):
    """All providers, and everything about the one with the cursor.

    Args:
        services: Knows the providers.
        at: Name of the provider that has the cursor at first.
    """

    KEYS: ClassVar = [
        ("c", "check"),
        ("r", "reconnect"),
        ("s", "set key"),
        ("D", "delete key"),
        ("v", "look for the key"),
        ("Esc", "close"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,enter", "check", "check"),
        Binding("r", "reconnect", "reconnect"),
        Binding("s", "set_key", "set key"),
        Binding("D,delete", "delete_key", "delete key"),
        Binding("v", "look", "look for the key"),
        *MOVES,
    ]

    def __init__(self, services: Services, at: str) -> None:
        super().__init__("Providers", width="-list")
        self._services = services
        self._at = at
        self._said: dict[str, Content] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Yield the list, and a card about the one with the cursor."""
        yield Pick()
        yield Static(classes="note card")

    def on_mount(self) -> None:
        self._show()
        rows = self.query_one(Pick)
        rows.focus()
        rows.move_to(self._at)

    @on(Pick.Moved)
    def tell(self) -> None:
        self._tell()

    @on(Pick.Chosen)
    def check_clicked(self) -> None:
        self.action_check()

    def action_check(self) -> None:
        """Ask whether the key is accepted."""
        if (provider := self._provider) is not None:
            self._do(provider, "asking", self._check(provider, anew=False))

    def action_reconnect(self) -> None:
        """Close the connections, read the key again, and ask whether it is accepted."""
        if (provider := self._provider) is not None:
            self._do(provider, "reconnecting", self._check(provider, anew=True))

    def action_look(self) -> None:
        """Look where the key comes from, also if a command has to be run or the keyring asked."""
        if (provider := self._provider) is not None:
            self._do(provider, "looking", self._look(provider))

    @work(group="dialog")
    async def action_set_key(self) -> None:
        """Put a key into the keyring."""
        provider = self._provider
        if provider is None or provider.is_local:
            return
        key = await self.app.push_screen_wait(AskSecret(f"Key of {provider.label}", provider.key_page))
        if key:
            self._do(provider, "keeping the key", self._keep(provider, key))

    @work(group="dialog")
    async def action_delete_key(self) -> None:
        """Remove the key from the keyring."""
        provider = self._provider
        if provider is None or provider.name not in self._services.kept_keys:
            return
        if await self.app.push_screen_wait(Confirm("Remove the key from the keyring?", provider.label)):
            self._do(provider, "removing the key", self._keep(provider, ""))

    @property
    def _provider(self) -> Provider | None:
        name = self.query_one(Pick).cursor_id
        return self._services.providers.get(name) if name else None

    def _do(self, provider: Provider, words: str, work: Awaitable[str]) -> None:
        self._said[provider.name] = Content.styled(f"{words} …", "$foreground-muted")
        self._tell()
        self.run_worker(self._done(provider, work), group=f"provider:{provider.name}")

    async def _done(self, provider: Provider, work: Awaitable[str]) -> None:
        try:
            self._said[provider.name] = Content(await work)
        except ChatError as error:
            self._said[provider.name] = Content.styled(sanitize(error.sentence), "$text-error")
        self._show()

    async def _check(self, provider: Provider, *, anew: bool) -> str:
        if provider.is_built_in:
            return f"{provider.label} is built in: there is nothing to check."
        credentials = await check(self._services, provider.name, anew=anew)
        if credentials.is_valid is False:
            raise refusal(provider)
        key = f" and accepts the key {credentials.masked} of {credentials.source}" if credentials.masked else ""
        return f"{provider.label} answers{key}."

    async def _look(self, provider: Provider) -> str:
        key = await shown_key(provider)
        return f"The key {key.masked} comes from {key.source}." if key.masked else "There is no key anywhere."

    async def _keep(self, provider: Provider, key: str) -> str:
        return await keep_key(self._services, provider, key)

    def _show(self) -> None:
        # Those that have something to do with the user first.
        states = sorted(provider_states(self._services), key=lambda state: state.state not in _INKS)
        self.query_one(Pick).set_rows([_row(state, has_room=self.app.size.width >= _ROOMY) for state in states])
        ready = sum(state.state in ("answers", "ready", "runs") for state in states)
        self.query_one(".sheet-title .right", Static).update(Content(f"{ready} of {len(states)} can answer"))
        self._tell()

    def _tell(self) -> None:
        provider = self._provider
        if provider is None:
            return
        state = provider_state(self._services, provider)
        said = self._said.get(provider.name, Content())
        trouble = _trouble(state) if state.trouble and state.trouble.text not in said.plain else ""
        facts = [
            ("address", provider.address),
            ("answers", state.why),
            ("key", " of ".join(part for part in (state.key.masked, state.key.source) if part)),
            ("models", self._models(provider)),
            ("last error", trouble),
        ]
        lines = [Content.assemble((f"{name:<12}", "$foreground-muted"), sanitize(fact)) for name, fact in facts if fact]
        lines += [said] if said else []
        self.query_one(".card", Static).update(Content("\n").join(lines))

    def _models(self, provider: Provider) -> str:
        kept = self._services.models.listed(provider.name)
        return f"{len(kept.models):,}, fetched {age(kept.fetched_at, now())}" if kept else ""


def _row(state: ProviderState, *, has_room: bool) -> Row:
    ink = _INKS.get(state.state, "$foreground-disabled")
    left = Content.assemble((f"{state.provider.label[: _NAME - 1]:<{_NAME}}", ink), (f"{state.state:<{_STATE}}", ink))
    how = state.how if has_room else ""
    return Row(left, Content.styled(how, "$foreground-muted"), state.provider.name)


def _trouble(state: ProviderState) -> str:
    trouble = state.trouble
    if trouble is None:
        return ""
    return f"{trouble.text.rstrip('.')}, {age(trouble.at, now())}. {trouble.advice}"
