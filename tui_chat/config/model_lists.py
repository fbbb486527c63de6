"""The lists of models that providers gave, kept on disk with their age."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tui_chat.config import paths
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.record import now


class ModelList(NamedTuple):
    """The models of a provider, as it listed them."""

    models: list[ModelInfo]
    fetched_at: datetime


def load_list(provider: Provider) -> ModelList | None:
    """Return the list that was kept; ``None`` if there is none, or the provider has moved since."""
    from pydantic import TypeAdapter, ValidationError

    try:
        kept = json.loads(_path(provider).read_bytes())
        if kept["base_url"] != provider.address:
            return None
        models = TypeAdapter(list[ModelInfo]).validate_python(kept["models"])
        return ModelList(models, datetime.fromisoformat(kept["fetched_at"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ValidationError):
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
        path = _path(provider)
        paths.make_private(path.parent)
        descriptor, temporary = tempfile.mkstemp(prefix=".list-", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False)
        Path(temporary).replace(path)
    return kept


def _path(provider: Provider) -> Path:
    return paths.models_folder() / f"{quote(provider.name, safe='')}.json"
