"""The lists of models that providers gave, kept on disk with their age."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tui_chat.config import paths, whole_files
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.record import now


class ModelList(NamedTuple):
    """The models of a provider, as it listed them."""

    models: list[ModelInfo]
    """In its order."""
    fetched_at: datetime
    """When it was asked for them."""


def load_list(provider: Provider) -> ModelList | None:
    """Return the list that was kept; ``None`` if there is none, or the provider has moved since."""
    from pydantic import TypeAdapter

    try:
        kept = json.loads(_path(provider).read_bytes())
        if kept["base_url"] != provider.address:
            return None
        models = TypeAdapter(list[ModelInfo]).validate_python(kept["models"])
        return ModelList(models, datetime.fromisoformat(kept["fetched_at"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def keep_list(provider: Provider, models: Sequence[ModelInfo]) -> ModelList:
    """Keep a list, and return it with its age. A disk that is full or read-only is no trouble: it is asked for anew."""
    kept = ModelList(list(models), now())
    document = {
        "base_url": provider.address,
        "fetched_at": kept.fetched_at.isoformat(),
        "models": [model.model_dump(mode="json", exclude_defaults=True) for model in models],
    }
    with contextlib.suppress(OSError):
        whole_files.replace(_path(provider), json.dumps(document, ensure_ascii=False), is_synced=False)
    return kept


def _path(provider: Provider) -> Path:
    return paths.models_folder() / f"{quote(provider.name, safe='')}.json"
