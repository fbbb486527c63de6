"""What is known of the models: who lists which, what they cost, how much they read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from tui_chat.config.known_models import described
from tui_chat.config.model_lists import ModelList, keep_list, load_list
from tui_chat.domain.providers import ModelInfo, Provider
from tui_chat.domain.usage import Usage

_MILLION = 1_000_000


class Models:
    """The models of all providers: as they were listed last, with what the user and this program know besides.

    Args:
        providers: All known providers, by name.
    """

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._lists: dict[str, ModelList | None] = {}
        self._by_name: dict[str, dict[str, ModelInfo]] = {}
        self._offered: dict[str, list[ModelInfo]] = {}

    def info(self, provider: str, model: str) -> ModelInfo:
        """Return what is known of a model; of one that nobody knows, its name."""
        if provider not in self._providers:
            return ModelInfo(name=model, provider=provider)
        if provider not in self._by_name:
            kept = self.listed(provider)
            self._by_name[provider] = {one.name: one for one in kept.models} if kept else {}
        return described(self._providers[provider], model, self._by_name[provider].get(model))

    def listed(self, provider: str) -> ModelList | None:
        """Return the list that a provider gave last, in this run or an earlier one."""
        if provider not in self._lists:
            self._lists[provider] = load_list(self._providers[provider])
        return self._lists[provider]

    def offered(self, provider: str) -> list[ModelInfo]:
        """Return the models of a provider with all that is known of them; its default first where no list is known."""
        if provider not in self._offered:
            self._offered[provider] = self._offers(provider)
        return self._offered[provider]

    def _offers(self, provider: str) -> list[ModelInfo]:
        one, kept = self._providers[provider], self.listed(provider)
        names = [] if kept else [one.default_model] if one.default_model else []
        known = {info.name: info for info in kept.models} if kept else {}
        names = list(dict.fromkeys([*one.models, *known, *names]))
        return [described(one, name, known.get(name)) for name in names]

    async def keep(self, provider: str, models: Sequence[ModelInfo]) -> ModelList:
        """Take in a list that a provider has just given."""
        kept = await asyncio.to_thread(keep_list, self._providers[provider], models)
        self._lists[provider] = kept
        self._by_name.pop(provider, None)
        self._offered.pop(provider, None)
        return kept


def priced(usage: Usage, *models: ModelInfo) -> Usage:
    """Return a usage with its cost, if the server has not said it and the price is known.

    Args:
        usage: The tokens.
        models: What is known of the model, under each name it goes by; the first with a price counts.
    """
    if usage.cost is not None:
        return usage
    for model in models:
        if model.input_price is not None and model.output_price is not None:
            return usage.model_copy(update={"cost": _cost(usage, model.input_price, model.output_price, model)})
    return usage


def _cost(usage: Usage, input_price: float, output_price: float, model: ModelInfo) -> float:
    cached_price = input_price if model.cached_price is None else model.cached_price
    fresh = usage.input_tokens - usage.cached_tokens
    dollars = fresh * input_price + usage.cached_tokens * cached_price + usage.output_tokens * output_price
    return round(dollars / _MILLION, 9)
