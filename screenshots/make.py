"""Draws the README's pictures from the running app, with a scripted model: ``uv run python screenshots/make.py``."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

REPLY = """\
Retry **only what is safe to repeat**, wait longer each time, and spread the waits at random so that clients do not \
come back in step. In httpx, `retries=` covers failed connections alone.

## What to retry

| Answer | Retry | Wait |
| --- | --- | --- |
| 429 Too Many Requests | always | what `Retry-After` says |
| 502, 503, 504 | GET, PUT, DELETE | full jitter, doubling |

```python
async def get(client, url, tries=5):
    for attempt in range(tries):
        reply = await client.get(url)
        if reply.status_code not in {429, 502, 503, 504}:
            break
        wait = float(reply.headers.get("retry-after", 0))
        await asyncio.sleep(wait or random.uniform(0, 2**attempt))
    return reply  # the server has the last word
```

- The **cap** matters more than the base: five tries end within 16 s.
- Log each attempt; a retry that nobody sees hides an outage.
"""

NAMES = (
    "Port the parser to Rust",
    "Postgres: lock or queue?",
    "Regex for German IBANs",
    "Talk outline: small tools",
    "Slow CI on arm64",
    "Letter to the landlord",
    "Explain Lamport clocks",
    "Grafana alert on p95",
    "Spanish past tenses",
    "Zig comptime, explained",
)

SCRIPT: list[list[dict[str, Any]]] = [
    [
        {"kind": "started", "model": "big-model"},
        {"kind": "reasoning", "text": "What is idempotent can be repeated."},
        {"kind": "text", "text": REPLY},
        {"kind": "usage", "usage": {"input_tokens": 31, "output_tokens": 312}},
        {"kind": "finished"},
    ]
]


async def history(library: Any) -> None:
    """Fill a history with sessions of the last weeks."""
    from tui_chat.domain.record import now
    from tui_chat.domain.sessions import ChatSession

    for place, name in enumerate(NAMES):
        moment = now() - timedelta(hours=7 * place * (1 + place / 3))
        await library.save(ChatSession(name=name, model="big-model", created_at=moment, updated_at=moment))


async def draw(name: str, theme: str, size: tuple[int, int], *, prompt: str = "") -> None:
    """Draw one picture."""
    from tui_chat.app.app import ChatApp
    from tui_chat.chat.services import Options, Services

    with tempfile.TemporaryDirectory() as home:
        os.environ["TUI_CHAT_HOME"] = home
        services = Services.start(Options(theme=theme, provider="scripted" if prompt else ""))
        if prompt:
            await services.library.open()
            await history(services.library)
            client: Any = await services.client("scripted")
            client._script = SCRIPT
        app = ChatApp(services)
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.5)
            if prompt:
                await pilot.press(*prompt, "enter")
                await pilot.pause(1.5)
            svg = app.export_screenshot(title="tui-chat")
        (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


async def main() -> None:
    """Draw all pictures, or those named on the command line."""
    question = "My httpx client gives up at the first 503. How do I retry it, with jitter?"
    pictures = {
        "chat": ("ink", (120, 40), question),
        "chat-light": ("paper", (120, 40), question),
        "chat-narrow": ("ink", (80, 24), question),
        "chat-wide": ("ink", (200, 60), question),
        "first-run": ("ink", (120, 40), ""),
    }
    for name in sys.argv[1:] or pictures:
        theme, size, prompt = pictures[name]
        await draw(name, theme, size, prompt=prompt)


if __name__ == "__main__":
    asyncio.run(main())
