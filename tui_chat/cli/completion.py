"""``tui-chat completion``: what a shell reads to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
_WHERE = {
    "bash": "~/.local/share/bash-completion/completions/tui-chat",
    "zsh": "a folder of $fpath, as _tui-chat",
    "fish": "~/.config/fish/completions/tui-chat.fish",
}


@click.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(list(_SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion of commands and options for SHELL: bash, zsh or fish.

    \b
    tui-chat completion bash > ~/.local/share/bash-completion/completions/tui-chat
    tui-chat completion fish > ~/.config/fish/completions/tui-chat.fish
    """
    click.echo(f"# Put this into {_WHERE[shell]}")
    click.echo(_SHELLS[shell](ctx.find_root().command, {}, "tui-chat", "_TUI_CHAT_COMPLETE").source())
