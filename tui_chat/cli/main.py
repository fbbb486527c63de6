"""The entry point: ``tui-chat`` starts the app, ``tui-chat COMMAND`` does one thing and ends.

Commands are imported when they are called, so that help and completion cost next to nothing.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import NoReturn

import click

from tui_chat import __version__
from tui_chat.cli import INTERRUPTED
from tui_chat.cli.completing import provider_names, session_ids

#: Where each command is, and what help says of it.
_COMMANDS = {
    "ask": ("tui_chat.cli.ask:ask", "Print the reply to a prompt as it streams."),
    "sessions": ("tui_chat.cli.sessions:sessions", "List, show, search, rename and delete sessions."),
    "remote": ("tui_chat.cli.remote:remote", "List, open, rename and export sessions that a provider keeps."),
    "export": ("tui_chat.cli.transfer:export", "Write sessions as Markdown, HTML, JSON and more."),
    "import": ("tui_chat.cli.importing:import_sessions", "Import sessions of ChatGPT, Claude, elia and many more."),
    "backup": ("tui_chat.cli.backup:backup", "Write a whole copy of the history."),
    "doctor": ("tui_chat.cli.doctor:doctor", "Look whether the history is whole; write a mended copy."),
    "usage": ("tui_chat.cli.usage:usage", "Sum up tokens and cost by day, model, provider or session."),
    "models": ("tui_chat.cli.providers:models", "List the models of a provider."),
    "providers": ("tui_chat.cli.providers:list_providers", "List the providers and say which one answers."),
    "web": ("tui_chat.cli.web:web", "Serve the app to a browser on this machine."),
    "completion": ("tui_chat.cli.completion:completion", "Print the completion of commands for a shell."),
    "config": ("tui_chat.cli.config:config", "Show where the config is, and check it."),
}


class _Commands(click.Group):
    """A group whose commands are imported when needed, and whose first word may be a prompt instead."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        found = getattr(importlib.import_module(module), name)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in _COMMANDS:
            return super().resolve_command(ctx, args)
        # Not a command: the words are the first prompt of a new session.
        return _start.name, _start, args


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": False},
    subcommand_metavar="[PROMPT] | COMMAND [ARGS]...",
)
@click.version_option(__version__, "-V", "--version", prog_name="tui-chat", message="%(prog)s %(version)s")
@click.option("-c", "--continue", "is_continued", is_flag=True, help="Open the newest session.")
@click.option(
    "--session",
    metavar="ID",
    default="",
    help="Open this session; any unambiguous prefix, or 'last'.",
    shell_complete=session_ids,
)
@click.option(
    "--provider", metavar="NAME", default="", help="Who answers in new sessions.", shell_complete=provider_names
)
@click.option("--model", metavar="NAME", default="", help="The model that answers.")
@click.option("--base-url", metavar="URL", default="", help="Address of an OpenAI-compatible API.")
@click.option("--system", metavar="TEXT", default="", help="System prompt of new sessions.")
@click.option("--temporary", "is_temporary", is_flag=True, help="Write nothing to the history.")
@click.option("--theme", metavar="NAME", default="", help="Theme of the app for this run.")
@click.option("--plain", "is_plain", is_flag=True, help="Line by line, for screen readers and dumb terminals.")
@click.pass_context
def cli(ctx: click.Context, /, **options: object) -> None:
    """Chat with language models, full-screen and by keyboard.

    Without a command the app starts; PROMPT is sent as the first message of a new session. Without any key or
    local server the built-in guide answers questions about tui-chat.

    \b
    Exit codes: 0 done, 1 failed, 2 usage, 3 not authenticated, 4 not found,
    5 history unreadable or locked, 130 interrupted, 143 ended from outside.
    """
    ctx.obj = options
    if ctx.invoked_subcommand is None:
        _run_app(options, "")


@click.command("start", hidden=True)
@click.argument("words", nargs=-1)
@click.pass_context
def _start(ctx: click.Context, words: tuple[str, ...]) -> None:
    _run_app(ctx.obj, " ".join(words))


def _run_app(options: dict[str, object], prompt: str) -> None:
    # Start-up makes many objects and no garbage worth looking for; the app turns the collector on again.
    gc.disable()
    if options.get("is_plain"):
        from tui_chat.cli.plain.start import start_plain

        sys.exit(start_plain(options, prompt))
    # Imported here since a command such as "export" must not wait for the screen's libraries.
    from tui_chat.cli.start import start_app

    sys.exit(start_app(options, prompt))


def main() -> NoReturn:
    """Run the program; every error it can name is one line on stderr and an exit code."""
    # Looking for plugins of other packages would cost a tenth of the start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code = cli(prog_name="tui-chat", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"tui-chat: {_in_one_line(error)}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("\ntui-chat: stopped.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _in_one_line(error: click.ClickException) -> str:
    """Return what is wrong with the arguments, and where to read on."""
    words = " ".join(error.format_message().split())
    words = words if words.endswith((".", "?)")) else f"{words}."
    at = error.ctx if isinstance(error, click.UsageError) else None
    if at is None:
        return words
    at = at.find_root() if at.command is _start else at
    return f"{words} See: {at.command_path} --help"
