"""Where keys come from: the provider's command, its environment variable, the keyring of the system."""

from __future__ import annotations

import asyncio
import os
from typing import NamedTuple

from tui_chat.domain.errors import ConfigError
from tui_chat.domain.providers import Provider

#: Seconds that a key command may take; a password manager may ask its user first.
COMMAND_TIMEOUT = 60.0

#: The name under which keys are kept in the keyring.
KEYRING_SERVICE = "tui-chat"


class FoundKey(NamedTuple):
    """A key in clear, and where it was found."""

    value: str
    source: str


def environment_key(provider: Provider) -> str:
    """Return the key that stands in the environment, or ``""``."""
    return os.environ.get(provider.key_variable, "").strip() if provider.key_variable else ""


async def read_key(provider: Provider) -> FoundKey:
    """Read a provider's key anew.

    Returns:
        The key; an empty one if there is none anywhere.

    Raises:
        ConfigError: if the provider's key command fails.
    """
    if provider.key_command:
        return FoundKey(await _from_command(provider), "api_key_command")
    if key := environment_key(provider):
        return FoundKey(key, provider.key_variable)
    if provider.needs_key and (key := await asyncio.to_thread(_from_keyring, provider.name)):
        return FoundKey(key, "keyring")
    return FoundKey("", "")


async def _from_command(provider: Provider) -> str:
    # Through the shell, since it is a line of the user's own config, with the quoting the user knows.
    process = await asyncio.create_subprocess_shell(
        provider.key_command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise ConfigError(
            f"The api_key_command of {provider.label} took longer than {COMMAND_TIMEOUT:.0f} s.",
            advice="Try it in a shell.",
        ) from None
    lines = output.decode(errors="replace").splitlines()
    if process.returncode or not lines:
        raise ConfigError(
            f"The api_key_command of {provider.label} ended with {process.returncode} and printed no key."
            if not lines
            else f"The api_key_command of {provider.label} ended with {process.returncode}.",
            advice="Try it in a shell.",
        )
    return lines[0].strip()


def _from_keyring(name: str) -> str:
    # Imported here: it takes long, and most keys stand in the environment.
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(KEYRING_SERVICE, name) or ""
    except (keyring.errors.KeyringError, OSError):
        return ""
