"""The models to choose from, in groups: favourites, those used last, and those of each provider."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tui_chat.chat.services import Services
from tui_chat.config.known_models import known_names
from tui_chat.config.state import load_state, save_state
from tui_chat.domain.providers import ModelInfo, Protocol, Provider

#: How many models that were used last are kept.
RECENT = 5

#: How many models are named of a provider that cannot be asked.
NAMED = 3

_FAVOURITES = "favourite_models"
_RECENT = "recent_models"

Name = tuple[str, str]
"""A provider and one of its models."""


class Offer(NamedTuple):
    """A model to choose."""

    provider: Provider
    info: ModelInfo
    is_ready: bool
    """Whether its provider can be asked."""
    folded: str
    """Provider and model as they are searched."""

    @property
    def name(self) -> Name:
        """Its provider and its name."""
        return self.provider.name, self.info.name


class OfferGroup(NamedTuple):
    """Models under one heading."""

    title: str
    provider: Provider | None
    """Whose models they are; ``None`` for favourites and those used last."""
    offers: list[Offer]


def offer_groups(services: Services) -> list[OfferGroup]:
    """Return all models: favourites, those used last, those of providers that can be asked, and those that cannot."""
    providers = [one for one in services.providers.values() if one.protocol is not Protocol.SCRIPTED]
    groups = [_group(services, one) for one in providers]
    by_name = {offer.name: offer for group in groups for offer in group.offers}
    favourites = _known(services, by_name, favourite_models())
    recent = _known(services, by_name, [name for name in recent_models() if name not in favourite_models()])
    first = [OfferGroup("Favourites", None, favourites), OfferGroup("Recent", None, recent)]
    ready = [group for group in groups if group.provider is not None and services.can_answer(group.provider)]
    others = [group for group in groups if group not in ready and group.provider and not group.provider.is_local]
    return [group for group in [*first, *ready, *others] if group.offers or group.provider is not None]


def matching(groups: Sequence[OfferGroup], typed: str) -> list[OfferGroup]:
    """Return the models that fit what was typed: each word has its letters in them, in order; the best first."""
    words = typed.casefold().split()
    if not words:
        return list(groups)
    found: list[tuple[int, OfferGroup]] = []
    for group in groups:
        scored = [(score, offer) for offer in group.offers if (score := _score(offer.folded, words)) > 0]
        if scored:
            scored.sort(key=lambda one: -one[0])
            found.append((scored[0][0], group._replace(offers=[offer for _, offer in scored])))
    found.sort(key=lambda one: -one[0])
    return [group for _, group in found]


def favourite_models() -> list[Name]:
    """Return the user's favourites, oldest first."""
    return _remembered(_FAVOURITES)


def toggle_favourite(name: Name) -> bool:
    """Make a model a favourite, or no longer; return whether it is one now."""
    names = favourite_models()
    is_new = name not in names
    save_state(**{_FAVOURITES: [*names, name] if is_new else [one for one in names if one != name]})
    return is_new


def recent_models() -> list[Name]:
    """Return the models that were chosen last, newest first."""
    return _remembered(_RECENT)


def note_recent(name: Name) -> None:
    """Remember that a model was chosen."""
    save_state(**{_RECENT: [name, *(one for one in recent_models() if one != name)][:RECENT]})


def _remembered(key: str) -> list[Name]:
    names = load_state().get(key, [])
    pairs = names if isinstance(names, list) else []
    return [(str(one[0]), str(one[1])) for one in pairs if isinstance(one, list | tuple) and len(one) == 2]


def _group(services: Services, provider: Provider) -> OfferGroup:
    is_ready = services.can_answer(provider)
    infos = services.models.offered(provider.name)
    if not infos or not is_ready:
        names = [*([provider.default_model] if provider.default_model else []), *known_names(provider)]
        infos = [services.models.info(provider.name, name) for name in list(dict.fromkeys(names))[:NAMED]]
    return OfferGroup(provider.label, provider, [_offer(provider, info, is_ready) for info in infos])


def _offer(provider: Provider, info: ModelInfo, is_ready: bool) -> Offer:
    return Offer(provider, info, is_ready, f"{provider.name}/{info.name}".casefold())


def _known(services: Services, by_name: dict[Name, Offer], names: Iterable[Name]) -> list[Offer]:
    found = []
    for name in names:
        if name in by_name:
            found.append(by_name[name])
        elif (provider := services.providers.get(name[0])) is not None:
            found.append(_offer(provider, services.models.info(*name), services.can_answer(provider)))
    return found


def _score(folded: str, words: list[str]) -> int:
    """Return how well words fit: whole ones better than scattered letters, early and long ones better than others."""
    total = 0
    for word in words:
        at = folded.find(word)
        if at >= 0:
            starts = at == 0 or not folded[at - 1].isalnum()
            total += 1000 + (200 if starts else 0) - min(at, 100)
        elif _scattered(folded, word):
            total += 10
        else:
            return 0
    return total - min(len(folded), 100) // 10


def _scattered(folded: str, word: str) -> bool:
    at = -1
    for letter in word:
        at = folded.find(letter, at + 1)
        if at < 0:
            return False
    return True
