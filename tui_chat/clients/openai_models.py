"""Reads the list of models that a server of Chat Completions gives, in the words of each vendor."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from tui_chat.clients.listing import entries, json_in
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.record import Record

#: Parts of the names of models that embed, listen, speak, draw or judge, but cannot chat.
_NOT_FOR_CHAT = ("embed", "whisper", "tts-", "dall-e", "moderation", "rerank")


class _Architecture(Record):
    input_modalities: list[str] | None = None


class _Model(Record):
    """A model as it is listed. Each vendor has its own word for how much the model can read."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str
    context_length: int | None = None
    context_window: int | None = None
    max_context_length: int | None = None
    max_model_len: int | None = None
    architecture: _Architecture | None = None
    supported_parameters: list[str] | None = None
    pricing: dict[str, Any] | None = None


def model_infos(provider: Provider, body: bytes) -> list[ModelInfo]:
    """Return the models of an answer to ``GET /models`` in its order, without those that cannot chat.

    Raises:
        BadStream: if it is no list of models.
    """
    value = json_in(body)
    listed = value.get("data") if isinstance(value, dict) else value
    models = [_info(provider, model) for model in entries(provider, listed, _Model)]
    chatting = [model for model in models if not any(part in model.name.lower() for part in _NOT_FOR_CHAT)]
    return chatting or models


def _info(provider: Provider, model: _Model) -> ModelInfo:
    lengths = (model.context_length, model.context_window, model.max_context_length, model.max_model_len)
    inputs = model.architecture.input_modalities if model.architecture else None
    pricing = model.pricing or {}
    return ModelInfo(
        name=model.id,
        provider=provider.name,
        context_window=next((length for length in lengths if length), 0),
        input_price=_price(pricing.get("prompt")),
        output_price=_price(pricing.get("completion")),
        cached_price=_price(pricing.get("input_cache_read")),
        capabilities=_capabilities(inputs, model.supported_parameters),
    )


def _capabilities(inputs: list[str] | None, parameters: list[str] | None) -> frozenset[str] | None:
    # Who does not say what goes in says nothing of images.
    if inputs is None:
        return None
    sees = {"images"} if "image" in inputs else set()
    return frozenset(sees | set(parameters or []) & {"reasoning", "tools"})


def _price(for_one: Any) -> float | None:
    """Return OpenRouter's price of one token, a decimal text, as that of a million."""
    try:
        price = round(float(for_one) * 1_000_000, 6)
    except (TypeError, ValueError):
        return None
    return price if price >= 0 else None
