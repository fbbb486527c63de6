"""Reads Ollama's list of models, and what it shows of one."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

from tui_chat.clients.listing import entries, json_in
from tui_chat.clients.ollama_wire import Details, Listed, Shown
from tui_chat.domain.providers import ModelInfo, Provider

#: What each of Ollama's words is called here.
_CAPABILITIES = {"vision": "images", "thinking": "reasoning", "tools": "tools"}

_CHATS = "completion"


class Facts(NamedTuple):
    """What a list may not tell of a model."""

    capabilities: frozenset[str] | None = None
    """In Ollama's words; ``None`` if not known."""
    context_window: int = 0


def listed_models(provider: Provider, body: bytes) -> list[Listed]:
    """Return the models of an answer to ``GET /api/tags``.

    Raises:
        BadStream: if it is no list of models.
    """
    value = json_in(body)
    listed = value.get("models") if isinstance(value, dict) else None
    # An empty list was null in early versions.
    return entries(provider, [] if value == {"models": None} else listed, Listed)


def listed_facts(model: Listed) -> Facts:
    """Return what the list tells of a model."""
    known = None if model.capabilities is None else frozenset(model.capabilities)
    return Facts(known, (model.details and model.details.context_length) or 0)


def shown_facts(body: bytes) -> Facts:
    """Return what an answer to ``POST /api/show`` tells; nothing, if it is none."""
    try:
        shown = Shown.model_validate(json_in(body))
    except ValidationError:
        return Facts()
    known = None if shown.capabilities is None else frozenset(shown.capabilities)
    about = shown.model_info or {}
    length = about.get(f"{about.get('general.architecture')}.context_length")
    return Facts(known, length if isinstance(length, int) else 0)


def can_chat(model: Listed, facts: Facts) -> bool:
    """Return whether a model can chat; where the server does not say, its name and family tell embedding ones."""
    if facts.capabilities is not None:
        return _CHATS in facts.capabilities
    return "embed" not in model.name and not _family(model).endswith("bert")


def model_info(provider: Provider, model: Listed, facts: Facts) -> ModelInfo:
    """Return a model as it is shown to the user."""
    known = facts.capabilities
    ours = None if known is None else frozenset(word for theirs, word in _CAPABILITIES.items() if theirs in known)
    return ModelInfo(
        name=model.name,
        provider=provider.name,
        context_window=_window(provider) or facts.context_window,
        capabilities=ours,
        family=_family(model),
        size=model.size,
    )


def _window(provider: Provider) -> int:
    """Return the context that the config asks for with every request; 0 if it does not."""
    options = provider.body.get("options")
    wanted = options.get("num_ctx") if isinstance(options, dict) else None
    return wanted if isinstance(wanted, int) else 0


def _family(model: Listed) -> str:
    return (model.details or Details()).family or ""
