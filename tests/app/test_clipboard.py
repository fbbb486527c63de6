"""Copying, with real programs in the place of the system's tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.app.clipboard import amount, copy


def tool(folder: Path, name: str, *, works: bool = True) -> Path:
    """Put a program on the path that keeps what it is given beside itself."""
    kept = folder / f"{name}.got"
    program = folder / name
    program.write_text(f'#!/bin/sh\n/bin/cat > "{kept}"\nexit {0 if works else 1}\n')
    program.chmod(0o755)
    return kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


async def test_the_systems_own_tool_comes_first(folder: Path) -> None:
    kept = tool(folder, "xclip")
    tool(folder, "tmux")
    sent: list[str] = []
    environment = {"DISPLAY": ":0", "TMUX": "x", "TERM": "xterm"}
    way = await copy("Grüße\n", by_terminal=sent.append, file=folder / "f", environment=environment)
    assert way == "by xclip"
    assert kept.read_text() == "Grüße\n"
    assert not sent


async def test_a_tool_without_its_display_is_not_tried(folder: Path) -> None:
    tool(folder, "xclip")
    kept = tool(folder, "tmux")
    environment = {"TMUX": "x", "TERM": "tmux-256color"}
    assert await copy("a", by_terminal=print, file=folder / "f", environment=environment) == "by tmux"
    assert kept.read_text() == "a"


async def test_one_that_fails_gives_way_to_the_terminal(folder: Path) -> None:
    tool(folder, "wl-copy", works=False)
    sent: list[str] = []
    environment = {"WAYLAND_DISPLAY": "w", "TERM": "xterm"}
    assert await copy("a", by_terminal=sent.append, file=folder / "f", environment=environment) == "by the terminal"
    assert sent == ["a"]


@pytest.mark.parametrize(("text", "term"), [("a", "linux"), ("x" * 100_000, "xterm")])
async def test_what_the_terminal_cannot_take_goes_to_a_file(folder: Path, text: str, term: str) -> None:
    file = folder / "exports" / "copied.txt"
    way = await copy(text, by_terminal=print, file=file, environment={"TERM": term})
    assert way == f"to {file}"
    assert file.read_text() == text
    assert file.stat().st_mode & 0o777 == 0o600


def test_how_much_it_was() -> None:
    assert amount("a") == "1 character"
    assert amount("abc\n") == "4 characters"
    assert amount("a\nb\n") == "2 lines"
