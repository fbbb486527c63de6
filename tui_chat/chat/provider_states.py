"""How each provider is: whether it can be asked, with which key, and what went wrong last."""

from __future__ import annotations

from typing import NamedTuple

from tui_chat.chat.services import Services
from tui_chat.chat.troubles import Trouble, note_trouble, trouble_of
from tui_chat.config.secrets import environment_key, read_key
from tui_chat.domain.errors import ChatError
from tui_chat.domain.providers import Credentials, Protocol, Provider, masked


class ProviderState(NamedTuple):
    """What there is to know of a provider."""

    provider: Provider
    state: str
    """``answers``, ``ready``, ``failing``, ``runs``, ``does not run``, ``no key`` or ``incomplete``."""
    how: str
    """Where it is or where its key comes from; how to make it ready, if it is not."""
    why: str
    """Why it answers in new sessions, if it does."""
    key: Credentials
    """Its key as it may be shown; that of a command or of the keyring only once it was asked for."""
    trouble: Trouble | None
    """What went wrong last; ``None`` if it has answered since."""

    @property
    def answers(self) -> bool:
        """Whether it answers in new sessions."""
        return bool(self.why)

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON, without the key."""
        trouble = self.trouble
        return {
            "name": self.provider.name,
            "label": self.provider.label,
            "state": self.state,
            "how": self.how,
            "base_url": self.provider.address,
            "answers": self.answers,
            "why": self.why,
            "key": self.key.masked,
            "key_source": self.key.source,
            "last_error": f"{trouble.text.rstrip('.')}. {trouble.advice}".strip() if trouble else "",
            "last_error_at": trouble.at.isoformat() if trouble else None,
        }


def provider_states(services: Services) -> list[ProviderState]:
    """Return all providers; quick: no key command is run, no keyring and no server is asked."""
    return [
        provider_state(services, one) for one in services.providers.values() if one.protocol is not Protocol.SCRIPTED
    ]


def provider_state(services: Services, provider: Provider) -> ProviderState:
    """Return how a provider is; quick."""
    state, how = services.state_of(provider)
    trouble = None if provider.is_built_in else trouble_of(provider.name)
    if trouble is not None and state in ("answers", "ready"):
        state = "failing"
    why = services.choice.why if provider.name == services.choice.provider else ""
    return ProviderState(provider, state, how, why, _quick_key(services, provider), trouble)


async def shown_key(provider: Provider) -> Credentials:
    """Return a provider's key as it may be shown, wherever it has to be looked for.

    Raises:
        ConfigError: if its key command fails.
    """
    found = await read_key(provider)
    return Credentials(masked=masked(found.value), source=found.source)


async def keep_key(services: Services, provider: Provider, key: str) -> str:
    """Put a provider's key into the keyring and use it from now on; an empty one removes the key from there.

    Returns:
        What has been done, in a sentence.

    Raises:
        ConfigError: if there is no keyring, or it refuses.
    """
    await services.keep_key(provider.name, key)
    if not key:
        return f"The key of {provider.label} is gone from the keyring."
    before = "api_key_command" if provider.key_command else environment_key(provider).source
    return f"The key of {provider.label} is in the keyring" + (f", but {before} comes before it." if before else ".")


async def check(services: Services, name: str, *, anew: bool = False) -> Credentials:
    """Ask a provider whether it accepts its key, and remember what it said.

    Args:
        services: Who knows the provider.
        name: Its name.
        anew: Whether its connections are closed and its key is read again before.

    Raises:
        ChatError: if it could not be asked.
    """
    try:
        client = await services.client(name)
        if anew:
            await client.reset()
        credentials = await client.refresh()
    except ChatError as error:
        note_trouble(name, error)
        raise
    note_trouble(name, refusal(services.provider(name)) if credentials.is_valid is False else None)
    return credentials


def refusal(provider: Provider) -> ChatError:
    """Return the error that a refused key is."""
    return ChatError(f"{provider.label} does not accept the key", advice=provider.key_advice)


def _quick_key(services: Services, provider: Provider) -> Credentials:
    if provider.key_command:
        return Credentials(source="api_key_command")
    if (found := environment_key(provider)).value:
        return Credentials(masked=masked(found.value), source=found.source)
    if provider.name in services.kept_keys:
        return Credentials(masked="…", source="keyring")
    return Credentials()
