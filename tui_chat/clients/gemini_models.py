"""Reads the pages of Gemini's list of models."""

from __future__ import annotations

from tui_chat.clients.gemini_wire import Model
from tui_chat.clients.listing import entries, json_in
from tui_chat.domain.providers import ModelInfo, Provider

#: The method that a model must know to be chatted with.
_GENERATES = "generateContent"


def models_page(provider: Provider, body: bytes) -> tuple[list[ModelInfo], str]:
    """Return the models of a page that can generate content, and the token of the next page, empty at the end.

    Raises:
        BadStream: if it is no list of models.
    """
    value = json_in(body)
    page = value if isinstance(value, dict) else {}
    # A page without models is sent without the field.
    models = entries(provider, [] if value == {} else page.get("models"), Model)
    infos = [_info(provider, one) for one in models if _GENERATES in (one.supported_generation_methods or [])]
    token = page.get("nextPageToken")
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
