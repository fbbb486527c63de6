"""Dialogs are imported when they are wanted, and type checkers know them all the same."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tui_chat.app.screens import late


def test_the_stub_tells_the_same_as_the_table() -> None:
    stub = ast.parse(Path(late.__file__).with_suffix(".pyi").read_text())
    told = {
        alias.asname or alias.name: (node.module or "").removeprefix("tui_chat.app.screens.")
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == late.HOMES


@pytest.mark.parametrize("name", late.HOMES)
def test_every_name_is_there(name: str) -> None:
    assert getattr(late, name).__name__ == name or callable(getattr(late, name))


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(AttributeError, match="nowhere"):
        _ = late.nowhere  # type: ignore[attr-defined]  # that is the point


def test_the_app_starts_without_dialogs_and_message_pane() -> None:
    asked = "import sys, tui_chat.app.app; print(*(n for n in sys.modules if n.startswith('tui_chat.app.')))"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    wanted_later = {f"tui_chat.app.screens.{home}" for home in late.HOMES.values()}
    assert set(found.stdout.split()) & {*wanted_later, "tui_chat.app.transcript.view"} == set()


def test_no_schema_is_built_before_the_first_frame(tmp_path: Path) -> None:
    asked = "import sys, tui_chat.app.app as a, tui_chat.chat.services as s; a.ChatApp(s.Services.start()); "
    asked += "s.Services.start().new_session(); print('pydantic.plugin._loader' in sys.modules)"
    environment = {"PATH": "", "TUI_CHAT_HOME": str(tmp_path)}
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, env=environment, timeout=60)
    assert (found.stdout, found.stderr) == ("False\n", "")
