"""Reads the pages of Gemini's list of models."""

from __future__ import annotations

import json

from pydantic import ValidationError

from tui_chat.clients.gemini_wire import Model
from tui_chat.domain.errors import BadStream
from tui_chat.domain.providers import ModelInfo, Provider

#: The method that a model must know to be chatted with.
_GENERATES = "generateContent"


def models_page(provider: Provider, body: bytes) -> tuple[list[ModelInfo], str]:
    """Return the models of a page that can generate content, and the token of the next page, empty at the end.

    Raises:
        BadStream: if it is no list of models.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    # A page without models is sent without the field.
    listed = [] if value == {} else value.get("models") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(listed, list):
        raise BadStream(f"{provider.label} sent something else than a list of models", provider=provider.name)
    infos = []
    for item in listed:
        try:
            model = Model.model_validate(item)
        except ValidationError:
            continue  # one odd entry must not hide the others
        if _GENERATES in (model.supported_generation_methods or []):
            infos.append(_info(provider, model))
    token = value.get("nextPageToken")
    return infos, token if isinstance(token, str) else ""


def _info(provider: Provider, model: Model) -> ModelInfo:
    name = model.name.removeprefix("models/")
    # The list does not tell what a model can see and call; all of this family can do both, of others nothing is known.
    thinks = {"reasoning"} if model.thinking else set()
    is_gemini = name.startswith("gemini-")
    return ModelInfo(
        name=name,
        provider=provider.name,
        context_window=model.input_token_limit or 0,
        capabilities=frozenset({"images", "tools"} | thinks) if is_gemini else None,
    )
