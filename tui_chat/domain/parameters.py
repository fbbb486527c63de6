"""The parameters of requests as a user may set them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from tui_chat.domain.sessions import Params

Effort = Literal["none", "minimal", "low", "medium", "high"]
"""How long a reasoning model may think."""

EFFORTS: tuple[Effort, ...] = ("none", "minimal", "low", "medium", "high")


class CheckedParams(Params):
    """Parameters within their bounds. What is stored is not checked, so that any history can be read."""

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    stop: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(max_length=4)] | None = None
    seed: int | None = None
    reasoning_effort: Effort | None = None
