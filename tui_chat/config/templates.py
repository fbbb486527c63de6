"""Saved prompts: a Markdown file each, with ``{{variables}}``, and a few lines about it above, if its writer likes.

::

    ---
    title: Review a change
    description: Strict, but friendly
    ---
    Review this {{language}} code: {{code}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tui_chat.config import paths, whole_files
from tui_chat.domain.errors import ConfigError

#: Bytes above which a file is no prompt.
LARGEST = 1_000_000

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_VARIABLE = re.compile(r"\{\{\s*([^\W\d][\w-]*)\s*\}\}")
_UNSAFE = re.compile(r"[^\w-]+")


class Template(NamedTuple):
    """A saved prompt."""

    name: str
    """How its file is called, without the ending; typed behind ``#``."""
    text: str
    """What it says."""
    title: str = ""
    """What it is, in a few words."""
    description: str = ""
    """More about it."""

    @property
    def variables(self) -> list[str]:
        """The names that stand between double braces, each once, in their order."""
        return list(dict.fromkeys(_VARIABLE.findall(self.text)))

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with values in place of variables; a variable without one stays as it is."""
        return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), self.text)


def load_templates() -> list[Template]:
    """Return the saved prompts by name; files that cannot be read are passed over."""
    folder = paths.templates_folder()
    try:
        found = [path for path in folder.iterdir() if path.suffix == ".md" and not path.name.startswith(".")]
    except OSError:
        return []
    templates = [template for path in found if (template := _read(path)) is not None]
    return sorted(templates, key=lambda one: one.name.casefold())


def source_of(name: str) -> str:
    """Return all that the file of a saved prompt says.

    Raises:
        ConfigError: if it cannot be read.
    """
    path = _path(name)
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", advice="") from error


def write_source(name: str, source: str, *, is_new: bool = False) -> None:
    """Write the file of a saved prompt.

    Args:
        name: Its name.
        source: All that the file says.
        is_new: Whether no other may have the name.

    Raises:
        ConfigError: if one has, or the file cannot be written.
    """
    path = _path(name)
    if is_new and path.exists():
        raise ConfigError(f"There is a saved prompt #{name} already.", advice="Choose another name.")
    try:
        whole_files.replace(path, source)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.", advice="") from error


def remove(name: str) -> None:
    """Remove a saved prompt.

    Raises:
        ConfigError: if its file cannot be removed.
    """
    try:
        _path(name).unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{_path(name)} cannot be removed: {error.strerror}.", advice="") from error


def plain_source(text: str) -> str:
    """Return what the file of a prompt says that has a text and nothing more."""
    return f"---\n---\n{text}" if text.startswith("---") else text


def clean_name(name: str) -> str:
    """Return a name that a file can have and that can be typed behind ``#``; empty if nothing is left."""
    return _UNSAFE.sub("-", name.strip()).strip("-")[:60]


def parse(name: str, source: str) -> Template:
    """Return the saved prompt that a file holds."""
    front = _FRONT.match(source)
    facts = _facts(front[1]) if front is not None else {}
    text = source[front.end() :] if front is not None else source
    return Template(name, text.strip("\n"), facts.get("title", ""), facts.get("description", ""))


def _facts(front: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in front.splitlines() if ":" in line and not line.lstrip().startswith("#"))
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}


def _read(path: Path) -> Template | None:
    try:
        if path.stat().st_size > LARGEST:
            return None
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return parse(path.stem, source)


def _path(name: str) -> Path:
    return paths.templates_folder() / f"{name}.md"
