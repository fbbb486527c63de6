"""The library as plain functions: one call each, without a screen.

All of them are coroutines, and all errors are `ChatError`. Each takes the ``services`` that `init` returns; without
them it opens the user's config and history for the one call, and closes them again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tui_chat.chat import exporting
from tui_chat.chat.attaching import check_taken, read_parts
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.remote import delete_remote, rename_remote
from tui_chat.chat.services import Options, Services
from tui_chat.chat.turn import Turn
from tui_chat.domain.errors import NotFound, TimedOut
from tui_chat.domain.events import StreamEvent
from tui_chat.domain.messages import ChatMessage, Part
from tui_chat.domain.providers import Credentials
from tui_chat.domain.requests import Action, ChatResponse
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.tree import MessageTree


async def init(provider: str = "", *, model: str = "", base_url: str = "", save: bool = True) -> Services:
    """Open the config, the history and the connection to who answers; close it all by `close`.

    Args:
        provider: Who answers, such as ``openai``; empty chooses as the app does.
        model: The model that answers; empty takes the provider's default.
        base_url: Address of an OpenAI-compatible API, instead of the provider's own.
        save: Whether sessions go to the history; otherwise they are gone after `close`.

    Raises:
        ConfigError: if there is no such provider, or its key command fails.
        HistoryError: if the history cannot be read.
        ConnectionFailed: if the address or the proxy cannot be used.
    """
    services = Services.start(Options(provider=provider, model=model, base_url=base_url, is_temporary=not save))
    try:
        await _open(services)
        await services.client(services.choice.provider)
    except BaseException:
        await services.aclose()
        raise
    return services


async def close(services: Services) -> None:
    """End running replies, which are kept as far as they came, and let go of everything. Closing twice does nothing."""
    await services.aclose()


async def is_authenticated(services: Services, provider: str = "") -> bool:
    """Ask who answers, or another provider, by a cheap real request whether it accepts the key.

    Raises:
        ProviderError: for any other trouble than a refused key.
    """
    return await (await services.client(provider or services.choice.provider)).is_authenticated()


async def refresh(services: Services, provider: str = "") -> Credentials:
    """Read the key anew from where it is kept, and check it.

    Returns:
        ``masked`` (such as ``…6789``), ``source`` (such as ``OPENAI_API_KEY``) and ``is_valid``.

    Raises:
        ProviderError: if the provider could not be asked.
    """
    return await (await services.client(provider or services.choice.provider)).refresh()


async def reset(services: Services, provider: str = "") -> None:
    """Close the connection to a provider and open it again; replies that run there end with what came.

    Raises:
        ProviderError: if it cannot be opened.
    """
    await (await services.client(provider or services.choice.provider)).reset()


async def send(
    text: str,
    *,
    files: Sequence[str | Path] = (),
    services: Services | None = None,
    session_id: str = "",
    parent_message_id: str | None = None,
    message_id: str = "",
    action: Action | str = Action.NEXT,
    provider: str = "",
    model: str = "",
    system_prompt: str = "",
    timeout: float | None = None,  # noqa: ASYNC109  # it is part of the request, and ends it in an orderly way
    on_progress: Callable[[StreamEvent], None] | None = None,
    save: bool = True,
) -> ChatResponse:
    """Send a prompt and return the whole reply; cancelling the task stops it, and keeps what came.

    Args:
        text: The prompt; of no use for a ``variant``.
        files: Text files and images that go along with it; folders and patterns such as ``src/**/*.py``, too.
        services: What `init` returned.
        session_id: The session to go on in, by its id or the start of it; empty begins one.
        parent_message_id: The message that the prompt follows; the end of what is visible unless it is named. For a
            ``variant`` it is the prompt that gets another answer.
        message_id: The id that the reply shall have; empty makes one.
        action: ``next`` adds a prompt with its reply, ``variant`` another answer beside one.
        provider: Who answers; empty leaves it to the session.
        model: The model that answers.
        system_prompt: Instructions for a new session.
        timeout: Seconds for all of it.
        on_progress: Called with each event as it comes.
        save: Whether the session goes to the history; counts without ``services`` only.

    Returns:
        ``text``, ``session_id`` and ``message_id``, to go on from; ``parent_message_id``, ``reasoning``, ``model``,
        ``remote_id``, ``usage`` and ``finish_reason``, which is ``None`` if the reply was cut off.

    Raises:
        ProviderError: if the request failed; what had come is kept in the session.
        NotFound: if there is no such session or message.
        AttachmentRefused: if a file cannot be attached, or the model takes no images.
        HistoryError: if the prompt could not be saved; nothing was sent then.
    """
    async with _services(services, provider, model, save=save) as ready:
        opened = await _opened(ready, session_id) if session_id else OpenSession(ready.new_session())
        if system_prompt and not session_id:
            opened.session.system_prompt = system_prompt
        if services is not None and (provider or model):
            _choose(opened.session, ready, provider, model)
        parts = await _parts(ready, opened.session, files)
        turn = _turn(ready, opened, text, parts, parent_message_id, message_id, Action(action))
        await _run(turn, on_progress, timeout)
        if turn.error is not None:
            raise turn.error
        return _response(turn)


async def get_session(session_id: str = "last", *, services: Services | None = None) -> OpenSession:
    """Return a session with its messages: ``session``, ``branch`` (what is visible, oldest first) and ``tree`` (all).

    Args:
        session_id: Its id, or the start of it; ``last`` is the newest.
        services: What `init` returned.

    Raises:
        NotFound: if there is none, or several.
    """
    async with _services(services) as ready:
        return await _opened(ready, session_id)


async def rename_session(session_id: str, name: str, *, services: Services | None = None) -> ChatSession:
    """Give a session another name, and the one at its provider too if it is bound to one; return it.

    Raises:
        NotFound: if there is none, or several.
        HistoryError: if it could not be saved.
        ProviderError: if only the provider failed; the name here is changed then.
    """
    async with _services(services) as ready:
        session = await ready.library.find(session_id)
        session.name = name
        await ready.library.save(session)
        await rename_remote(ready, session)
        return session


async def delete_message(session_id: str, index: int, *, services: Services | None = None) -> None:
    """Delete a message with its reply, there too if the session is bound to one at its provider.

    Args:
        session_id: The session's id, or the start of it.
        index: The place of the message among those that are visible, from 0.
        services: What `init` returned.

    Raises:
        NotFound: if there is no such session or message.
        HistoryError: if the change could not be saved.
        ProviderError: if only the provider failed; here the message is gone then.
    """
    async with _services(services) as ready:
        opened = await _opened(ready, session_id)
        if not 0 <= index < len(opened.branch):
            raise NotFound(f"There is no message {index} in the session.", advice="")
        removal = opened.remove_turn(index)
        await ready.library.remove_messages(opened.session, [one.id for one in removal.gone], removal.moved)
        await delete_remote(ready, opened.session, removal.gone[0])


async def export_session(
    session_id: str = "last",
    format: str = "markdown",
    *,
    services: Services | None = None,
) -> str | bytes:
    """Return a session in one of the formats: a text, or bytes if the format is none of text.

    Raises:
        NotFound: if there is no such session.
        TransferError: if there is no such format, or what it needs is not installed.
    """
    async with _services(services) as ready:
        return exporting.export_session(await _opened(ready, session_id), format).content


async def session_to_dict(session_id: str = "last", *, services: Services | None = None) -> dict[str, Any]:
    """Return a session with its visible messages as a plain, JSON-able dict without empty fields.

    Returns:
        The fields of a `ChatSession`, and ``messages``: a list with the fields of each `ChatMessage`.

    Raises:
        NotFound: if there is no such session.
    """
    async with _services(services) as ready:
        opened = await _opened(ready, session_id)
        return {**opened.session.to_dict(), "messages": [message.to_dict() for message in opened.branch]}


@asynccontextmanager
async def _services(
    services: Services | None, provider: str = "", model: str = "", *, save: bool = True
) -> AsyncIterator[Services]:
    """Give the services of the caller, or some for one call."""
    if services is not None:
        yield services
        return
    made = Services.start(Options(provider=provider, model=model, is_temporary=not save))
    try:
        await _open(made)
        yield made
    finally:
        await made.aclose()


async def _open(services: Services) -> None:
    await services.library.open()
    if services.choice.is_fallback:
        await services.look_for_local()


async def _opened(services: Services, session_id: str) -> OpenSession:
    session = await services.library.find(session_id)
    services.apply_options(session)
    return OpenSession(session, MessageTree(await services.library.messages(session.id)))


def _choose(session: ChatSession, services: Services, provider: str, model: str) -> None:
    session.provider = services.provider(provider).name if provider else session.provider
    session.model = model or services.provider(session.provider).default_model


async def _parts(services: Services, session: ChatSession, files: Sequence[str | Path]) -> list[Part]:
    """Read what is attached, and check that who answers takes it."""
    parts = [part for file in files for part in await asyncio.to_thread(read_parts, str(file), Path.cwd())]
    check_taken(parts, services.provider(session.provider), services.models.info(session.provider, session.model))
    return parts


def _turn(
    services: Services,
    opened: OpenSession,
    text: str,
    parts: Sequence[Part],
    parent_id: str | None,
    message_id: str,
    action: Action,
) -> Turn:
    """Return the turn that does what is asked for."""
    if parent_id is not None and parent_id not in opened.tree:
        raise NotFound(f"There is no message {parent_id} in the session.", advice="")
    prompt: ChatMessage | None = None
    if action is Action.NEXT:
        opened.session.current_node = parent_id or opened.session.current_node
        prompt = opened.add_prompt(text, parts)
        parent_id = prompt.id
    elif parent_id is None:
        raise NotFound("A variant needs the id of the prompt that it answers.", advice="Give parent_message_id.")
    reply = opened.add_reply(parent_id, message_id=message_id)
    return Turn(services, opened, reply, prompt=prompt, action=action)


async def _run(turn: Turn, on_progress: Callable[[StreamEvent], None] | None, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await turn.run(on_progress or (lambda event: None))
    except TimeoutError as error:
        raise TimedOut(f"The reply took longer than {seconds:g} s.") from error


def _response(turn: Turn) -> ChatResponse:
    reply = turn.reply
    return ChatResponse(
        text=reply.text,
        session_id=turn.session_id,
        message_id=reply.id,
        parent_message_id=reply.parent_id,
        reasoning=reply.reasoning,
        model=reply.model,
        remote_id=turn.opened.session.remote_id,
        finish_reason=reply.finish_reason,
        usage=reply.usage,
    )
