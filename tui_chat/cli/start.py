"""Starting the app."""

from __future__ import annotations

import os
import sys

import click

from tui_chat.app.app import ChatApp
from tui_chat.chat.services import Services
from tui_chat.cli.options import options_from
from tui_chat.cli.output import fail
from tui_chat.domain.errors import ChatError


def start_app(options: dict[str, object], prompt: str) -> int:
    """Run the app until the user quits.

    Args:
        options: What the command line asks for, by the names of its parameters.
        prompt: The first prompt of a new session; may be empty.

    Returns:
        The exit code.
    """
    # In a browser the server at the other end of the pipes is the terminal.
    is_in_browser = "TEXTUAL_DRIVER" in os.environ
    if not is_in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo("tui-chat: the app needs a terminal; use 'tui-chat ask' in scripts.", err=True)
        return 2
    try:
        services = Services.start(options_from(options))
    except ChatError as error:
        fail(error)
    session = "last" if options["is_continued"] else str(options["session"])
    app = ChatApp(services, prompt=prompt, session=session)
    app.run()
    return app.return_code or 0
