"""The README's table of keys: ``python -m tests.architecture.keys_table`` writes it from the table of commands."""

from __future__ import annotations

from pathlib import Path

from tui_chat.app.commands import COMMANDS, Place

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- keys -->\n", "<!-- /keys -->"


def keys_table() -> str:
    """Return the table as Markdown."""
    rows = ["| Where | Key | What |", "| --- | --- | --- |"]
    for place in (Place.EVERYWHERE, Place.INPUT, Place.TRANSCRIPT, Place.SIDEBAR, Place.SEARCH):
        where = place.value
        for one in COMMANDS:
            if one.place is place and one.shown:
                key = one.shown.replace("|", "\\|").replace("\\", "\\\\")
                rows.append(f"| {where} | `{key}` | {one.words.replace(chr(92), chr(92) * 2)} |")
                where = ""
    slashes = ", ".join(f"`/{one.slash}`" for one in COMMANDS if one.slash)
    return "\n".join(rows) + f"\n\nTyped in the input: {slashes}.\n"


def with_table(readme: str) -> str:
    """Return the README with the table of today."""
    head, _, rest = readme.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{keys_table()}{END}{tail}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
