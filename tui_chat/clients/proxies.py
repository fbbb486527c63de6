"""Whether a provider is asked through a proxy, and through which."""

from __future__ import annotations

import ipaddress
from urllib.request import getproxies, proxy_bypass

import httpx

from tui_chat.domain.providers import Provider


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, which is never asked through a proxy."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    # 0.0.0.0, which servers print as their own address, means this machine too.
    return address.is_loopback or address.is_unspecified


def proxy_of(provider: Provider) -> str:
    """Return the proxy of a provider without name and password, as it may be shown; empty if there is none."""
    url = httpx.URL(provider.base_url)
    if is_loopback(url.host):
        return ""
    by_environment = {} if proxy_bypass(url.host) else getproxies()
    address = provider.proxy or by_environment.get(url.scheme) or by_environment.get("all") or ""
    scheme, mark, rest = address.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"
