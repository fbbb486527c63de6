"""``tui-chat providers`` and ``tui-chat models``: who can answer."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import click

from tui_chat.chat.provider_states import ProviderState, check, provider_states
from tui_chat.chat.services import Options, Services
from tui_chat.cli.output import command_body, print_json, print_table, printable
from tui_chat.domain.errors import ChatError
from tui_chat.domain.providers import ModelInfo


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
        name = services.choice.provider
        client = await services.client(name)
        await services.models.keep(name, await client.models())
        found = services.models.offered(name)
    finally:
        await services.aclose()
    if as_json:
        print_json([model.to_dict() for model in found])
    else:
        head = ("PROVIDER", "MODEL", "WINDOW", "$ IN", "$ OUT", "CAN")
        print_table(head, [_model_cells(model) for model in found], numbers={"WINDOW", "$ IN", "$ OUT"})


def _model_cells(model: ModelInfo) -> tuple[str, ...]:
    prices = ("" if price is None else f"{price:,.2f}" for price in (model.input_price, model.output_price))
    window = f"{model.context_window:,}" if model.context_window else ""
    return model.provider, model.name, window, *prices, " ".join(sorted(model.capabilities or ()))


@click.command("providers")
@click.option("--check", "is_asked", is_flag=True, help="Ask those that are ready whether they accept their key.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command_body
async def list_providers(is_asked: bool, as_json: bool) -> None:
    """List the providers: who answers and why, what the others need, and what went wrong last."""
    services = Services.start(Options(is_temporary=True))
    try:
        await asyncio.gather(services.look_for_local(), services.look_for_keys())
        if is_asked:
            await _ask_all(services)
        states = provider_states(services)
    finally:
        await services.aclose()
    if as_json:
        print_json([state.to_dict() for state in states])
        return
    print_table(("NAME", "STATE", "HOW", "KEY", "LAST ERROR"), [_cells(state) for state in states])
    choice = services.choice
    click.echo(printable(f"\n{services.provider(choice.provider).label} answers {choice.why}."))


async def _ask_all(services: Services) -> None:
    async def ask(name: str) -> None:
        with suppress(ChatError):  # it is remembered, and listed
            await check(services, name)

    ready = [one.name for one in services.providers.values() if not one.is_built_in and services.can_answer(one)]
    await asyncio.gather(*(ask(name) for name in ready))


def _cells(state: ProviderState) -> tuple[str, ...]:
    trouble = state.trouble
    said = f"{trouble.at.astimezone():%Y-%m-%d %H:%M} {trouble.text}" if trouble else ""
    return state.provider.name, state.state, state.how, state.key.masked, said
