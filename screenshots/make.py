"""Draws the README's pictures from the running app, with a scripted model: ``uv run python screenshots/make.py``.

Behind it, names of pictures draw those alone.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent

QUESTION = "My httpx client gives up at the first 503. How do I retry it, with jitter?"

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

OTHER_REPLY = """\
Retry **only what is safe to repeat**, wait twice as long each time, and spread the waits at random so that clients do \
not come back in step. In httpx, `retries=` covers failed connections alone; answers are yours to look at.

## What to retry

| Answer | Retry | Wait |
| --- | --- | --- |
| 429 Too Many Requests | always | what `Retry-After` says |
| 503, 504 | GET, PUT | full jitter, at most 8 s |

```python
async def get(client, url, tries=4):
    for attempt in range(tries):
        reply = await client.get(url)
        if reply.status_code not in {429, 503, 504}:
            break
        await asyncio.sleep(min(8, random.uniform(0, 2**attempt)))
    return reply
```

- The **cap** matters more than the base: four tries end within 12 s.
- Log each attempt; a retry that nobody sees hides an outage.
"""

#: Name, tags, whether it is pinned, a prompt and its reply.
SESSIONS = (
    ("Port the parser to Rust", "work", True, "Which crates replace argparse?", "`clap`, with its derive macros."),
    (
        "Postgres: lock or queue?",
        "work db",
        False,
        "Two workers take the same job. Lock, or queue?",
        "A queue in the table itself:\n\n```sql\nSELECT id FROM jobs WHERE state = 'new'\nORDER BY id LIMIT 1\n"
        "FOR UPDATE SKIP LOCKED;\n```\n\nA worker that dies gives its row back; add a column that counts each retry.",
    ),
    (
        "Regex for German IBANs",
        "",
        False,
        "A regex for German IBANs?",
        "```python\nr'DE\\d{20}'\n```\n\nThen the checksum.",
    ),
    ("Talk outline: small tools", "talks", False, "Ten minutes on small tools", "One idea, three tools, one regret."),
    (
        "Slow CI on arm64",
        "work",
        False,
        "CI on arm64 takes 40 minutes. Why?",
        "It builds wheels from source. Cache them:\n\n```yaml\n- uses: actions/cache@v4\n  with:\n"
        "    path: ~/.cache/uv\n    key: uv-${{ hashFiles('uv.lock') }}\n```\n\nAnd retry the download, not the job.",
    ),
    ("Letter to the landlord", "", False, "A polite letter about the heating", "Dear Ms Weber, …"),
    ("Explain Lamport clocks", "study", False, "Explain Lamport clocks", "They order events, not time."),
    ("Grafana alert on p95", "work", False, "Alert on p95, but not at night", "Mute timings, not rules."),
    ("Spanish past tenses", "study", False, "Pretérito or imperfecto?", "What ended, and what went on."),
    ("Zig comptime, explained", "study", False, "What is comptime?", "Code that runs while it is compiled."),
)

#: A provider that plays a script, with a model that has a price.
CONFIG = """\
[providers.example]
label = "Example"
protocol = "scripted"
default_model = "big-model"

[providers.example.models]
big-model = { context_window = 400000, input_price = 1.25, output_price = 10.0 }
"""

#: What OpenAI is said to list, so that nobody asks it; what it costs is known.
LISTED = ("gpt-5-mini", "gpt-5-nano", "gpt-5.5", "gpt-5.5-pro")


class Picture(NamedTuple):
    """What is drawn: ``steps`` are keys, ``/commands`` and ``=text`` to type, after the first reply."""

    steps: Sequence[str] = ()
    theme: str = "ink"
    size: tuple[int, int] = (120, 40)
    is_first_run: bool = False


PICTURES = {
    "chat": Picture(),
    "chat-light": Picture(theme="paper"),
    "chat-narrow": Picture(size=(80, 24)),
    "chat-wide": Picture(size=(200, 60)),
    "first-run": Picture(is_first_run=True),
    "browse": Picture(["/regenerate", "escape", "k", "j"]),
    "search": Picture(["ctrl+f", "=retry"]),
    "models": Picture(["ctrl+l", "down", "down"]),
    "export": Picture(["/export"]),
    "diff": Picture(["/regenerate", "/diff"]),
    "settings": Picture(["/settings"]),
    "code": Picture(["/code", "tab"]),
}


def reply(text: str, tokens: int) -> list[dict[str, Any]]:
    """Return a reply of the script."""
    return [
        {"kind": "started", "model": "big-model"},
        {"kind": "reasoning", "text": "What is idempotent can be repeated."},
        {"kind": "pause", "seconds": 1.2},
        {"kind": "text", "text": text},
        {"kind": "usage", "usage": {"input_tokens": 31, "output_tokens": tokens}},
        {"kind": "finished"},
    ]


async def history(library: Any) -> None:
    """Fill a history with sessions of the last weeks."""
    from tui_chat.domain.messages import ChatMessage, Role, TextPart
    from tui_chat.domain.record import now
    from tui_chat.domain.sessions import ChatSession

    for place, (name, tags, is_pinned, prompt, answer) in enumerate(SESSIONS):
        moment = now() - timedelta(hours=7 * place * (1 + place / 3))
        facts: dict[str, Any] = {"provider": "example", "model": "big-model", "created_at": moment}
        session = ChatSession(name=name, tags=tags.split(), pinned=is_pinned, updated_at=moment, **facts)
        messages: list[ChatMessage] = []
        for role, text in ((Role.USER, prompt), (Role.ASSISTANT, answer)):
            parent = messages[-1].id if messages else None
            one = ChatMessage(session_id=session.id, parent_id=parent, role=role, parts=[TextPart(text=text)], **facts)
            messages.append(one)
        await library.save(session, messages)


def list_models(services: Any) -> None:
    """Let OpenAI have a key, and lists that were just fetched."""
    from tui_chat.config.model_lists import keep_list
    from tui_chat.domain.providers import ModelInfo

    os.environ["OPENAI_API_KEY"] = "of a picture"
    for provider in ("openai", "openai-responses"):  # those that read that key
        keep_list(services.provider(provider), [ModelInfo(name=name, provider=provider) for name in LISTED])


async def draw(name: str, picture: Picture) -> None:
    """Draw one picture."""
    from tui_chat.app.app import ChatApp
    from tui_chat.chat.services import Options, Services

    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HOME": home, "TUI_CHAT_HOME": f"{home}/tui-chat"}
        os.environ.pop("OPENAI_API_KEY", None)
        config = "" if picture.is_first_run else CONFIG
        path = Path(home, "tui-chat", "config.toml")
        await asyncio.to_thread(path.parent.mkdir)
        await asyncio.to_thread(path.write_text, config, encoding="utf-8")
        services = Services.start(Options(theme=picture.theme, provider="" if picture.is_first_run else "example"))
        if not picture.is_first_run:
            await services.library.open()
            await history(services.library)
            list_models(services)
            client: Any = await services.client("example")
            client._script = [reply(REPLY, 312), reply(OTHER_REPLY, 287)]
        app = ChatApp(services)
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause(0.5)
            for step in () if picture.is_first_run else (f"/{QUESTION}", *picture.steps):
                await take(pilot, step)
            svg = app.export_screenshot(title="tui-chat")
        (HERE / f"{name}.svg").write_text(without_hosts(svg), encoding="utf-8")


async def take(pilot: Any, step: str) -> None:
    """Type a line, or letters, or press a key."""
    from tui_chat.app.widgets import Prompt

    if step.startswith("/"):
        pilot.app.screen.query_one(Prompt).insert(step.removeprefix("/") if step.endswith("?") else step)
        await pilot.pause(0.2)
        await pilot.press("enter")
        await pilot.pause(2.5)
    elif step.startswith("="):
        await pilot.press(*step[1:])
        await pilot.pause(0.8)
    else:
        await pilot.press(step)
        await pilot.pause(0.6)


def without_hosts(svg: str) -> str:
    """Return a picture that loads nothing: without the addresses of fonts, and of what drew it."""
    svg = re.sub(r',\s*url\("https?://[^"]*"\) format\("[^"]*"\)', "", svg)
    return re.sub(r"<!-- Generated with [^>]*-->\s*", "", svg)


async def main() -> None:
    """Draw all pictures, or those named on the command line."""
    for name in ("NO_COLOR", *(variable for variable in os.environ if variable.endswith(("_API_KEY", "_TOKEN")))):
        os.environ.pop(name, None)
    for name in sys.argv[1:] or PICTURES:
        await draw(name, PICTURES[name])


if __name__ == "__main__":
    asyncio.run(main())
