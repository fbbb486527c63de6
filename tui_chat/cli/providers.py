"""``tui-chat providers`` and ``tui-chat models``: who can answer."""

from __future__ import annotations

import click

from tui_chat.chat.services import Options, Services
from tui_chat.cli.output import command_body, print_json, print_table
from tui_chat.domain.providers import Protocol, Provider


@click.command("models")
@click.option("--provider", metavar="NAME", default="", help="Whose models; else those of the one that answers.")
@click.option("--base-url", metavar="URL", default="", help="Address of an OpenAI-compatible API.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def models(provider: str, base_url: str, as_json: bool) -> None:
    """List the models of a provider."""
    services = Services.start(Options(provider=provider, base_url=base_url, is_temporary=True))
    try:
        if services.choice.is_fallback:
            await services.look_for_local()
        client = await services.client(services.choice.provider)
        found = await client.models()
    finally:
        await services.aclose()
    if as_json:
        print_json([model.to_dict() for model in found])
    else:
        print_table(("PROVIDER", "MODEL"), [(model.provider, model.name) for model in found])


@click.command("providers")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def list_providers(as_json: bool) -> None:
    """List the providers and say which one answers."""
    services = Services.start(Options(is_temporary=True))
    await services.look_for_local()
    rows = [_facts(services, one) for one in services.providers.values() if one.protocol is not Protocol.SCRIPTED]
    if as_json:
        print_json(rows)
        return
    table = [(row["name"], row["state"], row["how"], "answers" if row["answers"] else "") for row in rows]
    print_table(("NAME", "STATE", "HOW", ""), [tuple(map(str, row)) for row in table])
    choice = services.choice
    click.echo(f"\n{services.provider(choice.provider).label} answers {choice.why}.")


def _facts(services: Services, provider: Provider) -> dict[str, object]:
    state, how = services.state_of(provider)
    return {
        "name": provider.name,
        "label": provider.label,
        "state": state,
        "how": how,
        "base_url": provider.base_url,
        "answers": provider.name == services.choice.provider,
    }
