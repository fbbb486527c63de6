"""What the chat screen uses of what Textual keeps to itself. A test fails when a release changes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.app import App


@contextmanager
def silence(app: App[Any]) -> Iterator[None]:
    """Keep everything from being written to the terminal, while another program has it.

    The thread that writes for a suspended driver has ended: what is written would fill its queue, and then block.
    Frames are not made either; `App.suspend` has all repainted at its end.
    """
    driver = app._driver
    if driver is None:
        yield
        return
    driver.write = _nothing  # type: ignore[method-assign]  # of this driver only
    try:
        with app.batch_update():
            yield
    finally:
        del driver.write


def _nothing(data: str) -> None:
    """Take what would be written."""
