"""Where keys come from: the provider's command, its environment variable, the keyring of the system."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from tui_chat.config.state import load_state, save_state
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.providers import Provider, masked

#: Seconds that a key command may take; a password manager may ask its user first.
COMMAND_TIMEOUT = 60.0

#: Seconds that are waited for the end of one that is given up.
_END_TIMEOUT = 1.0

#: The name under which keys are kept in the keyring.
KEYRING_SERVICE = "tui-chat"

#: What the names of the providers whose keys are there are remembered as.
_KEPT = "keys_in_keyring"


class FoundKey(NamedTuple):
    """A key in clear, and where it was found."""

    value: str
    source: str

    def __repr__(self) -> str:
        """Return it as it may be shown."""
        return f"FoundKey({masked(self.value)!r}, {self.source!r})"


_NOTHING = FoundKey("", "")


def environment_key(provider: Provider) -> FoundKey:
    """Return the key that stands in the environment; an empty one if there is none."""
    for name in (provider.key_variable, *provider.more_key_variables):
        if key := os.environ.get(name, "").strip():
            return FoundKey(key, name)
    return _NOTHING


async def read_key(provider: Provider) -> FoundKey:
    """Read a provider's key anew.

    Returns:
        The key; an empty one if there is none anywhere.

    Raises:
        ConfigError: if the provider's key command fails.
    """
    if provider.key_command:
        return FoundKey(await _from_command(provider), "api_key_command")
    if (found := environment_key(provider)).value:
        return found
    may_be_kept = provider.needs_key or provider.name in kept_names()
    if may_be_kept and (key := await asyncio.to_thread(_from_keyring, provider.name)):
        return FoundKey(key, "keyring")
    return _NOTHING


class _Printed(asyncio.SubprocessProtocol):
    """What a command prints."""

    def __init__(self) -> None:
        self.output = bytearray()
        self.has_ended = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.output += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.has_ended.set()


async def _from_command(provider: Provider) -> str:
    # Through the shell, since it is a line of the user's own config, with the quoting the user knows.
    process, printed = await asyncio.get_running_loop().subprocess_shell(
        _Printed,
        provider.key_command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT):
            await printed.has_ended.wait()
    except TimeoutError:
        words = f"took longer than {COMMAND_TIMEOUT:.0f} s"
    else:
        words = f"ended with {process.get_returncode()}" if process.get_returncode() else ""
    finally:
        # Ends it; what the shell has started and still runs is not waited for.
        process.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_TIMEOUT):
                await printed.has_ended.wait()
    lines = printed.output.decode(errors="replace").splitlines()
    if words or not lines:
        words = words or "printed no key"
        raise ConfigError(f"The api_key_command of {provider.label} {words}.", advice="Try it in a shell.")
    return lines[0].strip()


def kept_names() -> frozenset[str]:
    """Return the providers whose key is known to be in the keyring; quick, since the keyring is not asked."""
    names = load_state().get(_KEPT, [])
    return frozenset(str(name) for name in names) if isinstance(names, list) else frozenset()


async def find_keys(providers: Iterable[Provider]) -> frozenset[str]:
    """Look into the keyring for the keys of providers, which others may have put there, and remember their names.

    Returns:
        The names of all providers whose key is in the keyring.
    """

    def found() -> set[str]:
        return {provider.name for provider in providers if _from_keyring(provider.name)}

    known = kept_names()
    names = known | await asyncio.to_thread(found)
    if names != known:
        save_state(**{_KEPT: sorted(names)})
    return names


async def keep_key(provider: Provider, key: str) -> None:
    """Put a provider's key into the keyring of the system, in the place of one that is there.

    Raises:
        ConfigError: if there is no keyring, or it refuses.
    """
    await asyncio.to_thread(_change_keyring, provider, key)
    save_state(**{_KEPT: sorted(kept_names() | {provider.name})})


async def forget_key(provider: Provider) -> None:
    """Remove a provider's key from the keyring of the system.

    Raises:
        ConfigError: if there is no keyring, or it refuses.
    """
    await asyncio.to_thread(_change_keyring, provider, "")
    save_state(**{_KEPT: sorted(kept_names() - {provider.name})})


def _change_keyring(provider: Provider, key: str) -> None:
    import keyring
    import keyring.errors

    try:
        if key:
            keyring.set_password(KEYRING_SERVICE, provider.name, key)
        else:
            with suppress(keyring.errors.PasswordDeleteError):
                keyring.delete_password(KEYRING_SERVICE, provider.name)
    except (keyring.errors.KeyringError, OSError):
        # What the keyring says may hold the key, so it is not passed on.
        raise ConfigError(
            "This system has no keyring that can be used.",
            advice=f"Set {provider.key_variable or 'api_key_command'} instead.",
        ) from None


def _from_keyring(name: str) -> str:
    # Imported here: it takes long, and most keys stand in the environment.
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(KEYRING_SERVICE, name) or ""
    except (keyring.errors.KeyringError, OSError):
        return ""
