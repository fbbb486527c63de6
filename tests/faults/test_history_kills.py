"""Writers are killed at random moments; what they had said to be safe is there, once each."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tinydb import TinyDB

from tui_chat.domain.errors import HistoryLocked
from tui_chat.storage import write_lock
from tui_chat.storage.history import History

#: Kills with one writer and with two; TUI_CHAT_LONG=1 takes some minutes.
KILLS = 110 if os.environ.get("TUI_CHAT_LONG") else 5


def start(path: Path, name: str, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen([sys.executable, "-m", "tests.faults.writer", str(path), name], stdout=out)


def acknowledged(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.parametrize("writers", [1, 2])
def test_nothing_acknowledged_is_lost(tmp_path: Path, writers: int) -> None:
    dice = random.Random(writers)
    path = tmp_path / "history.json"
    safe: set[str] = set()
    for kill in range(KILLS):
        logs = [tmp_path / f"{kill}-{number}.log" for number in range(writers)]
        running = [start(path, f"{kill}-{number}", log) for number, log in enumerate(logs)]
        while not all(log.stat().st_size for log in logs):
            assert all(process.poll() is None for process in running), "a writer has failed"
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.15))
        for process in running:
            process.kill()
            process.wait()
        safe |= {line.strip() for log in logs for line in acknowledged(log)}
        history = History(path)
        history.open()
        found = [message.id for session in history.sessions() for message in history.messages(session.id)]
        assert safe <= set(found)
        assert len(found) == len(set(found))
        for session in history.sessions():
            # A session and its message are one commit.
            assert session.message_count == len(history.messages(session.id))
        history.close()
    history._storage.compact(force=True)
    history.close()
    with TinyDB(path) as database:
        assert len(database.table("sessions")) == KILLS * writers
    assert len(safe) > KILLS * writers


def test_who_waits_too_long_for_another_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.json"
    monkeypatch.setattr(write_lock, "LOCK_TIMEOUT", 0.1)
    one, two = History(path), History(path)
    one.save({"id": "first"}, [])
    one.open()
    two.open()
    with one._storage.commit(), pytest.raises(HistoryLocked, match="in use by another process"):
        two.save({"id": "a"}, [])
    two.save({"id": "a"}, [])
    assert one.changed() == {"a"}
    assert one.changed() == set()
    one.close()
    two.close()
