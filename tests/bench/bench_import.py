"""Importing an export of ChatGPT: time and memory: ``python -m tests.bench.bench_import [MEGABYTES]``."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from tui_chat.chat.importing import Import, ImportProgress
from tui_chat.storage.library import Library

_WORDS = [f"word{number}" for number in range(3000)]


def write_export(path: Path, megabytes: float) -> None:
    """Write conversations of twenty messages each."""
    dice = random.Random(1)
    with path.open("w") as file:
        file.write("[")
        while file.tell() < megabytes * 1e6:
            file.write((", " if file.tell() > 1 else "") + json.dumps(_conversation(dice)))
        file.write("]")


def _conversation(dice: random.Random) -> dict[str, Any]:
    names = [str(UUID(int=dice.getrandbits(128))) for _ in range(21)]
    mapping: dict[str, Any] = {names[0]: {"id": names[0], "parent": None, "children": names[1:2], "message": None}}
    for place, name in enumerate(names[1:], 1):
        is_reply = place % 2 == 0
        mapping[name] = {
            "id": name,
            "parent": names[place - 1],
            "children": names[place + 1 : place + 2],
            "message": {
                "id": name,
                "author": {"role": "assistant" if is_reply else "user", "name": None, "metadata": {}},
                "create_time": 1.7e9 + place,
                "content": {
                    "content_type": "text",
                    "parts": [" ".join(dice.choices(_WORDS, k=200 if is_reply else 40))],
                },
                "status": "finished_successfully",
                "recipient": "all",
                "metadata": {"model_slug": "gpt-4o", "finish_details": {"type": "stop"}} if is_reply else {},
            },
        }
    return {"id": names[0], "title": "A talk", "create_time": 1.7e9, "mapping": mapping, "current_node": names[-1]}


async def _import(path: Path, history: Path) -> tuple[int, float, float]:
    begun, used, longest = time.monotonic(), time.process_time(), 0.0
    last = begun

    def watch(_: ImportProgress) -> None:
        nonlocal last, longest
        longest, last = max(longest, time.monotonic() - last), time.monotonic()

    async with Library(history) as library:
        report = await Import(library, [path]).run(watch)
    print(f"longest time between two looks at the progress: {longest:.2f} s")
    return report.messages, time.monotonic() - begun, time.process_time() - used


def main(megabytes: float) -> None:
    """Measure, and print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conversations.json"
        write_export(path, megabytes)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        messages, seconds, cpu = asyncio.run(_import(path, Path(folder) / "history.json"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        size = path.stat().st_size / 1e6
    print(f"{size:.0f} MB, {messages:,} messages: {seconds:.1f} s, {cpu:.1f} s of CPU ({size / seconds:.0f} MB/s)")
    print(f"memory at most {peak / 1024:.0f} MB, {(peak - before) / 1024:.0f} MB more than before")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 200)
