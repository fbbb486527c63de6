"""The sentences about what went wrong."""

from __future__ import annotations

import pytest

from tui_chat.clients.failures import from_status
from tui_chat.clients.words import Words
from tui_chat.domain.errors import RateLimited
from tui_chat.domain.providers import Provider


@pytest.mark.parametrize(
    ("headers", "advice"),
    [
        ({}, RateLimited.advice),
        ({"retry-after": "0"}, RateLimited.advice),
        ({"retry-after": "20"}, "Try again in 20 s, or choose another model."),
        ({"retry-after-ms": "1500"}, "Try again in 2 s, or choose another model."),
        ({"retry-after": "200"}, "Try again in 4 min, or choose another model."),
        ({"retry-after": "7200"}, "Try again in 2 h, or choose another model."),
    ],
)
def test_a_limit_says_how_long_it_lasts(headers: dict[str, str], advice: str) -> None:
    acme = Provider(name="acme", label="Acme")
    error = from_status(acme, 429, Words("Slow down"), key="", headers=headers, url="http://acme.invalid")
    assert error.advice == advice
