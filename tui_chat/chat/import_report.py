"""What an import brought in, and what it did not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tui_chat.domain.words import counted
from tui_chat.importers.registry import Problem


@dataclass
class ImportReport:
    """The outcome of an import, or of a trial of one."""

    is_trial: bool = False
    """Whether nothing was written."""
    is_stopped: bool = False
    """Whether it was stopped before its end."""
    sessions: int = 0
    """Sessions that are new."""
    messages: int = 0
    """Messages of these, and of sessions that have grown."""
    grown: int = 0
    """Sessions that were here, and got newer messages."""
    present: int = 0
    """Sessions that were here already."""
    in_trash: int = 0
    """Sessions that were deleted here, and stay deleted."""
    purged: int = 0
    """Sessions that were removed here for good, and are left out."""
    empty: int = 0
    """Sessions without messages."""
    formats: Counter[str] = field(default_factory=Counter)
    """Sessions that were read, by the label of their format."""
    problems: list[Problem] = field(default_factory=list)
    """What could not be read, or not as it was."""
    losses: Counter[str] = field(default_factory=Counter)
    """What did not come in of the new sessions, by words that go after a number."""

    @property
    def read(self) -> int:
        """All sessions that were found."""
        return self.formats.total()

    def lines(self) -> Iterator[str]:
        """Yield the report in sentences for the user, the most important first."""
        verb = "would be imported" if self.is_trial else "imported"
        if not self.read:
            yield "No sessions could be read."
            return
        yield f"{counted(self.sessions, 'session')} with {counted(self.messages, 'message')} {verb}."
        if self.formats:
            yield f"Read from: {', '.join(f'{label} ({number})' for label, number in self.formats.items())}."
        if self.grown:
            yield f"{counted(self.grown, 'session')} {'would get' if self.is_trial else 'got'} newer messages."
        if self.present:
            yield f"{counted(self.present, 'session')} already here."
        if self.in_trash:
            yield f"{counted(self.in_trash, 'session')} in the trash, and left there."
        if self.purged:
            yield f"{counted(self.purged, 'session')} removed here for good, and left out."
        if self.empty:
            yield f"{counted(self.empty, 'session')} without messages left out."
        for words, number in self.losses.most_common():
            yield f"{number} × {words}."
        if self.is_stopped:
            yield "Stopped before the end. Import again to get the rest."

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "dry_run": self.is_trial,
            "stopped": self.is_stopped,
            "sessions": self.sessions,
            "messages": self.messages,
            "grown": self.grown,
            "present": self.present,
            "in_trash": self.in_trash,
            "purged": self.purged,
            "empty": self.empty,
            "formats": dict(self.formats),
            "losses": dict(self.losses),
            "problems": [{"where": one.where, "why": one.why} for one in self.problems],
        }
