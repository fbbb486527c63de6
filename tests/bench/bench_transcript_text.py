"""How long the transcript takes to lay text out. Run: ``python -m tests.bench.bench_transcript_text``.

Times are of the CPU, the best of some runs. The parser alone is the floor, since every layout pays for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from tui_chat.app.transcript.highlight import highlight
from tui_chat.app.transcript.layout import layout_markdown
from tui_chat.app.transcript.parser import parse
from tui_chat.app.transcript.tail import StreamTail

MESSAGE = """\
Retry **only what is safe to repeat**, wait longer each time, and spread the waits at random so that clients do not
come back in step. In httpx, `retries=` covers failed connections alone; see [the docs](https://example.org/transports).

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
    return reply  # the server has the last word
```

- The **cap** matters more than the base: five tries end within 16 s.
- Log each attempt; a retry that nobody sees hides an outage.
1. first, measure
2. then, change *one* thing
"""
WIDTH = 96
TOKEN = 4.5
"""Characters of a token."""
FLUSHES = 30
"""A second."""


def _best(work: Callable[[], object], runs: int) -> float:
    """Seconds of CPU of the quickest run."""
    times: list[float] = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _laid_out_anew() -> None:
    highlight.cache_clear()
    layout_markdown(MESSAGE, WIDTH)


def _stream(text: str, size: int) -> float:
    """Stream a text in pieces; return the longest flush, in seconds."""
    tail = StreamTail(WIDTH)
    longest = 0.0
    for at in range(0, len(text), size):
        start = time.perf_counter()
        tail.feed(text[at : at + size])
        tail.flush()
        longest = max(longest, time.perf_counter() - start)
    tail.finish()
    return longest


def main() -> None:
    """Print the figures."""
    _laid_out_anew()
    print(f"message of {len(MESSAGE)} characters")
    parser = _best(lambda: parse(MESSAGE, {}), 200)
    for name, work in (("laid out first", _laid_out_anew), ("again", lambda: layout_markdown(MESSAGE, WIDTH))):
        seconds = _best(work, 200)
        print(f"  {name:20} {seconds * 1000:6.2f} ms   {seconds / parser:4.1f} x the parser alone")
    text = (MESSAGE * 100)[: int(8000 * TOKEN)]
    for name, rate in (("1,000 tokens/s", 1000), ("60 tokens/s", 60)):
        size = int(rate * TOKEN / FLUSHES)
        seconds = _best(partial(_stream, text, size), 3)
        longest = _stream(text, size)
        print(f"8,000 tokens at {name}: {seconds:.2f} s of CPU, longest flush {longest * 1000:.1f} ms")
    code = "```python\n" + MESSAGE.split("```python\n")[1].split("```")[0] * 120
    print(f"code of {len(code)} characters, streamed: {_best(lambda: _stream(code, 150), 2):.2f} s of CPU")
    large = MESSAGE * 220
    print(
        f"{len(large)} characters in slices of 4,096: {_best(lambda: _stream(large, 4096), 1):.2f} s of CPU, ", end=""
    )
    print(f"longest slice {_stream(large, 4096) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
