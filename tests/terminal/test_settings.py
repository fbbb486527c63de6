"""The settings screen in the real program: what is changed acts at once and stands in the file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.conftest import Start


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_settings_are_changed_and_act_at_once(start: Start, home: Path, columns: int, rows: int) -> None:
    home.mkdir()
    (home / "config.toml").write_text("# my comment\n")
    terminal = start(columns=columns, rows=rows)
    terminal.wait_for("Enter send")
    terminal.keys("/settings", "<enter>")
    terminal.wait_for("Theme .*‹ ink ›")
    terminal.wait_for("look.theme +Default: ink")
    terminal.keys("j", "j", "j")
    terminal.wait_for("Footer .*‹ on ›")
    terminal.keys("<enter>")
    terminal.wait_for("• Footer .*‹ off ›")
    terminal.keys("/", "temper")
    terminal.wait_for("Temperature .*not set")
    terminal.keys("<enter>")
    terminal.wait_for("Enter done")
    terminal.keys("warm", "<enter>")
    terminal.wait_for("'warm' is no number")
    terminal.keys("<enter>")
    terminal.wait_for("Enter done")
    terminal.keys("0.7", "<enter>")
    terminal.wait_for("• Temperature .*0.7")
    terminal.keys("<esc>", "<esc>")
    terminal.wait_until(lambda text: "Default:" not in text and "Enter send" not in text, "the footer gone")
    text = (home / "config.toml").read_text()
    assert text.startswith("# my comment\n")
    assert "footer = false" in text and "temperature = 0.7" in text
    terminal.keys("/settings", "<enter>")
    terminal.wait_for("Theme .*‹ ink ›")
    terminal.keys("j", "j", "j")
    terminal.wait_for("• Footer .*‹ off ›")
    terminal.keys("<backspace>")
    terminal.wait_for("Footer .*‹ on ›")
    terminal.keys("<esc>")
    terminal.wait_for("Enter send")
    assert b"Traceback" not in terminal.raw


def test_keys_are_remapped_and_clashes_are_told(start: Start, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[keys]\npreset = "vim"\nsession.new = "f9"\nmessage.copy = "r"\n')
    terminal = start()
    terminal.wait_for("r is also the key of")
    terminal.keys("how do I quit?", "<enter>")
    terminal.wait_for("I am the built-in guide")
    terminal.wait_for("ready")
    terminal.keys("<esc>")
    terminal.wait_for("browse")
    terminal.keys("i")
    terminal.wait_for("ready")
    terminal.keys("<f9>")
    terminal.wait_for("Type below to begin")
    terminal.send(b"\x1bOP")
    terminal.wait_for("F9 +new session")
    assert b"Traceback" not in terminal.raw


def test_another_key_sends(start: Start, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text('[keys]\nsend = "alt+enter"\n')
    terminal = start()
    terminal.wait_for("Alt\\+Enter send +Enter newline")
    terminal.keys("how do I", "<enter>", "quit?")
    terminal.wait_for("how do I *\n.*quit\\?")
    terminal.send(b"\x1b\r")
    terminal.wait_for("I am the built-in guide")
    terminal.wait_for("ready")
    for number, sent in enumerate((b"\x1b[13;3u", b"\x1b[13;5u", b"\x1b[27;5;13~", b"\n")):
        terminal.keys(f"word{number}")
        terminal.wait_for(f"▎ word{number}")
        terminal.send(sent)
        terminal.wait_for(f"word{number}\n.*▀")
        terminal.wait_for("ready")
    assert b"Traceback" not in terminal.raw


def test_the_shell_lists_and_checks_keys(environment: dict[str, str], home: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tui_chat", "config", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)

    assert "session.new " in run("keys").stdout
    home.mkdir()
    (home / "config.toml").write_text('[keys]\nsession.new = "f9"\n')
    assert re.search(r"session.new +f9 +new session", run("keys").stdout)
    assert (checked := run("check")).returncode == 0, checked.stderr
    (home / "config.toml").write_text('[keys]\nsession.nwe = "f9"\n')
    checked = run("check")
    assert (checked.returncode, "Did you mean session.new?" in checked.stderr) == (1, True)
