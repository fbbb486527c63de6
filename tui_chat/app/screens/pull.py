"""A model being downloaded by Ollama."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import ClassVar, Protocol, runtime_checkable

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_chat.app.screens.sheet import Sheet
from tui_chat.chat.services import Services
from tui_chat.domain.errors import ChatError
from tui_chat.domain.providers import Provider

#: Cells of the meter.
METER = 20

#: The last status of a download that went well.
DONE = "success"


class Progress(Protocol):
    """Where a download stands."""

    @property
    def status(self) -> str:
        """What is being done."""

    @property
    def completed(self) -> int:
        """Bytes of the current file that have come."""

    @property
    def total(self) -> int:
        """Bytes of the current file; 0 where nothing is being downloaded."""


@runtime_checkable
class Puller(Protocol):
    """A client that can have models downloaded."""

    def pull(self, model: str) -> AsyncGenerator[Progress, None]:
        """Download a model, and yield how far it is."""


class PullDialog(Sheet[bool]):
    """Shows how far a download is; Esc ends it, and what has come is kept. The result is whether all came.

    Args:
        services: Knows the client.
        provider: Who downloads.
        model: What is downloaded.
    """

    KEYS: ClassVar = [("Esc", "stop, keep what came")]

    def __init__(self, services: Services, provider: Provider, model: str) -> None:
        super().__init__(f"Pull {model}", aside=provider.label)
        self._services = services
        self._provider = provider
        self._model = model

    def compose_body(self) -> Iterable[Widget]:
        """Yield the state and the meter."""
        yield Static(Content("asking"), classes="note state")
        yield Static(classes="note meter")

    def on_mount(self) -> None:
        self.run_worker(self._pull(), group="pull")

    async def _pull(self) -> None:
        try:
            client = await self._services.client(self._provider.name)
            if not isinstance(client, Puller):
                return
            async with aclosing(client.pull(self._model)) as progress:
                async for one in progress:
                    self._show(one)
                    if one.status == DONE:
                        self.dismiss(True)
                        return
        except ChatError as error:
            self.query_one(".state", Static).update(Content.styled(error.sentence, "$text-error"))

    def _show(self, progress: Progress) -> None:
        self.query_one(".state", Static).update(Content(progress.status))
        self.query_one(".meter", Static).update(meter(progress))


def meter(progress: Progress) -> Content:
    """Return how much of the current file has come; nothing while none is coming."""
    if not progress.total:
        return Content("")
    share = min(1.0, progress.completed / progress.total)
    full = int(METER * share)
    size = f"{share * 100:3.0f} %   {_bytes(progress.completed)} of {_bytes(progress.total)}"
    return Content.assemble(("━" * full, "$primary"), ("━" * (METER - full), "$border-blurred"), f"  {size}")


def _bytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
