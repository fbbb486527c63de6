"""Questions in the words of users, by the heading of the section that answers them: ``questions.md``."""

from __future__ import annotations

from pathlib import Path

_PARTS = Path(__file__).with_suffix(".md").read_text(encoding="utf-8").split("\n## ")[1:]

QUESTIONS: dict[str, list[str]] = {
    heading: [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    for heading, *lines in map(str.splitlines, _PARTS)
}
