"""Sessions that a provider keeps: opened here they become sessions of our own, bound to theirs by ``remote_id``."""

from __future__ import annotations

from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.clients.remote_sessions import RemoteSessions
from tui_chat.domain.errors import NotFound
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.providers import Protocol
from tui_chat.domain.record import now
from tui_chat.domain.remote import RemoteMessage, RemoteSession
from tui_chat.domain.sessions import UNNAMED, ChatSession
from tui_chat.domain.tree import MessageTree


def keeper(services: Services, provider: str = "") -> str:
    """Return the name of a provider that keeps sessions.

    Args:
        services: Who there is.
        provider: The one to look at; empty takes the one that answers, else the first that has a key.

    Raises:
        NotFound: if it keeps none.
    """
    found = services.provider(provider or services.choice.provider)
    if found.protocol is Protocol.ABACUS:
        return found.name
    if provider:
        raise NotFound(f"{found.label} gives no access to its sessions.", advice="Abacus.AI does.")
    keepers = [one for one in services.providers.values() if one.protocol is Protocol.ABACUS]
    return next((one.name for one in keepers if services.can_answer(one)), keepers[0].name)


async def remote_sessions(services: Services, provider: str) -> RemoteSessions:
    """Return the way to a provider's sessions.

    Raises:
        ChatError: if the provider keeps none, or its key cannot be read.
    """
    client = await services.client(keeper(services, provider))
    assert isinstance(client, RemoteSessions)  # noqa: S101  # its protocol says so
    return client


async def open_remote(services: Services, provider: str, remote_id: str) -> OpenSession:
    """Return our session that is bound to one at a provider; the first time it is made and saved.

    What was said there since is added at the end of what is visible here.

    Raises:
        ChatError: if the provider could not be asked, or the history not written.
    """
    client = await remote_sessions(services, provider)
    remote = await client.get_session(remote_id)
    library, name = services.library, keeper(services, provider)
    bound = [one for one in await library.sessions() if (one.remote_provider, one.remote_id) == (name, remote_id)]
    if bound:
        opened = OpenSession(bound[0], MessageTree(await library.messages(bound[0].id)))
    else:
        opened = OpenSession(_session(services, name, remote))
    new = _added(opened, remote)
    opened.session.notification = remote.notification
    if new or not bound:
        await library.save(opened.session, new)
    return opened


async def rename_remote(services: Services, session: ChatSession) -> None:
    """Give the session at the provider the name that it has here; nothing happens if it is bound to none.

    Raises:
        ChatError: if that failed; the name here stays.
    """
    if is_bound(services, session):
        client = await remote_sessions(services, session.remote_provider)
        await client.rename_session(session.remote_id, session.name)


async def delete_remote(services: Services, session: ChatSession, message: ChatMessage) -> None:
    """Delete a message with its reply at the provider, if it came from there.

    Raises:
        ChatError: if that failed; what was deleted here stays so.
    """
    if not (is_bound(services, session) and message.remote_id):
        return
    client = await remote_sessions(services, session.remote_provider)
    # Its place may have changed since: messages are deleted there, too.
    there = [one.timestamp for one in (await client.get_session(session.remote_id)).messages]
    if message.remote_id in there:
        await client.delete_message(session.remote_id, there.index(message.remote_id))


def is_bound(services: Services, session: ChatSession) -> bool:
    """Return whether a session here is one at a provider that lets its sessions be changed."""
    provider = services.providers.get(session.remote_provider)
    is_kept = provider is not None and provider.protocol is Protocol.ABACUS
    return is_kept and bool(session.remote_id)


def _session(services: Services, provider: str, remote: RemoteSession) -> ChatSession:
    made = remote.created_at or now()
    return ChatSession(
        name=" ".join(remote.name.split()) or UNNAMED,
        created_at=made,
        updated_at=made,
        provider=provider,
        model=services.provider(provider).default_model,
        remote_id=remote.id,
        remote_provider=provider,
    )


def _added(opened: OpenSession, remote: RemoteSession) -> list[ChatMessage]:
    """Add the messages that are not here yet; return them."""
    known = {one.remote_id for one in opened.tree if one.remote_id}
    new: list[ChatMessage] = []
    for one in remote.messages:
        if one.timestamp and one.timestamp in known:
            continue
        if not one.timestamp and len(known):
            continue  # nothing tells whether it is here already
        parent = opened.session.current_node
        new.append(_message(opened.session, one, parent))
        opened.tree.add(new[-1])
        opened.session.current_node = new[-1].id
    if new:
        opened.session.updated_at = max(opened.session.updated_at, *(one.created_at for one in new))
        opened.session.message_count = len(opened.tree)
    return new


def _message(session: ChatSession, remote: RemoteMessage, parent_id: str | None) -> ChatMessage:
    rating = {True: 1, False: -1, None: None}[remote.is_useful]
    return ChatMessage.model_validate(
        {
            "session_id": session.id,
            "parent_id": parent_id,
            "role": remote.role,
            "parts": [TextPart(text=remote.text)] if remote.text else [],
            "provider": session.provider if remote.role is Role.ASSISTANT else "",
            "model": remote.keyword_arguments.get("model") if _names_model(remote) else "",
            "created_at": remote.created_at or now(),
            "rating": rating,
            "feedback": remote.feedback,
            "remote_id": remote.timestamp,
        }
    )


def _names_model(remote: RemoteMessage) -> bool:
    return isinstance(remote.keyword_arguments.get("model"), str)
