"""The palette: every command as one row, with its key and its slash command."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui_chat.app.commands import COMMANDS, Command, Place, command
from tui_chat.app.screens.chat import ChatScreen

_GAP = "   "
#: Columns of the screen from which there is room for one way that carries a command out, and for both.
_ROOM_FOR_ONE, _ROOM_FOR_BOTH = 60, 80
#: What leads from the input to where keys act, by its command.
_WAY = {Place.TRANSCRIPT: "input.leave", Place.SIDEBAR: "session.list"}

#: One for each action: the first of the table.
_OFFERED = tuple(
    {
        one.action: one
        for one in reversed(COMMANDS)
        if one.is_general and one.action != "app.command_palette" and one.group != "Back"
    }.values()
)


def title(one: Command) -> str:
    """Return what a command is called in the palette: ``This message: edit, send again``."""
    return f"{one.group}: {one.words}" if one.group else one.words[:1].upper() + one.words[1:]


def keys(one: Command) -> str:
    """Return the keys that carry a command out from the input; empty if it has none."""
    way = command(_WAY[one.place]).shown if one.place in _WAY else ""
    return f"{way} {one.shown}".strip() if one.shown else ""


_TITLES = max(len(title(one)) for one in _OFFERED)


def row(name: Content, aside: str, ink: str) -> Content:
    """Return the row of a command: its name, and behind it what else carries it out."""
    if not aside:
        return name
    return Content.assemble(name.pad_right(_TITLES - name.cell_length), _GAP, (aside, ink))


class GeneralCommands(Provider):
    """Gives the palette what the table of commands holds."""

    async def discover(self) -> Hits:
        """Offer everything, by name."""
        for name, aside, do in sorted(self._rows(), key=lambda found: found[0]):
            yield DiscoveryHit(row(Content(name), aside, self._ink), do, text=name)

    async def search(self, query: str) -> Hits:
        """Offer what matches the letters typed."""
        matcher = self.matcher(query)
        for name, aside, do in self._rows():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, row(matcher.highlight(name), aside, self._ink), do, text=name)

    @property
    def _ink(self) -> str:
        # On the row with the cursor, no ink of a theme of the terminal's colours would be read but that of the row.
        return "" if self.app.current_theme.ansi else "$foreground-muted"

    def _rows(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        """Give names, keys and slash commands in columns, and what does it."""
        if isinstance(self.screen, ChatScreen):
            width = max(len(keys(one)) for one in _OFFERED)
            room = self.app.size.width
            for one in _OFFERED:
                slash = f"/{one.slash}" if one.slash else ""
                ways = keys(one) or slash if room >= _ROOM_FOR_ONE else ""
                if room >= _ROOM_FOR_BOTH:
                    ways = f"{keys(one):<{width}}{_GAP}{slash}".rstrip()
                yield title(one), ways, self.screen.doer(one)
