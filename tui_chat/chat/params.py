"""The parameters of a session: what each means, which values it takes, and which protocols carry it."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

from tui_chat.domain.parameters import EFFORTS, CheckedParams
from tui_chat.domain.providers import Protocol
from tui_chat.domain.sessions import Params


class ParamField(NamedTuple):
    """A parameter as it is shown."""

    name: str
    """Its field of `Params`."""
    label: str
    note: str
    """What it does, and which values it takes."""
    steps: tuple[str, ...] = ()
    """Values to step through."""


FIELDS = (
    ParamField(
        "temperature",
        "Temperature",
        "0 is the most likely word each time, 2 the most surprising.",
        tuple(f"{step / 10:g}" for step in range(21)),
    ),
    ParamField(
        "top_p",
        "Top p",
        "Only the likeliest words, with this share of the whole; from 0 to 1.",
        tuple(f"{step / 20:g}" for step in range(21)),
    ),
    ParamField(
        "max_tokens",
        "Longest reply",
        "In tokens.",
        ("256", "512", "1024", "2048", "4096", "8192", "16384", "32768"),
    ),
    ParamField("stop", "Stop", "The reply ends before one of these texts; up to four, a comma between them."),
    ParamField("seed", "Seed", "A whole number: the same one makes replies more alike."),
    ParamField("reasoning_effort", "Reasoning effort", "How long a reasoning model may think.", EFFORTS),
)
"""All parameters, in the order they are shown."""

_ALL = frozenset(field.name for field in FIELDS)
_CARRIED = {
    Protocol.OPENAI_CHAT: _ALL,
    Protocol.ABACUS: _ALL,
    Protocol.OPENAI_RESPONSES: _ALL - {"stop", "seed"},
    Protocol.ANTHROPIC: _ALL - {"seed"},
    Protocol.GEMINI: _ALL,
    Protocol.OLLAMA: _ALL,
}


def carried(protocol: Protocol) -> frozenset[str]:
    """Return the parameters that a protocol sends; the others have no effect there."""
    return _CARRIED.get(protocol, frozenset())


def shown(params: Params, name: str) -> str:
    """Return a parameter as it is typed; empty if it is left to the server."""
    value = getattr(params, name)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(one.replace("\n", "\\n") for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def changed(params: Params, name: str, typed: str) -> Params:
    """Return parameters with one of them set to what was typed; nothing leaves it to the server.

    Raises:
        ValueError: if it does not take that value; the message is for the user.
    """
    words: object = typed.strip() or None
    if name == "stop" and words is not None:
        words = tuple(one.strip().replace("\\n", "\n") for one in typed.split(",") if one.strip()) or None
    try:
        value = getattr(CheckedParams.model_validate({name: words}), name)
    except ValidationError as error:
        problem = error.errors()[0]
        message = problem["msg"].removeprefix("Input should be ")
        raise ValueError(f"It must be {message}." if message != problem["msg"] else f"{message}.") from None
    return params.model_copy(update={name: value})


def stepped(params: Params, field: ParamField, step: int) -> Params:
    """Return parameters with one of them a step further; before the first step it is left to the server."""
    if not field.steps:
        return params
    now = shown(params, field.name)
    steps = ("", *field.steps)
    if now in steps:
        place = steps.index(now) + step
    else:
        below = [place for place, one in enumerate(steps) if one and float(one) < float(now)]
        place = (below[-1] if below else 0) + (step > 0)
    return changed(params, field.name, steps[max(0, min(place, len(steps) - 1))])


def summary(params: Params) -> str:
    """Return what is set, in a line: ``temperature 0.2, effort high``."""
    names = {"reasoning_effort": "effort", "max_tokens": "at most", "top_p": "top p"}
    parts = [(names.get(field.name, field.name), shown(params, field.name)) for field in FIELDS]
    return ", ".join(f"{name} {value}{' tokens' if name == 'at most' else ''}" for name, value in parts if value)
