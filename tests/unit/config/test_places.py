"""Mistakes in the config are told with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.config.places import place_of
from tui_chat.config.settings_file import parse_settings
from tui_chat.domain.errors import ConfigError

TEXT = """# mine
[look]
  footer = 7

[chat.params]
temperature = "x"

[providers."my own"]
base_url = "http://localhost"

[keys]
session.new = "f9"
"message.copy" = "C"
"""


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (("look", "footer"), "line 3, column 3"),
        (("chat", "params", "temperature"), "line 6, column 1"),
        (("providers", "my own", "base_url"), "line 9, column 1"),
        (("keys", "session", "new"), "line 12, column 1"),
        (("keys", "message.copy"), "line 13, column 1"),
        (("look", "nothing"), "line 2, column 1"),
        (("nowhere",), ""),
    ],
)
def test_settings_are_found(name: tuple[str, ...], place: str) -> None:
    assert place_of(TEXT, name) == place


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT, "line 3, column 3: look.footer"),
        ("[look]\nfooter = tru\n", "line 2, column"),
        ("[look]\nfooter", "line 2, the last one"),
        ("\n\n[keys]\nsession.new = 5\n", "line 4, column 1: keys"),
        ("[nowhere]\n", "nowhere is unknown"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, Path("config.toml"))
    assert words in caught.value.text
