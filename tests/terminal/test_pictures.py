"""Images reach a terminal that draws them, whole and unasked."""

from __future__ import annotations

import base64
import io
import re
import sys

import pytest
from PIL import Image

from tests.terminal.harness import Terminal

SHOW = """
from PIL import Image
from tests.app.transcript.demo import Demo
from tests.app.transcript.samples import prompt
from tests.unit.app.transcript.pictures import image_part
from tui_chat.app.transcript.entries import Entry

noise = Image.effect_noise((600, 300), 90).convert("RGB")
Demo([Entry(prompt("Is it there?", parts=[image_part(noise, "noise.png")]))]).run()
"""
IMAGE = re.compile(rb"(?:\x1b_G[^;\x1b]*m=1;[^\x1b]*\x1b\\)*\x1b_G[^;\x1b]*m=0;[^\x1b]*\x1b\\")
QUESTION = re.compile(rb"\x1b\[1[468]t|\x1b\[>?0?[cq]|\x1b_G[^;\x1b]*a=q")


def written(environment: dict[str, str], character: str) -> bytes:
    """Return what the pane writes until there is a picture of a character."""
    with Terminal([sys.executable, "-c", SHOW], environment=environment, columns=100, rows=30) as terminal:
        terminal.wait_for("noise.png · 600 × 300")
        terminal.wait_until(lambda _: terminal.raw.count(character.encode()) >= 54 * 14, "a picture")
        return bytes(terminal.raw)


@pytest.mark.parametrize("term", ["xterm-kitty", "xterm-ghostty"])
def test_a_terminal_that_draws_gets_the_image_in_one_go_and_is_asked_nothing(
    environment: dict[str, str], term: str
) -> None:
    raw = written(environment | {"TERM": term}, "\U0010eeee")
    [image] = IMAGE.findall(raw)
    data = base64.b64decode(b"".join(re.findall(rb";([^\x1b]*)", image)))
    assert Image.open(io.BytesIO(data)).size == (540, 280)
    assert b"U=1" in image
    assert not QUESTION.search(raw)


def test_any_other_terminal_gets_half_blocks(environment: dict[str, str]) -> None:
    raw = written(environment, "▀")
    assert b"\x1b_G" not in raw
    assert not QUESTION.search(raw)
