"""The line under the input: who answers, what it has cost, and what the reply does."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from textual.content import Content
from textual.timer import Timer

from tui_chat.app import glyphs
from tui_chat.app.motion import counts
from tui_chat.app.widgets.lines import EMPTY, EndsLine, muted
from tui_chat.domain.events import ReasoningDelta, Retrying, StreamEvent, TextDelta

#: Share of the context, in per cent, from which it is worth a warning.
_NEARLY_FULL = 80
#: Width below which facts are written without their words.
_NARROW = 60
#: Seconds by which the beginning of one reply may seem to differ.
_SAME_REPLY = 0.5
_RUNNING = "running"
_AT_REST = {
    "interrupted": (glyphs.INTERRUPTED, "interrupted", "$text-warning"),
    "error": (glyphs.FAILED, "failed", "$text-error"),
    # Prompts behind a reply that a crash cut off are not sent by themselves.
    "queued": (glyphs.NEW, "queued: /retry sends it", "$text-warning"),
}
_PLACES = ("browse", "sessions", "editing")


class StatusLine(EndsLine):
    """Facts at the left, the state of the reply at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._model = ""
        self._facts: tuple[str, ...] = ()
        self._context_used: int | None = None
        self._remedy = ""
        self._address = ""
        self._state = "complete"
        self._phase = "waiting"
        self._elsewhere = 0
        self._since = 0.0
        self._until = 0.0
        self._who = ""
        self._ticking: Timer | None = None

    def on_mount(self) -> None:
        """Prepare the clock, which goes only while a reply runs."""
        self._ticking = self.set_interval(1, self._show_state, pause=self._state != _RUNNING)
        self._show_state()

    def set_facts(self, model: str, facts: Sequence[str] = (), *, context: int | None = None, remedy: str = "") -> None:
        """Set what is known about the session.

        Args:
            model: who answers.
            facts: in the order of their weight; what does not fit is left out from the right.
            context: how much of the model's context is used, in per cent; ``None`` if unknown.
            remedy: the command that makes room, shown once the context is nearly full.
        """
        self._model, self._facts, self._context_used, self._remedy = model, tuple(facts), context, remedy
        self.refresh()

    def set_address(self, address: str) -> None:
        """Show where the link under the pointer goes, in the place of the facts; empty for none."""
        self._address = address
        self.refresh()

    def set_state(
        self, state: str, *, elsewhere: int = 0, running_for: float = 0.0, phase: str = "waiting", who: str = ""
    ) -> None:
        """Set what the session does.

        Args:
            state: ``running``; ``elsewhere`` if another process receives the reply; how its newest message ended
                (``complete``, ``interrupted``, ``error``, ``queued``); or, at rest, where the keys go (``browse``,
                ``sessions``, ``editing``).
            elsewhere: how many replies run in other sessions.
            running_for: how long the reply has been running already, in seconds.
            phase: what it does: ``waiting``, ``thinking`` or ``writing``.
            who: who is waited for, where a request has to be sent once more.
        """
        self._who = who
        since = monotonic() - running_for
        # What is known of the reply that runs is kept; of another one nothing is known yet.
        if state == _RUNNING and (self._state != _RUNNING or abs(since - self._since) > _SAME_REPLY):
            self._phase = phase
            self._since = since
        self._state, self._elsewhere = state, elsewhere
        if self._ticking is not None:
            (self._ticking.resume if state == _RUNNING else self._ticking.pause)()
        self._show_state()

    def take(self, event: StreamEvent) -> None:
        """Learn from a piece of the running reply what it does."""
        match event:
            case TextDelta():
                phase = "writing"
            case ReasoningDelta():
                phase = "thinking"
            case Retrying(delay=delay):
                phase, self._until = "retrying", monotonic() + delay
            case _:
                return
        if phase != self._phase or isinstance(event, Retrying):
            self._phase = phase
            self._show_state()

    def render(self) -> Content:
        """Lay out as many facts as there is room for."""
        if self._address:
            self.set_reactive(EndsLine.left, Content.styled(self._address, "$text-primary"))
            return super().render()
        room = self.content_size.width - self.right.cell_length - 2
        facts = self._all_facts()
        while len(facts) > 1 and self._joined(facts).cell_length > room:
            facts.pop()
        self.set_reactive(EndsLine.left, self._joined(facts))
        return super().render()

    def _all_facts(self) -> list[Content]:
        facts = [Content(self._model)] if self._model else []
        if self._context_used is not None:
            words = (
                f"{self._context_used} %" if self.content_size.width < _NARROW else f"context {self._context_used} %"
            )
            is_full = self._context_used >= _NEARLY_FULL
            facts.append(Content.styled(words, "$text-warning") if is_full else muted(words))
            if is_full and self._remedy:
                facts.append(Content(self._remedy))
        return [*facts, *(muted(fact) for fact in self._facts)]

    def _joined(self, facts: list[Content]) -> Content:
        return muted(f" {glyphs.BETWEEN} ").join(facts) if facts else EMPTY

    def _show_state(self) -> None:
        parts = []
        if self._elsewhere:
            parts.append(self._marked(glyphs.RUNNING, "$text-primary", f"{self._elsewhere} elsewhere"))
        parts.append(self._state_words())
        self.right = muted(f" {glyphs.BETWEEN} ").join(parts)

    def _state_words(self) -> Content:
        if self._state == _RUNNING:
            return self._running_words()
        if self._state == "elsewhere":
            return self._marked(glyphs.RUNNING, "$text-primary", "running in another window")
        if self._state in _PLACES:
            return Content.styled(self._state, "$text-primary")
        if self._state in _AT_REST:
            glyph, words, ink = _AT_REST[self._state]
            return self._marked(glyph, ink, words)
        return muted("ready")

    def _running_words(self) -> Content:
        between = glyphs.BETWEEN
        if self._phase == "retrying":
            words = f"waiting for {self._who}" if self._who else "waiting"
            glyph, ink, seconds = glyphs.NEW, "$text-warning", max(1, round(self._until - monotonic()))
        else:
            words, ink, seconds = self._phase, "$text-primary", int(monotonic() - self._since)
            glyph = glyphs.NEW if self._phase == "waiting" else glyphs.RUNNING
        return self._marked(glyph, ink, f"{words} {between} {seconds} s" if counts() else words)

    def _marked(self, glyph: str, ink: str, words: str) -> Content:
        return Content.assemble((glyph, ink), " ", (words, "$foreground-muted"))
