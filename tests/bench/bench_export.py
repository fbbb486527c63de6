"""A long session in every format: ``python -m tests.bench.bench_export [MESSAGES]``. HTML has to take 2 s at most."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

from tui_chat.chat.exporting import export_session
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.redacting import Redactor
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.tree import MessageTree
from tui_chat.exporters.registry import EXPORTERS, ExportOptions

_WORDS = [f"word{number}" for number in range(3000)]
_MOST_SECONDS = 2.0


def messages(count: int) -> Iterator[ChatMessage]:
    """Yield prompts of 60 words and replies of 230 with headings, lists, a table and ten lines of code."""
    dice = random.Random(1)

    def words(number: int) -> str:
        return " ".join(dice.choices(_WORDS, k=number))

    for number in range(count):
        is_prompt = number % 2 == 0
        code = "\n".join(f"def f{line}(x: int) -> str:\n    return '{words(2)}'  # {words(3)}" for line in range(5))
        reply = (
            f"## {words(3)}\n\n{words(80)} **{words(3)}** `{words(2)}`\n\n- {words(9)}\n- {words(9)}\n\n"
            f"```python\n{code}\n```\n\n{words(60)}\n\n| a | b |\n|---|---|\n| {words(2)} | {words(2)} |\n"
        )
        yield ChatMessage(
            id=f"{number:016x}",
            session_id="s",
            parent_id=f"{number - 1:016x}" if number else None,
            role=Role.USER if is_prompt else Role.ASSISTANT,
            model="" if is_prompt else "claude",
            parts=[TextPart(text=words(60) if is_prompt else reply)],
        )


def main() -> int:
    """Print the seconds and sizes; return 1 if HTML took too long."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    tree = MessageTree(messages(count))
    opened = OpenSession(ChatSession(id="s", name="A long session", current_node=f"{count - 1:016x}"), tree)
    seconds = {}
    # PDF takes about 40 ms a message, and is not for sessions of this length.
    for name in [name for name in EXPORTERS if name != "pdf"]:
        for redactor in (None, Redactor()):
            start = time.perf_counter()
            exported = export_session(opened, name, ExportOptions(tree=True, reasoning=True), redactor)
            seconds[name, redactor is not None] = time.perf_counter() - start
        plain, redacted = seconds[name, False], seconds[name, True]
        print(f"{name:<10} {plain:6.2f} s   redacted {redacted:6.2f} s   {exported.size / 1e6:6.2f} MB")
    return int(seconds["html", False] > _MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
