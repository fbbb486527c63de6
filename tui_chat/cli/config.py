"""``tui-chat config``: where the config is, and whether it is right."""

from __future__ import annotations

import click

from tui_chat.cli.output import command_body, printable
from tui_chat.config import paths
from tui_chat.config.settings_file import load_settings
from tui_chat.domain.errors import ConfigError


@click.group()
def config() -> None:
    """Show where the config is, and check it."""


@config.command("path")
@command_body
async def path() -> None:
    """Print the path of config.toml, whether it exists or not."""
    click.echo(str(paths.config_path()))


@config.command("edit")
@command_body
async def edit() -> int:
    """Open config.toml in an editor, and check it afterwards.

    The editor is $VISUAL or $EDITOR. Without a file, one is begun.
    """
    where = paths.config_path()
    if not where.exists():
        paths.make_private(where.parent)
        where.write_text("# Settings of tui-chat; all are optional. The manual: tui-chat ask 'config.toml'\n")
        where.chmod(0o600)
    try:
        click.edit(filename=str(where))
    except click.ClickException as error:
        raise ConfigError(error.message, advice="Set $EDITOR, or open the file by hand.") from error
    return await _check()


@config.command("keys")
@command_body
async def keys() -> None:
    """List the ids of all commands with their keys.

    They are for [keys] in config.toml.
    """
    # The table of commands needs part of the app's libraries; the other commands start without.
    from tui_chat.app.commands import COMMANDS
    from tui_chat.app.commands.keymap import keymap

    own = keymap(load_settings().keys).keys
    rows = [(one.id, own.get(one.id, one.keys), one.words) for one in COMMANDS if one.keys]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, shown, words in rows:
        click.echo(f"{name:<{widths[0]}}  {shown:<{widths[1]}}  {words}")


@config.command("check")
@command_body
async def check() -> int:
    """Check config.toml; what is wrong is told with its place."""
    return await _check()


async def _check() -> int:
    from tui_chat.app.commands.keymap import keymap

    problems = keymap(load_settings().keys).problems
    for problem in problems:
        click.echo(printable(problem, one_line=True), err=True)
    if problems:
        return 1
    where = paths.config_path()
    click.echo(f"{where} is right." if where.exists() else f"There is no {where}; the defaults are used.")
    return 0
