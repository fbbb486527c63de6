"""Messages to show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tui_chat.domain.messages import ChatMessage, Role, TextPart

REPLY = """Retry **only what is safe to repeat**, wait longer each time, and spread the waits at random so that \
clients do not come back in step. In httpx, `retries=` covers failed connections alone.

## What to retry

| Answer | Retry | Wait |
|---|---|---|
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
- Log each attempt; a retry that nobody sees hides an [outage](https://sre.google/).
"""


def prompt(text: str, **fields: Any) -> ChatMessage:
    """Return a prompt."""
    return _message(Role.USER, text, fields)


def reply(text: str, **fields: Any) -> ChatMessage:
    """Return a reply."""
    return _message(Role.ASSISTANT, text, {"model": "claude-sonnet-4-5", **fields})


def _message(role: Role, text: str, fields: dict[str, Any]) -> ChatMessage:
    fields = {"created_at": datetime(2026, 11, 20, 14, 2, tzinfo=UTC), **fields}
    parts = [*fields.pop("parts", []), *([TextPart(text=text)] if text else [])]
    return ChatMessage(session_id="s", role=role, parts=parts, **fields)
