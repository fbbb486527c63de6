"""``tui-chat import`` as a process: stopped by Ctrl+C, and with its bar on a terminal."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "tui_chat", "import"]


def export(tmp_path: Path, sessions: int) -> Path:
    """Write an export of so many sessions."""
    path = tmp_path / "many.jsonl"
    with path.open("w") as file:
        for number in range(sessions):
            talk = [{"role": "user", "content": f"{number} {'x' * 1500}"}, {"role": "assistant", "content": "y"}]
            file.write(json.dumps({"messages": talk}) + "\n")
    return path


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "TUI_CHAT_HOME": str(home), "HOME": str(home)}


def test_ctrl_c_stops_in_good_order(tmp_path: Path) -> None:
    home, long_export = tmp_path / "home", export(tmp_path, 12_000)
    process = subprocess.Popen(
        [*COMMAND, str(long_export)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    history = home / "history.json"
    end = time.monotonic() + 60
    while not (history.exists() and history.stat().st_size > 100_000) and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=300)

    assert (process.returncode, error) == (130, "")
    assert out.endswith("Stopped before the end. Import again to get the rest.\n")
    imported = int(out.split(" sessions")[0].replace(",", ""))
    listed = subprocess.run(
        [sys.executable, "-m", "tui_chat", "sessions", "list", "--json"],
        env=environment(home),
        capture_output=True,
        check=True,
    )
    assert 0 < len(json.loads(listed.stdout)) == imported < 12_000


def test_a_terminal_shows_a_bar_and_then_only_the_report(tmp_path: Path) -> None:
    long_export = export(tmp_path, 3_000)
    main, other = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "--dry-run", str(long_export)],
        env={**environment(tmp_path / "home"), "TERM": "xterm-256color", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=other,
        text=True,
    )
    os.close(other)
    seen = b""
    try:
        while chunk := os.read(main, 4096):
            seen += chunk
    except OSError:  # Linux: the other side was closed
        pass
    os.close(main)
    out, _ = process.communicate(timeout=300)

    assert process.returncode == 0
    assert out.startswith("3,000 sessions with 6,000 messages would be imported.")
    assert b"sessions" in seen
    assert b"%" in seen
