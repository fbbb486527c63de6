from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings

from tests.unit.exporters.samples import exports, full_export
from tui_chat.domain.errors import TransferError
from tui_chat.exporters.base import Export
from tui_chat.exporters.registry import EXPORTERS, render

_SLOW_TO_IMPORT = ("jinja2", "markdown_it", "pygments", "weasyprint")

_PROBE = f"""
import sys, time
import tui_chat.domain.errors, tui_chat.domain.sessions, tui_chat.domain.tree, tempfile
start = time.process_time()
import tui_chat.exporters.registry
took = time.process_time() - start
print(took, *[name for name in {_SLOW_TO_IMPORT!r} if name in sys.modules])
"""


def test_the_table_of_formats_costs_next_to_nothing() -> None:
    best = 1.0
    for _ in range(5):
        run = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True)
        seconds, *imported = run.stdout.split()
        assert imported == []
        best = min(best, float(seconds))
    assert best < 0.01  # 3 ms where nothing else runs


def test_an_unknown_format_is_told_with_the_known_ones() -> None:
    with pytest.raises(TransferError) as caught:
        render("docx", full_export())

    assert "docx" in caught.value.text
    assert "markdown, html, json" in caught.value.advice


@pytest.mark.parametrize("name", [name for name in EXPORTERS if name != "pdf"])
@given(export=exports)
@settings(max_examples=60, deadline=None)
def test_every_format_of_text_can_write_every_session(name: str, export: Export) -> None:
    text = render(name, export)

    assert isinstance(text, str)
    assert text.endswith("\n")
