"""Keys in their order: each has had its effect before the next one is looked at, however fast they are typed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import Worker

#: The group of the workers that open dialogs, and go on with what is answered there.
DIALOGS = "dialog"

#: Seconds that a key waits at most for what the one before does.
PATIENCE = 1.0

#: Keys that erase. Those that move may move something else than the cursor of a text.
_ERASING = frozenset({"backspace", "delete"})

#: Seconds between two looks at a worker that is about to open a dialog.
_LOOK = 0.002


class KeyOrder:
    """Holds keys back until the one before them has had its effect.

    A key goes to what has the keys when it is looked at, and is handled after that: in the queues of widgets and
    screens, in workers, by a dialog that is laid out first. Letters typed right behind it would go where the keys were.

    Args:
        app: The app whose keys they are.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._held: deque[events.Event] = deque()
        self._next: list[events.Event] = []
        self._last: tuple[events.Event, DOMNode] | None = None
        self._opened: WeakKeyDictionary[Worker[Any], Screen[Any]] = WeakKeyDictionary()
        self._too_slow: WeakSet[Worker[Any]] = WeakSet()
        self._releasing: asyncio.Task[None] | None = None

    def holds(self, event: events.Event) -> bool:
        """Return whether a key or a paste has to wait; it is posted to the app again when its turn has come."""
        if event in self._next:
            self._next.remove(event)
        elif self._releasing is not None or self._has_to_wait(event):
            self._held.append(event)
            if self._releasing is None:
                self._releasing = asyncio.create_task(self._release())
            return True
        self._last = event, self._target
        return False

    def note_dialog(self, worker: Worker[Any], screen: Screen[Any]) -> None:
        """Take up which screen a worker opens, and waits for."""
        self._opened[worker] = screen

    def drop(self) -> None:
        """Forget the keys that wait: another program gets the terminal, and they were pressed once too often."""
        self._held.clear()

    def close(self) -> None:
        """Let go of the keys that wait."""
        if self._releasing is not None:
            self._releasing.cancel()

    @property
    def _target(self) -> DOMNode:
        return self._app.focused or self._app.screen

    @property
    def _busy(self) -> list[Worker[Any]]:
        """The workers that are about to open a dialog, or do what was asked for in one that has been closed."""
        running = [one for one in self._app.workers if one.group == DIALOGS and one.is_running]
        return [
            one for one in running if one not in self._too_slow and self._opened.get(one) not in self._app.screen_stack
        ]

    def _has_to_wait(self, event: events.Event) -> bool:
        if self._last is None:
            return bool(self._busy)
        last, target = self._last
        # What is typed into one text takes its turn in the queue of that.
        return not (target is self._target and self._are_written((last, event)))

    def _are_written(self, keys: Iterable[events.Event]) -> bool:
        """Return whether keys go into a text, and do nothing but change it."""
        return isinstance(self._target, Input | TextArea) and all(
            not isinstance(one, events.Key) or one.is_printable or one.key in _ERASING for one in keys
        )

    async def _release(self) -> None:
        try:
            while self._held:
                if self._has_to_wait(self._held[0]):
                    await self._wait()
                    if not self._held:
                        return
                self._next = [self._held.popleft()]
                while self._held and self._are_written((self._next[-1], self._held[0])):
                    self._next.append(self._held.popleft())
                for event in self._next:
                    self._app.post_message(event)
                await _passed(self._app)
        finally:
            self._releasing = None

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._settle()
        except TimeoutError:
            self._too_slow.update(self._busy)
        self._last = None

    async def _settle(self) -> None:
        """Wait until the last key has been handled, and what it opened or closed has settled."""
        target = self._target if self._last is None else self._last[1]
        screen = None
        while screen is not self._app.screen:
            screen = self._app.screen
            await _passed(target)
            # Up to the app, whose actions tell widgets again; and up from those.
            for _ in range(2):
                for _node in target.ancestors_with_self:
                    await asyncio.sleep(0)
                await _passed(screen)
                await _passed(self._app)
            while self._busy:  # noqa: ASYNC110  # a screen that opens tells nobody
                await asyncio.sleep(_LOOK)
            target = self._target


async def _passed(node: DOMNode) -> None:
    """Wait until a node has handled what it was sent so far."""
    handled = asyncio.Event()
    if node.call_later(handled.set):
        await handled.wait()
