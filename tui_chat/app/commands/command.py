"""A command: something the user can do, with everything that is said about it anywhere."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding

SHOWN: dict[str, str] = {}
"""How the keys are written that the user changed, by the id of the command."""


class Place(StrEnum):
    """Where a command's keys act. The value is how help calls it."""

    INPUT = "in the input"
    TRANSCRIPT = "browsing the transcript"
    SIDEBAR = "in the sidebar"
    SEARCH = "on the search screen"
    EVERYWHERE = "everywhere"


class Command(NamedTuple):
    """An entry of the table."""

    id: str
    """Stable name, for key maps: ``session.new``."""
    place: Place
    keys: str
    """Textual's names of its keys, comma separated; empty if it has none."""
    table_shown: str
    """The keys as people write them, unless the user changed them; empty if it has none."""
    words: str
    """What it does, as help says it, in a few words."""
    action: str = ""
    """Textual action; empty for keys that a widget handles by itself."""
    group: str = ""
    """Heading in help."""
    hint: str = ""
    """Its word in the footer; empty keeps it out."""
    slash: str = ""
    """Its slash command without the slash; empty for none."""
    argument: str = ""
    """What its slash command takes, for help: ``NAME``; empty for nothing."""

    @property
    def shown(self) -> str:
        """The keys as people write them; empty if it has none."""
        return SHOWN.get(self.id, self.table_shown)

    @property
    def is_general(self) -> bool:
        """Whether it means something without the cursor of a widget, so that the palette may offer it."""
        return self.place is Place.EVERYWHERE or self.action.startswith("screen.") or bool(self.slash)

    @property
    def binding(self) -> Binding:
        """The binding that makes its keys work."""
        return Binding(
            self.keys,
            self.action,
            self.words,
            key_display=self.shown,
            show=bool(self.hint),
            # Keys that act everywhere must win over the text area's own.
            priority=self.place is Place.EVERYWHERE,
            id=self.id,
        )
