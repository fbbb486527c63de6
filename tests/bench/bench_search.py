"""Searching the history, against SQLite's FTS5: ``python -m tests.bench.bench_search [SESSIONS]``."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from functools import partial
from pathlib import Path

from tests.bench.bench_history import generate, say, sqlite
from tui_chat.storage.library import Library

_NEWEST = 50
_TIMES = 5

#: Words of English prose with what language models like to put between them.
_PROSE = """
    the of and to in is that it for as with on this are be by an not or from at which can but have one all what if
    when there use each their more will other some would make like then into has two time could see than first been
    call who its now find long down day did get come made may part over new sound take only little work know place
"""
_COMMON = _PROSE.split()
_BETWEEN = (" ", " ", " ", " ", " ", " ", " ", " ", ", ", ". ", " — ", ".\n\n", ":\n- ", "’s ", " “", "” ", " `", "` ")


def prose(dice: random.Random) -> str:
    """Return about 650 characters of Markdown, as a reply has them; one in a thousand has a rare word."""
    words = [dice.choice(_COMMON) if dice.random() < 0.7 else f"term{dice.randrange(3000)}" for _ in range(100)]
    if dice.random() < 0.0001:
        words[50] = "zebrafish"
    if dice.random() < 0.01:
        words[20] = dice.choice(("café", "Größe", "привет", "naïve", "東京都"))
    return "".join(part for word in words for part in (word, dice.choice(_BETWEEN)))


async def searched(library: Library, text: str, most: int | None) -> tuple[int, float, float, float]:
    """Return how many hits were found, the milliseconds until the first and until all, and those of the processor."""
    began, used, first, hits = time.perf_counter(), time.process_time(), 0.0, 0
    async with aclosing(library.search(text)) as batches:
        async for batch in batches:
            hits += sum(found.total for found in batch)
            if batch and not first:
                first = time.perf_counter() - began
            if most is not None and hits >= most:
                break
    return hits, first * 1e3, (time.perf_counter() - began) * 1e3, (time.process_time() - used) * 1e3


async def longest_wait(search: Callable[[], Coroutine[object, object, object]]) -> float:
    """Return the most milliseconds that something else had to wait while a search was under way."""
    longest, running = 0.0, asyncio.ensure_future(search())
    while not running.done():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - began - 0.001)
    return longest * 1e3


def in_sqlite(database: sqlite3.Connection, word: str, most: int | None) -> Callable[[], object]:
    """Return what finds the same there, documents included."""
    query = (
        "SELECT m.doc, s.doc FROM words JOIN messages m ON m.rowid = words.rowid JOIN sessions s ON s.id = m.session "
        "WHERE words MATCH ? ORDER BY s.at DESC LIMIT ?"
    )
    return lambda: database.execute(query, (word, most or -1)).fetchall()


async def measure(path: Path, database: sqlite3.Connection) -> None:
    """Measure and print."""
    rows = (
        ("a rare word, all of the history", "zebrafish", None, "300", "zebrafish"),
        ("a word that is nowhere", "nowhereatall", None, "300", "nowhereatall"),
        ("newest 50 of a common word", "could", _NEWEST, "10", "could"),
        ("newest 50 of an uncommon word", "term77", _NEWEST, "", "term77"),
        ("a short word that is nowhere", "qx", None, "", "qx"),
        ("two words, one of them rare", "could zebrafish", None, "", "could zebrafish"),
        ("a rare phrase", '"term77 term78"', None, "", '"term77 term78"'),
        ("a word with accents", "café", None, "", "café"),
        ("the same without", "cafe", None, "", "cafe"),
        ("in Cyrillic, in capitals", "ПРИВЕТ", None, "", "привет"),
        ("in Japanese", "東京", None, "", ""),
        ("with a filter", "zebrafish role:user", None, "", ""),
        ("a filter alone, newest 50", "role:user", _NEWEST, "", ""),
    )
    async with Library(path) as library:
        await library.summaries()
        for what, text, most, target, word in rows:
            found = [await searched(library, text, most) for _ in range(_TIMES)]
            hits = found[0][0]
            first, whole, used = (min(one[place] for one in found) for place in (1, 2, 3))
            # On a busy machine the processor's time says more.
            others = f"{used:.0f} of the processor; {hits} hits, the first after {first:.1f} ms"
            if word:
                began = time.perf_counter()
                in_sqlite(database, word, most)()
                others += f"; FTS5 {(time.perf_counter() - began) * 1e3:.1f} ms"
            say(what, whole, "ms", target, others)
        for text in ("nowhereatall", "term77", "東京"):
            wait = await longest_wait(partial(searched, library, text, None))
            say(f"longest wait of the screen during {text}", wait, "ms", "")


def main() -> None:
    """Make a history, search it, and delete it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.json"
        generate(path, count, prose)
        database = sqlite(Path(folder) / "history.sqlite", path)
        print(f"{count} sessions, {path.stat().st_size / 1e6:.0f} MB{'':24}measured      target   others")
        asyncio.run(measure(path, database))


if __name__ == "__main__":
    main()
