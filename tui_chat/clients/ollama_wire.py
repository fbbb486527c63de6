"""What Ollama sends, as far as it is read."""

from __future__ import annotations

from pydantic import ConfigDict

from tui_chat.domain.record import Record


class Wire(Record):
    """Something that Ollama sent."""

    # Names that begin with "model" are the vendor's own.
    model_config = ConfigDict(protected_namespaces=())


class Message(Wire):
    """What a chunk adds to the reply."""

    content: str | None = None
    thinking: str | None = None
    tool_calls: list[object] | None = None


class Chunk(Wire):
    """A line of a reply; the last one is done and counts."""

    model: str | None = None
    message: Message | None = None
    done: bool | None = None
    done_reason: str | None = None
    prompt_eval_count: int | None = None
    """Tokens of the prompt."""
    eval_count: int | None = None
    """Tokens of the reply."""
    eval_duration: int | None = None
    """Nanoseconds that the reply took to write."""


class Details(Wire):
    """The make of a model."""

    family: str | None = None
    context_length: int | None = None
    """Only newer servers list it."""


class Listed(Wire):
    """A model as it is listed."""

    name: str
    digest: str | None = None
    size: int | None = None
    """Bytes on disk."""
    details: Details | None = None
    capabilities: list[str] | None = None
    """Only newer servers list them."""


class Shown(Wire):
    """A model as it is shown by itself."""

    model_info: dict[str, object] | None = None
    """Facts of the file, among them ``<architecture>.context_length``."""
    capabilities: list[str] | None = None


class Progress(Wire):
    """A line of a download."""

    status: str | None = None
    total: int | None = None
    completed: int | None = None
