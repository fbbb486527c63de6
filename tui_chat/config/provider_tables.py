"""Providers that the user describes in ``config.toml``: new ones, changes of built-in ones, further accounts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tui_chat.config.presets import presets
from tui_chat.domain.errors import ConfigError
from tui_chat.domain.providers import ModelFacts, Provider, Retries, Timeouts
from tui_chat.domain.record import Record

#: The tables inside a provider's: what is not said in one holds as before.
_INNER: dict[str, type[Record]] = {"timeouts": Timeouts, "retries": Retries}


def provider_of(name: str, table: Mapping[str, Any]) -> Provider:
    """Return the provider that a table describes.

    Args:
        name: Its name. That of a built-in provider changes this one.
        table: What is said of it. ``preset`` names the built-in provider that it is another account of; without it and
            without a built-in name it is new.

    Raises:
        ConfigError: if a name or a value in the table is wrong.
    """
    # Imported late, as everywhere in the config: a program that only shows its help needs none of it.
    from pydantic import ValidationError

    _check_names(name, table)
    values = {("key_command" if field == "api_key_command" else field): value for field, value in table.items()}
    base = _base(name, values.get("preset", ""))
    for field in _INNER:
        if isinstance(values.get(field), dict) and field in base:
            values[field] = {**base[field], **values[field]}
    try:
        return Provider.model_validate({**base, **values, "name": name})
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise ConfigError(f"providers.{name}.{where}: {problem['msg']}.") from error


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return a question whether something else was meant; empty if nothing known is like it."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _base(name: str, preset: object) -> dict[str, Any]:
    """Return what holds for a provider where its table says nothing."""
    known = presets()
    if name in known and not preset:
        return known[name].model_dump()
    if not preset:
        return {"label": name}
    if str(preset) not in known or name in known:
        what = "is built in itself" if name in known else f"knows no preset {preset!r}"
        raise ConfigError(f"providers.{name} {what}.{suggestion(str(preset), known)}")
    vendor = known[str(preset)]
    # The key and the address of the vendor's own variables are those of the first account.
    apart = {"label": f"{vendor.label} ({name})", "base_url_variable": "", "more_key_variables": ()}
    variable = re.sub(r"\W+", "_", name).upper() + "_API_KEY" if vendor.key_variable else ""
    return {**vendor.model_dump(), **apart, "key_variable": variable}


def _check_names(name: str, table: Mapping[str, Any]) -> None:
    where = f"providers.{name}"
    if "api_key" in table:
        raise ConfigError(
            f"{where}.api_key: a key does not belong in a file in clear.",
            advice="Use api_key_command, or the provider's environment variable.",
        )
    _check(where, table, [*Provider.model_fields, "api_key_command"])
    for field, kind in _INNER.items():
        _check(f"{where}.{field}", table.get(field), kind.model_fields)
    models = table.get("models")
    for model, facts in models.items() if isinstance(models, dict) else ():
        _check(f"{where}.models.{model}", facts, ModelFacts.model_fields)


def _check(where: str, table: object, known: Iterable[str]) -> None:
    """Raise an error for the first name in a table that means nothing."""
    for field in table if isinstance(table, dict) else ():
        if field not in known:
            raise ConfigError(f"{where}.{field} is unknown.{suggestion(str(field), known)}")
