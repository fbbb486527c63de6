"""Which client speaks which protocol."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tui_chat.clients.base import no_key
from tui_chat.clients.registry import PROTOCOLS, make_client
from tui_chat.domain.providers import Protocol, Provider


@pytest.mark.parametrize("protocol", Protocol)
def test_each_protocol_has_a_client(protocol: Protocol) -> None:
    provider = Provider(name="p", label="P", protocol=protocol)
    client = make_client(provider, no_key)
    assert client.provider is provider
    assert f"{type(client).__module__}:{type(client).__name__}" == PROTOCOLS[protocol]


def test_httpx_is_not_imported_before_a_client_needs_it() -> None:
    code = "import sys, tui_chat.clients.registry, tui_chat.clients.discovery; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
