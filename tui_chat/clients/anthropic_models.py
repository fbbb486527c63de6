"""Reads the pages of Anthropic's list of models."""

from __future__ import annotations

from tui_chat.clients.anthropic_wire import Capabilities, Model
from tui_chat.clients.listing import entries, json_in
from tui_chat.domain.providers import ModelInfo, Provider


def models_page(provider: Provider, body: bytes) -> tuple[list[ModelInfo], str]:
    """Return the models of a page, and the id that the next page comes after, empty at the end.

    Raises:
        BadStream: if it is no list of models.
    """
    value = json_in(body)
    page = value if isinstance(value, dict) else {}
    infos = [_info(provider, model) for model in entries(provider, page.get("data"), Model)]
    last = page.get("last_id") if page.get("has_more") is True else None
    return infos, last if isinstance(last, str) else ""


def _info(provider: Provider, model: Model) -> ModelInfo:
    return ModelInfo(
        name=model.id,
        provider=provider.name,
        context_window=model.max_input_tokens or 0,
        capabilities=_capabilities(model),
    )


def _capabilities(model: Model) -> frozenset[str] | None:
    # All of this family can see and call tools; servers that list no capabilities may have others.
    is_claude = model.id.startswith("claude-")
    if model.capabilities is None and not is_claude:
        return None
    can = model.capabilities or Capabilities()
    known = {
        "images": is_claude if can.image_input is None else can.image_input.supported,
        "reasoning": can.thinking is not None and can.thinking.supported,
        "tools": is_claude,
    }
    return frozenset(name for name, has_it in known.items() if has_it)
