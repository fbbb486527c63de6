"""The commands that care for the history, as a shell runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tui_chat", *arguments]
        env = {**environment, "TUI_CHAT_GUIDE_PACE": "0"}
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
        assert "Traceback" not in result.stderr
        return result

    return run


def test_a_backup_is_a_history(run: Run, tmp_path: Path, home: Path) -> None:
    assert run("backup", str(tmp_path / "copy.json")).returncode == 4
    run("ask", "how do I quit?")
    made = run("backup", str(tmp_path / "copy.json"))
    assert made.returncode == 0
    size = (tmp_path / "copy.json").stat().st_size
    assert made.stdout.strip() == f"{tmp_path / 'copy.json'}: 1 sessions, 2 messages, {size} bytes"
    again = run("backup", str(tmp_path / "copy.json"))
    assert (again.returncode, "--force" in again.stderr, again.stdout) == (1, True, "")
    assert run("backup", str(tmp_path / "copy.json"), "--force").returncode == 0
    run("sessions", "delete", "last")
    (tmp_path / "copy.json").replace(home / "history.json")
    assert len(json.loads(run("sessions", "list", "--json").stdout)) == 1
