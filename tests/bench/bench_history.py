"""The history file against TinyDB as it comes and SQLite: ``python -m tests.bench.bench_history [SESSIONS]``."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tinydb import TinyDB

from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History, messages_table
from tui_chat.storage.layout import Key, header, line

_WORDS = [f"word{number}" for number in range(3000)]


def words(dice: random.Random) -> str:
    """Return about a thousand characters."""
    return " ".join(dice.choices(_WORDS, k=125))


def sessions(
    count: int, make: Callable[[random.Random], str] = words
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield sessions of twenty messages each."""
    dice = random.Random(1)
    text = TextPart(text="")
    for number in range(count):
        session = ChatSession(
            id=f"{number:016x}", name=f"Session {number} about {dice.choice(_WORDS)}", message_count=20
        )
        message = ChatMessage(session_id=session.id, role=Role.USER, parts=[text]).to_document()
        messages = [
            {**message, "id": f"{number:08x}{place:08x}", "parts": [{"kind": "text", "text": make(dice)}]}
            for place in range(20)
        ]
        yield session.to_document(), messages


def generate(path: Path, count: int, make: Callable[[random.Random], str] = words) -> None:
    """Write a history as a compaction leaves it; ``make`` makes the text of a message."""
    rows: dict[str, Any] = {}
    tables: dict[str, bytes] = {}
    for number, (session, messages) in enumerate(sessions(count, make), 1):
        rows[str(number)] = session
        name = messages_table(session["id"])
        tables[name] = line(Key(name), {str(place): one for place, one in enumerate(messages, 1)})
    first = line(Key("sessions"), rows)
    with path.open("wb") as file:
        file.write(header(1, {"sessions": len(first), **{name: len(one) for name, one in tables.items()}}))
        file.writelines([first, *tables.values(), b"}"])


def timed(work: Callable[[], object], times: int = 1) -> float:
    """Return the milliseconds of a call, the shortest of several."""
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best * 1e3


def opened(path: Path) -> History:
    """Return an open history."""
    history = History(path)
    history.open()
    return history


def append(history: History) -> Callable[[], None]:
    """Return what appends a message with its session."""
    session = history.session(history.newest(1)[0].id) or ChatSession()

    def work() -> None:
        session.updated_at = now()
        message = ChatMessage(session_id=session.id, role=Role.USER, parts=[TextPart(text="x" * 900)])
        history.save(session.to_document(), [message.to_document()])

    return work


def synced(path: Path, size: int) -> Callable[[], None]:
    """Return what appends bytes to a file and has them reach the disk."""

    def work() -> None:
        with path.open("ab", buffering=0) as file:
            file.write(bytes(size))
            os.fsync(file.fileno())

    return work


def sqlite(path: Path, source: Path) -> sqlite3.Connection:
    """Return the same history in SQLite, as durable, with full text search."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE sessions(id TEXT PRIMARY KEY, at TEXT, doc TEXT);"
        "CREATE TABLE messages(id TEXT PRIMARY KEY, session TEXT, doc TEXT);"
        "CREATE INDEX by_session ON messages(session);"
        "CREATE INDEX by_time ON sessions(at); CREATE VIRTUAL TABLE words USING fts5(text, content='');"
    )
    history = opened(source)
    database.execute("BEGIN")
    for session in history.sessions():
        database.execute(
            "INSERT INTO sessions VALUES(?,?,?)", (session.id, str(session.updated_at), session.model_dump_json())
        )
        for message in history.messages(session.id):
            database.execute("INSERT INTO messages VALUES(?,?,?)", (message.id, session.id, message.model_dump_json()))
            database.execute("INSERT INTO words(rowid, text) VALUES(last_insert_rowid(), ?)", (message.text,))
    database.execute("COMMIT")
    history.close()
    return database


def in_sqlite(database: sqlite3.Connection) -> Callable[[], None]:
    """Return what appends a message with its session there."""

    def work() -> None:
        message = ChatMessage(session_id="0", role=Role.USER, parts=[TextPart(text="x" * 900)])
        database.execute("BEGIN")
        database.execute("INSERT INTO messages VALUES(?,?,?)", (message.id, "0", message.model_dump_json()))
        database.execute("INSERT INTO words(text) VALUES(?)", (message.text,))
        database.execute("UPDATE sessions SET at=? WHERE id=?", (str(now()), f"{0:016x}"))
        database.execute("COMMIT")

    return work


def say(what: str, value: float, unit: str, target: str, others: str = "") -> None:
    """Print a row."""
    print(f"{what:46}{value:9.2f} {unit:3}{target:>12}   {others}", flush=True)


def memory(path: Path) -> float:
    """Return the megabytes that a process takes at its highest which opens the history and lists the newest."""
    code = (
        "import re, sys; from pathlib import Path; from tui_chat.storage.history import History;"
        "h = History(Path(sys.argv[1])); h.open(); h.newest(50);"
        "print(re.search('VmHWM:\\s*([0-9]+)', Path('/proc/self/status').read_text())[1])"
    )
    found = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return int(found.stdout) / 1024


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "history.json", Path(folder) / "small.json"
        generate(path, count)
        generate(small, 100)
        print(f"{count} sessions, {path.stat().st_size / 1e6:.0f} MB{'':24}measured      target   others")
        stock = Path(folder) / "stock.json"
        stock.write_bytes(path.read_bytes())
        database = sqlite(Path(folder) / "history.sqlite", path)

        def newest() -> None:
            opened(path).newest(50)

        theirs = timed(lambda: TinyDB(stock).table("sessions").all())
        rows = timed(lambda: database.execute("SELECT doc FROM sessions ORDER BY at DESC LIMIT 50").fetchall(), 3)
        say("open, newest 50", timed(newest, 3), "ms", "50", f"TinyDB {theirs:.0f}, SQLite {rows:.2f} ms")
        say("highest memory of that", memory(path), "MB", "60")
        large = opened(path)
        say("all sessions for a list", timed(large.summaries), "ms", "")
        session = large.newest(1)[0].id
        say("open a session of 20 messages", timed(lambda: large.messages(session), 3), "ms", "")
        appended, before = append(large), path.stat().st_size
        appended()
        grown = path.stat().st_size - before
        many, few = timed(appended, 50), timed(append(opened(small)), 50)
        ours = timed(in_sqlite(database), 50)
        say("append a message and its session", many, "ms", "1 + fsync", f"SQLite {ours:.2f} ms")
        say("the same with 100 sessions; ratio", many / few, "x", "1.5")
        say("an fsync alone, of so many bytes", timed(synced(Path(folder) / "bytes", grown), 50), "ms", "")
        say("bytes written for it", grown, "B", "O(message)")
        say("ask for changes when there are none", timed(large.changed, 50) * 1e3, "µs", "")
        say("fold a tail of that", timed(lambda: large._storage.compact(force=True)), "ms", "")
        table = TinyDB(stock).table("messages/x")
        say("TinyDB as it comes: append", timed(lambda: table.insert({"a": 1})), "ms", "")
        large.close()
        say("this process at its highest", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", "")


if __name__ == "__main__":
    main()
