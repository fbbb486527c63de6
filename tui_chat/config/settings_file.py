"""Reading ``config.toml``, and changing one setting of it with comments and order kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tui_chat.config import paths, whole_files
from tui_chat.config.places import place_of, with_line
from tui_chat.config.provider_tables import provider_of, suggestion
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.settings import Settings


def load_settings() -> Settings:
    """Return the user's settings; without a file, the defaults.

    Raises:
        ConfigError: if the file cannot be read; the message says where it is wrong.
    """
    path = paths.config_path()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Settings.model_construct()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    return parse_settings(text, path)


def parse_settings(text: str, path: Path) -> Settings:
    """Return the settings that a text says.

    Raises:
        ConfigError: with line and column of a syntax error, or the name of a wrong setting.
    """
    import tomllib

    from pydantic import ValidationError

    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {with_line(str(error), text)}.") from error
    except RecursionError as error:
        raise ConfigError(f"{path} is nested too deeply.") from error
    try:
        providers = {name: provider_of(name, table) for name, table in _tables(raw.pop("providers", {}))}
        return Settings.model_validate({**raw, "providers": providers})
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.text}", advice=error.advice) from error
    except ValidationError as error:
        problem = error.errors()[0]
        where = place_of(text, _parts_of(problem["loc"]))
        raise ConfigError(f"{path}, {where}: {_first_problem(problem)}".replace(", :", ":")) from error


def save_setting(name: str, value: str | int | float | bool) -> None:
    """Change one setting, such as ``look.theme``, in the file; the rest of it stays as it is.

    Raises:
        ConfigError: if the file is broken or the value wrong (it is not touched then), or cannot be written.
    """

    def put(table: Any, key: str) -> None:
        table[key] = value

    _change(name, put)


def reset_setting(name: str) -> None:
    """Take one setting out of the file, so that its default holds; the rest stays as it is.

    Raises:
        ConfigError: if the file is broken (it is not touched then), or cannot be written.
    """
    _change(name, lambda table, key: table.pop(key, None))


def _change(name: str, change: Callable[[Any, str], object]) -> None:
    """Let a function change the table of a setting."""
    import tomlkit
    import tomlkit.exceptions

    path = paths.config_path()
    try:
        # Not as a text, of which the line ends would be lost.
        document = tomlkit.parse(path.read_bytes().decode("utf-8-sig")) if path.exists() else tomlkit.document()
        table: Any = document
        *sections, key = name.split(".")
        for section in sections:
            table = table.setdefault(section, tomlkit.table())
            if not isinstance(table, dict):
                raise ConfigError(f"{path}: {section} is no table.")
        change(table, key)
        text = tomlkit.dumps(document)
        parse_settings(text, path)
        whole_files.replace(path.resolve(), text)  # a config that is a link into somebody's dotfiles stays one
    except (OSError, UnicodeDecodeError, tomlkit.exceptions.TOMLKitError) as error:
        raise ConfigError(f"{path} could not be changed: {error}.", advice="Change it by hand.") from error


def _tables(raw: Any) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(raw, dict) or not all(isinstance(table, dict) for table in raw.values()):
        raise ConfigError("providers must be tables such as [providers.mine].")
    return list(raw.items())


def _parts_of(location: tuple[str | int, ...]) -> list[str]:
    """Return the tables and the key of a problem, as they stand in the file."""
    # Ids of commands hold dots; the table that they are gathered in need not stand in the file.
    return [part for one in location if one != "commands" for part in str(one).split(".")]


def _first_problem(problem: Any) -> str:
    name = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        section: Any = Settings
        for part in problem["loc"][:-1]:
            section = section.model_fields[part].annotation
        return f"{name} is unknown.{suggestion(str(problem['loc'][-1]), section.model_fields)}"
    return f"{name}: {problem['msg']}."
