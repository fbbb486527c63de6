"""Says and hears for a long time, and prints its memory: ``python -m tests.faults.soaker HOME TURNS``."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from pathlib import Path

from tui_chat.chat.choice import Choice
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.chat.turn import send
from tui_chat.clients.scripted import ScriptedClient
from tui_chat.config.presets import presets
from tui_chat.domain.settings import Settings
from tui_chat.storage.library import Library

#: Turns in a session, as people have it.
IN_A_SESSION = 10


async def main(home: str, turns: str) -> None:
    """Print the memory in KB after each tenth of the turns."""
    path = Path(home) / "history.json"
    services = Services(Settings(), Library(path), presets(), Choice("scripted", "scripted", "because a test asks"))
    await services.library.open()
    client = await services.client("scripted")
    assert isinstance(client, ScriptedClient)
    words = [{"kind": "text", "text": f"word {number} of a reply "} for number in range(20)]
    client._script = ([{"kind": "started", "model": "m"}, *words, {"kind": "finished"}],)
    total = int(turns)
    opened = OpenSession(services.new_session())
    for number in range(total):
        if number % IN_A_SESSION == 0:
            opened = OpenSession(services.new_session())
        await send(services, opened, f"Question {number}").run(lambda _: None)
        client.requests.clear()
        if number % 50 == 49:
            await services.library.tidy()
        if number % (total // 10) == total // 10 - 1:
            gc.collect()
            print(memory(), flush=True)
    await services.aclose()


def memory() -> int:
    """Return what this process holds, in KB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
