"""What is known of well-known models: prices and context windows, kept as data beside this file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from tui_chat.domain.providers import ModelFacts, ModelInfo, Provider

#: What vendors add to a model's name for one state of it: a date, a number, a word.
_STATE = re.compile(r"-(\d{8}|\d{4}-\d\d-\d\d|\d\d-\d{4}|\d\d-\d\d|\d{3,4}|latest|preview|exp)$")


def known_names(provider: Provider) -> list[str]:
    """Return the models of a provider that this program knows something of."""
    return list(_models_of(provider.vendor))


def facts(provider: Provider, name: str) -> ModelFacts:
    """Return what this program knows of a model by itself; nothing of most."""
    known = _facts_of(provider.vendor, name)
    # What a server of one's own asks for has nothing to do with the vendor's list.
    return known.model_copy(update=_WITHOUT_PRICE) if provider.is_local and known is not _NOTHING else known


def described(provider: Provider, name: str, listed: ModelInfo | None = None) -> ModelInfo:
    """Return all that is known of a model: what the user says wins over its provider's list, that over this program's.

    Args:
        provider: Who offers it.
        name: Its name.
        listed: How its provider lists it, if it does.
    """
    own, user = facts(provider, name), provider.models.get(name, _NOTHING)
    info = listed or ModelInfo(name=name, provider=provider.name)
    if own is _NOTHING and user is _NOTHING:
        return info
    changes: dict[str, object] = {}
    for field in ModelFacts.model_fields:
        is_told = info.context_window > 0 if field == "context_window" else getattr(info, field) is not None
        for source in (user, own) if not is_told else (user,):
            if (said := getattr(source, field)) is not None:
                changes[field] = said
                break
    return info.model_copy(update=changes)


_NOTHING = ModelFacts.model_construct()
_WITHOUT_PRICE = {"input_price": None, "output_price": None, "cached_price": None}


@cache
def _facts_of(provider: str, name: str) -> ModelFacts:
    models = _models_of(provider)
    while name not in models:
        shorter = _STATE.sub("", name)
        if shorter == name:
            return _NOTHING
        name = shorter
    return ModelFacts.model_validate(models[name])


def _models_of(provider: str) -> dict[str, Any]:
    table = _tables().get(provider, {})
    table = _tables()[table["same_as"]] if "same_as" in table else table
    models: dict[str, Any] = table.get("models", {})
    return models


@cache
def _tables() -> dict[str, Any]:
    # Imported and read when first asked for: the first frame needs none of it.
    import tomllib

    return tomllib.loads(Path(__file__).with_name("models.toml").read_text(encoding="utf-8"))
