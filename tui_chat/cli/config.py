"""``tui-chat config``: where the config is, and whether it is right."""

from __future__ import annotations

import click

from tui_chat.cli.output import command_body
from tui_chat.config import paths
from tui_chat.config.settings_file import load_settings


@click.group()
def config() -> None:
    """Show where the config is, and check it."""


@config.command("path")
@command_body
async def path() -> None:
    """Print the path of config.toml, whether it exists or not."""
    click.echo(str(paths.config_path()))


@config.command("check")
@command_body
async def check() -> None:
    """Check config.toml; what is wrong is told with its place."""
    load_settings()
    where = paths.config_path()
    click.echo(f"{where} is right." if where.exists() else f"There is no {where}; the defaults are used.")
