"""Why providers failed last, kept over runs, so that one can look up what is wrong with them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tui_chat.config.state import load_state, save_state
from tui_chat.domain.errors import ChatError
from tui_chat.domain.record import now

_REMEMBERED = "troubles"


class Trouble(NamedTuple):
    """What went wrong with a provider last."""

    text: str
    """What happened, in one sentence."""
    advice: str
    """What to do about it."""
    at: datetime


def note_trouble(provider: str, error: ChatError | None) -> None:
    """Remember why a provider failed; ``None`` once it has answered."""
    troubles = _load()
    if error is not None:
        troubles[provider] = {"text": error.text, "advice": error.advice, "at": now().isoformat()}
    elif troubles.pop(provider, None) is None:
        return
    save_state(**{_REMEMBERED: troubles})


def trouble_of(provider: str) -> Trouble | None:
    """Return what went wrong with a provider last; ``None`` if it has answered since."""
    try:
        found = _load()[provider]
        return Trouble(str(found["text"]), str(found["advice"]), datetime.fromisoformat(found["at"]))
    except (KeyError, TypeError, ValueError):
        return None


def _load() -> dict[str, dict[str, str]]:
    troubles = load_state().get(_REMEMBERED, {})
    return dict(troubles) if isinstance(troubles, dict) else {}
