"""Finds the local servers that run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from tui_chat.clients.base import no_key
from tui_chat.clients.registry import client_class
from tui_chat.domain.errors import ProviderError
from tui_chat.domain.providers import ModelInfo, Provider


async def find_local(providers: Sequence[Provider], timeout: float = 0.5) -> dict[str, list[ModelInfo]]:  # noqa: ASYNC109
    """Ask local providers for their models, all at once, without a key.

    Whether anything listens is tried first, so that absent servers cost next to nothing.

    Args:
        providers: Whom to ask.
        timeout: Seconds for each of the two steps.

    Returns:
        The models by name of the provider, of those that answered, in the order of ``providers``. It never raises.
    """
    found = await asyncio.gather(*(_ask(provider, timeout) for provider in providers))
    return {provider.name: models for provider, models in zip(providers, found, strict=True) if models is not None}


async def _ask(provider: Provider, seconds: float) -> list[ModelInfo] | None:
    try:
        async with asyncio.timeout(seconds):
            await _knock(provider.base_url)
        # In a thread, since it may have to import httpx.
        make = await asyncio.to_thread(client_class, provider.protocol)
        async with asyncio.timeout(seconds), make(provider, no_key) as client:
            return await client.models()
    except (OSError, ValueError, ProviderError):  # TimeoutError is an OSError
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
