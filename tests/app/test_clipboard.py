"""Copying, with real programs in the place of the system's tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.app import clipboard
from tui_chat.app.clipboard import amount, copy, paste_image
from tui_chat.domain.errors import AttachmentRefused


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


async def test_what_would_be_keys_where_it_is_pasted_is_not_copied(folder: Path) -> None:
    sent: list[str] = []
    await copy(
        "a\tb\r\n\x1b[201~rm\r\x9b\x03\x7f é", by_terminal=sent.append, file=folder / "f", environment={"TERM": "xterm"}
    )
    assert sent == ["a\tb\r\n�[201~rm\r��� é"]


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


def image_tool(folder: Path, name: str, script: str) -> dict[str, str]:
    """Write a tool; return the environment in which it is the only one."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return {"PATH": str(folder), "DISPLAY": ":1", "WAYLAND_DISPLAY": "w"}


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("wl-paste", '[ "$2 $3" = "--type image/png" ] && printf picture'),
        ("xclip", '[ "$3 $4" = "-t image/png" ] && printf picture'),
        ("pngpaste", '[ "$1" = - ] && printf picture'),
        ("powershell.exe", "printf cGljdHVyZQ=="),
    ],
)
async def test_each_tool_gives_the_copied_image(tmp_path: Path, name: str, script: str) -> None:
    assert await paste_image(image_tool(tmp_path / "tools", name, script)) == b"picture"


@pytest.mark.parametrize("script", ["exit 1", "true", "printf half; exit 1"])
async def test_where_no_image_was_copied_it_is_said(tmp_path: Path, script: str) -> None:
    with pytest.raises(AttachmentRefused) as caught:
        await paste_image(image_tool(tmp_path / "tools", "xclip", script))
    assert caught.value.sentence == "There is no image in the clipboard. Asked was xclip."


async def test_a_tool_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "IMAGE_TIMEOUT", 0.05)
    with pytest.raises(AttachmentRefused, match="no image in the clipboard"):
        await paste_image(image_tool(tmp_path / "tools", "pngpaste", "exec /bin/sleep 30"))


async def test_without_a_tool_it_is_said_which_one_would_do(tmp_path: Path) -> None:
    without = image_tool(tmp_path / "tools", "xclip", "printf picture") | {"DISPLAY": ""}
    with pytest.raises(AttachmentRefused, match="no tool here that reads images") as caught:
        await paste_image(without)
    assert "wl-clipboard" in caught.value.advice
