"""Which provider answers, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from tui_chat.domain.errors import ConfigError
from tui_chat.domain.providers import Protocol, Provider


class Choice(NamedTuple):
    """Who answers in a new session, and the reason, which is shown."""

    provider: str
    model: str
    """Empty: the provider's default."""
    why: str
    """The end of a sentence that begins with "… answers"."""
    is_fallback: bool = False
    """Whether it is the guide, for want of anything better: a local server may then take its place."""


class Wishes(NamedTuple):
    """What was asked for, the most urgent first. Empty strings ask for nothing."""

    provider_option: str = ""
    model_option: str = ""
    provider_variable: str = ""
    model_variable: str = ""
    provider_setting: str = ""
    model_setting: str = ""
    last_provider: str = ""
    last_model: str = ""


def choose(
    providers: Mapping[str, Provider],
    wishes: Wishes,
    key_variable: Callable[[Provider], str],
    kept: Collection[str] = (),
) -> Choice:
    """Choose the provider for new sessions.

    Args:
        providers: All that are known, by name.
        wishes: What was asked for.
        key_variable: Returns the variable of the environment that holds a provider's key, or ``""``; cheap.
        kept: Names of the providers whose key is in the keyring.

    Raises:
        ConfigError: if a provider that was asked for is not known.
    """
    model = wishes.model_option or wishes.model_variable
    asked = (
        (wishes.provider_option, "", "because --provider asks for it"),
        (wishes.provider_variable, "", "because TUI_CHAT_PROVIDER asks for it"),
        (wishes.provider_setting, wishes.model_setting, "because the config asks for it"),
    )
    for name, usual_model, why in asked:
        if name:
            return Choice(known(providers, name).name, model or usual_model, why)
    last = providers.get(wishes.last_provider)
    if last is not None and not last.lacks and (last.name in kept or _can_answer(last, key_variable)):
        return Choice(last.name, model or wishes.last_model, "because it answered last")
    complete = [one for one in providers.values() if not one.lacks]
    for provider in complete:
        if provider.needs_key and (variable := key_variable(provider)):
            return Choice(provider.name, model, f"because {variable} is set")
    for provider in complete:
        if provider.name in kept:
            return Choice(provider.name, model, "because its key is in the keyring")
    for provider in complete:
        if not provider.is_local and _can_answer(provider, key_variable):
            return Choice(provider.name, model, "because the config adds it")
    return Choice("guide", "", "because no key is set and no local server runs", is_fallback=True)


def known(providers: Mapping[str, Provider], name: str) -> Provider:
    """Return the provider of that name.

    Raises:
        ConfigError: if there is none, with the names there are.
    """
    try:
        return providers[name]
    except KeyError:
        names = ", ".join(
            provider.name for provider in providers.values() if provider.protocol is not Protocol.SCRIPTED
        )
        raise ConfigError(f"There is no provider called {name!r}.", advice=f"Choose one of: {names}.") from None


def _can_answer(provider: Provider, key_variable: Callable[[Provider], str]) -> bool:
    if provider.protocol is Protocol.GUIDE:
        return False  # the last resort, not a habit: a key set since then must win
    return not provider.needs_key or bool(key_variable(provider) or provider.key_command)
