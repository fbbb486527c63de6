"""``tui-chat web``: the same app in a browser."""

from __future__ import annotations

import socket

import click

from tui_chat.cli.output import fail
from tui_chat.domain.errors import ConfigError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option(
    "--port",
    metavar="NUMBER",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes a free one.",
)
@click.option("--host", metavar="NAME", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--open/--no-open", "is_opened", default=True, help="Open the address in the browser.")
@click.pass_context
def web(ctx: click.Context, port: int, host: str, is_opened: bool) -> None:
    """Serve the app to a browser on this machine until Ctrl+C.

    The address that is printed holds a token; without it nobody gets in. Options before "web", such as --provider,
    are those of the app. Exported files are downloaded.
    """
    try:
        from tui_chat.cli.web_server import WebServer
    except ImportError:
        fail(ConfigError("The browser needs textual-serve.", advice="Install it: uv pip install 'tui-chat[web]'"))
    port = _free_port(host, port)
    on_start = click.launch if is_opened else str
    server = WebServer(_arguments(ctx.obj), host=host, port=port, on_start=on_start)
    if host not in _LOOPBACK:
        click.echo(f"Anybody who can reach {host} and knows this address can use your keys and sessions.", err=True)
    click.echo(f"{server.address}\nCtrl+C ends it.")
    server.serve()


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as taken:
            found: int = taken.getsockname()[1]
    except OSError as error:
        fail(ConfigError(f"{host}:{port} cannot be used: {error.strerror}.", advice="Choose another --port."))
    return found


def _arguments(options: dict[str, object]) -> list[str]:
    """Return the options of the app as they were given."""
    arguments: list[str] = []
    for name in ("session", "provider", "model", "base_url", "system", "theme"):
        if value := options.get(name):
            arguments += [f"--{name.replace('_', '-')}", str(value)]
    for name, flag in (("is_continued", "--continue"), ("is_temporary", "--temporary")):
        if options.get(name):
            arguments.append(flag)
    return arguments
