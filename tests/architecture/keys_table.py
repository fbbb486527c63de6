"""The README's tables of keys and providers: ``python -m tests.architecture.keys_table`` writes them anew."""

from __future__ import annotations

from pathlib import Path

from tui_chat.app.commands import COMMANDS, Place
from tui_chat.config.presets import presets

README = Path(__file__).parents[2] / "README.md"


def keys_table() -> str:
    """Return the table of keys as Markdown."""
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


def providers_table() -> str:
    """Return the table of providers as Markdown."""
    rows = ["| Provider | `--provider` | Key | Another address |", "| --- | --- | --- | --- |"]
    for one in presets().values():
        if one.is_built_in:
            continue
        names = " or ".join(f"`{name}`" for name in (one.key_variable, *one.more_key_variables))
        port = one.base_url.removesuffix("/v1").rpartition(":")[2]
        key = f"none; looked for at port {port}" if one.is_local else names
        address = f"`{one.base_url_variable}`" if one.base_url_variable else ""
        rows.append(f"| {one.label} | `{one.name}` | {key} | {address} |")
    return "\n".join(rows) + "\n"


def with_table(readme: str) -> str:
    """Return the README with the tables of today."""
    for name, table in (("keys", keys_table()), ("providers", providers_table())):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        head, _, rest = readme.partition(begin)
        _, _, tail = rest.partition(end)
        readme = f"{head}{begin}{table}{end}{tail}"
    return readme


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
