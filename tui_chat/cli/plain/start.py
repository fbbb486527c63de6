"""Starting the linear mode."""

from __future__ import annotations

from tui_chat.chat.services import Services
from tui_chat.cli.options import options_from
from tui_chat.cli.output import fail
from tui_chat.cli.plain.chat import run_plain
from tui_chat.cli.plain.commands import act
from tui_chat.domain.errors import ChatError


def start_plain(options: dict[str, object], prompt: str) -> int:
    """Chat line by line until the user leaves.

    Args:
        options: What the command line asks for, by the names of its parameters.
        prompt: The first prompt; may be empty.

    Returns:
        The exit code.
    """
    session = "last" if options["is_continued"] else str(options["session"])
    try:
        return run_plain(Services.start(options_from(options)), prompt=prompt, session=session, act=act)
    except ChatError as error:
        fail(error)
