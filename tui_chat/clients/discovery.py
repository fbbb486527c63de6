"""Finds the local servers that run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from tui_chat.clients.base import KeySource, no_key
from tui_chat.clients.registry import client_class
from tui_chat.domain.errors import AuthenticationFailed, ChatError
from tui_chat.domain.providers import ModelInfo, Provider


class LocalServer(NamedTuple):
    """A server that runs on this machine."""

    models: list[ModelInfo]
    is_locked: bool = False
    """Whether it wants a key, or another one, and has told nothing."""


async def find_local(
    providers: Sequence[Provider],
    key_source: Callable[[Provider], KeySource] = lambda provider: no_key,
    seconds: float = 0.5,
) -> dict[str, LocalServer]:
    """Ask local providers for their models, all at once.

    Whether anything listens is tried first, so that absent servers cost next to nothing.

    Args:
        providers: Whom to ask.
        key_source: Reads the key of a provider; none of them needs one to be asked.
        seconds: The most for each of the two steps.

    Returns:
        Those that answered by name of the provider, in the order of ``providers``. It never raises.
    """
    found = await asyncio.gather(*(_ask(provider, key_source(provider), seconds) for provider in providers))
    return {provider.name: server for provider, server in zip(providers, found, strict=True) if server is not None}


async def _ask(provider: Provider, key_source: KeySource, seconds: float) -> LocalServer | None:
    try:
        async with asyncio.timeout(seconds):
            await _knock(provider.base_url)
        # In a thread, since it may have to import httpx.
        make = await asyncio.to_thread(client_class, provider.protocol)
        async with asyncio.timeout(seconds), make(provider, key_source) as client:
            return LocalServer(await client.models())
    except AuthenticationFailed:
        return LocalServer([], is_locked=True)
    except (OSError, ValueError, ChatError):  # TimeoutError is an OSError
        return None


async def _knock(base_url: str) -> None:
    """Connect and hang up.

    Raises:
        OSError: if nothing listens.
        ValueError: if the address is none.
    """
    address = urlsplit(base_url)
    port = address.port or (443 if address.scheme == "https" else 80)
    _, writer = await asyncio.open_connection(address.hostname or "", port)
    writer.close()
