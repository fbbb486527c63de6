"""Personas: a file each, TOML as they are written here, or Markdown with a few lines of facts above the prompt.

::

    model = "gpt-5"                          ---
    system_prompt = "You review code."       model: gpt-5
                                             temperature: 0.2
    [params]                                 ---
    temperature = 0.2                        You review code.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tui_chat.config import paths, whole_files
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.parameters import CheckedParams
from tui_chat.domain.personas import Persona
from tui_chat.domain.sessions import Params

SUFFIXES = (".toml", ".md", ".txt")
"""The files that can be read."""
#: More than any system prompt has; a larger file was chosen by mistake.
LARGEST = 1_000_000

_MEND = "Mend the file; the other personas are there."
_FRONT = re.compile(r"\A(---|\+\+\+)\s*\n(.*?)\n\1\s*(?:\n|\Z)", re.DOTALL)
#: What stands behind the colon in the names of Ollama's models: ``llama3:8b``, ``llama3:latest``.
_TAG = re.compile(r"latest$|(\d+x)?\d+(\.\d+)?[bm]\b", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w\-. ()]+")


def load_personas() -> tuple[list[Persona], list[ConfigError]]:
    """Return the personas by name, and what is wrong with files that cannot be read."""
    found: dict[str, Persona] = {}
    troubles: list[ConfigError] = []
    try:
        files = sorted(paths.personas_folder().iterdir())
    except OSError:  # no folder, or no right to look into it
        files = []
    for path in files:
        if path.suffix in SUFFIXES and not path.name.startswith("."):
            try:
                persona = read_persona(path)
            except ConfigError as error:
                troubles.append(error)
            else:
                found.setdefault(persona.name, persona)
    return sorted(found.values(), key=lambda one: one.name.casefold()), troubles


def read_persona(path: Path) -> Persona:
    """Return the persona of a file; it is called as the file is.

    Raises:
        ConfigError: if the file cannot be read; the message says what is wrong.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} is too large for a persona.", advice="")
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", advice="") from error
    try:
        raw = tomllib.loads(text) if path.suffix == ".toml" else _front(text)
        return _persona(raw, clean_name(path.stem))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}.", advice=_MEND) from error
    except RecursionError as error:
        raise ConfigError(f"{path} is nested too deeply.", advice=_MEND) from error
    except ValidationError as error:
        problem = error.errors()[0]
        raise ConfigError(f"{path}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}.", advice=_MEND) from error


def save_persona(persona: Persona, *, instead_of: str = "") -> Path:
    """Write a persona to its file, and return that.

    Args:
        persona: The persona.
        instead_of: Name of the one that it replaces, if it has another name now.

    Raises:
        ConfigError: if it has no name, or another one has it, or the file cannot be written.
    """
    import tomlkit

    name = clean_name(persona.name)
    if not name:
        raise ConfigError("A persona needs a name.", advice="Use letters or digits.")
    if instead_of != name and _files(name):
        raise ConfigError(f"There is a persona {name} already.", advice="Choose another name.")
    document = tomlkit.document()
    for field in ("provider", "model"):
        if value := getattr(persona, field):
            document[field] = value
    document["system_prompt"] = tomlkit.string(persona.system_prompt, multiline="\n" in persona.system_prompt)
    params = persona.params.model_dump(mode="json", exclude_none=True)
    if params:
        document["params"] = params
    path = paths.personas_folder() / f"{name}.toml"
    try:
        whole_files.replace(path, tomlkit.dumps(document))
        for old in _files(instead_of or name):
            if old != path:
                old.unlink()
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.", advice="") from error
    return path


def delete_persona(name: str) -> None:
    """Remove a persona.

    Raises:
        ConfigError: if its file cannot be removed.
    """
    for path in _files(name):
        try:
            path.unlink()
        except OSError as error:
            raise ConfigError(f"{path} cannot be removed: {error.strerror}.", advice="") from error


def clean_name(name: str) -> str:
    """Return a name that a file can have."""
    return " ".join(_UNSAFE.sub(" ", name).split()).strip(". ")[:80]


def _files(name: str) -> list[Path]:
    folder = paths.personas_folder()
    files = [folder / f"{name}{suffix}" for suffix in SUFFIXES] if name else []
    return [path for path in files if path.is_file()]


def _persona(raw: dict[str, Any], name: str) -> Persona:
    params = raw.pop("params", {})
    plain = {field: raw.pop(field) for field in Params.model_fields if field in raw}
    checked = CheckedParams.model_validate({**plain, **params}) if isinstance(params, dict) else params
    known = {field: raw[field] for field in ("system_prompt", "provider", "model") if field in raw}
    values = checked.model_dump() if isinstance(checked, CheckedParams) else checked
    return Persona.model_validate({**known, "name": name, "params": values})


def _front(text: str) -> dict[str, Any]:
    """Return what a text says: facts between two lines of dashes, if any, and the prompt below."""
    found = _FRONT.match(text)
    if found is None:
        return {"system_prompt": text.strip()}
    facts = tomllib.loads(found[2]) if found[1] == "+++" else _lines(found[2])
    # Written by some as PROVIDER:MODEL in one.
    provider, colon, model = str(facts.get("model", "")).partition(":")
    if colon and "provider" not in facts and provider.isidentifier() and not _TAG.match(model):
        facts |= {"provider": provider, "model": model}
    return {**facts, "system_prompt": text[found.end() :].strip()}


def _lines(front: str) -> dict[str, Any]:
    pairs = (line.partition(":") for line in front.splitlines() if ":" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs if value.strip()}
