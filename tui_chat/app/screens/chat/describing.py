"""What the screen says about a session: its messages with their siblings, its facts, its state, its keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_chat.app.commands import Place, command, hints
from tui_chat.app.screens import late
from tui_chat.chat.changes import Words
from tui_chat.chat.context import Context, weigh
from tui_chat.chat.open_session import OpenSession
from tui_chat.chat.services import Services
from tui_chat.domain.errors import ContextTooLong
from tui_chat.domain.messages import ChatMessage, MessageStatus, ReasoningPart, Role
from tui_chat.domain.providers import Protocol
from tui_chat.domain.sessions import ChatSession, Listed, SessionStatus
from tui_chat.domain.usage import money

Rows = list[tuple[str, str]]

FIND_KEYS: Rows = [("Enter", "browse from here"), ("↑ ↓", "other hits"), ("Esc", "close")]
"""The footer while something is looked for in the session."""

EDIT_KEYS: Rows = [("Enter", "send as a branch"), ("Ctrl+J", "newline"), ("Esc", "leave it, back to the draft")]
"""The footer while a prompt that was sent is edited."""

SELECT_KEYS: Rows = [("y", "copy"), ("h j k l", "select"), ("w b", "words"), ("0 $", "line"), ("Esc", "leave")]
"""The footer while text is selected by keyboard."""

SELECTED_SESSIONS = (
    ("sidebar.select", "select"),
    ("sidebar.tag", "tag"),
    ("sidebar.export", "export"),
    ("sidebar.delete", "delete"),
    ("sidebar.leave", "let go"),
)
"""Commands of the footer while sessions are selected, with their words."""


def completion_keys(*, is_chosen: bool) -> Rows:
    """Return the footer while completions are offered; Enter takes one only if it is chosen."""
    return [("Enter", "take" if is_chosen else "send"), ("Tab", "write out"), ("↑ ↓", "choose"), ("Esc", "close")]


def attached_keys(*, can_browse: bool) -> Rows:
    """Return the footer while something is attached to the prompt that is being written."""
    last = ("Esc", "browse") if can_browse else (command("app.help").shown, "keys")
    return [("Enter", "send"), ("/attachments", "look, remove"), ("Ctrl+J", "newline"), last]


def filter_keys(*, is_typed: bool) -> Rows:
    """Return the footer while sessions are filtered: letters go to the filter then."""
    return [("Enter", "open"), ("↑ ↓", "session"), ("Esc", "clear" if is_typed else "back")]


def siblings(opened: OpenSession, message: ChatMessage) -> tuple[int, int]:
    """Return the place of a message among its siblings, from 1, and how many they are."""
    all_siblings = opened.tree.siblings(message.id)
    return [one.id for one in all_siblings].index(message.id) + 1, len(all_siblings)


def with_siblings(opened: OpenSession, message: ChatMessage) -> ChatMessage:
    """Return the message whose siblings are gone through: this one; of a prompt that has none, its reply."""
    if message.role is not Role.USER or siblings(opened, message)[1] > 1:
        return message
    return reply_to(opened, message) or message


def reply_to(opened: OpenSession, prompt: ChatMessage) -> ChatMessage | None:
    """Return what is shown as the reply to a prompt."""
    branch = opened.branch
    place = [one.id for one in branch].index(prompt.id)
    return branch[place + 1] if place + 1 < len(branch) else None


def reply_hints(message: ChatMessage, place: Place) -> Rows:
    """Return the keys that act on a reply that was cut off or failed, as they are typed where the user is."""
    model = (command("model.choose").shown, "other model")
    again = _browsed(place, "reply.regenerate", "try again")
    match message.status:
        case MessageStatus.INTERRUPTED if message.text:
            return [*_browsed(place, "reply.continue", "continue"), *_browsed(place, "reply.regenerate", "regenerate")]
        case MessageStatus.INTERRUPTED:
            return again
        case MessageStatus.ERROR if message.error is not None and message.error.kind == ContextTooLong.__name__:
            return [("/compact", "make room"), ("/context", "what is sent"), model, *again]
        case MessageStatus.ERROR:
            return [*again, model, *_browsed(place, "message.details", "details")]
        case MessageStatus.STREAMING:
            return [("/retry", "now"), ("Esc", "give up"), model]
        case _:
            return []


def _browsed(place: Place, name: str, words: str) -> Rows:
    """Return the key of a command for messages as it is typed from here, if it has one."""
    shown = command(name).shown
    before = "" if place is Place.TRANSCRIPT else "Esc "
    return [(f"{before}{shown}", words)] if shown else []


def phase_of(reply: ChatMessage) -> str:
    """Return what a running reply does, by what has come of it."""
    if all(isinstance(part, ReasoningPart) for part in reply.parts):
        return "thinking" if reply.parts else "waiting"
    return "writing"


def footer(
    opened: OpenSession, place: Place, pane: late.ChatTranscript | None, *, is_running: bool, is_selecting: bool
) -> Rows:
    """Return the keys of the footer: those that mean something now.

    Args:
        opened: The open session.
        place: Where the keys go.
        pane: The message pane, once there is one.
        is_running: Whether a reply runs in the session.
        is_selecting: Whether several sessions are selected.
    """
    if place is Place.INPUT and is_running:
        words = [("input.leave", "stop, keep the text"), ("input.send", "send next")]
        if pane is not None and not pane.is_following:
            words.append(("view.follow", "follow"))
        return _named(words)
    if place is Place.SIDEBAR and is_selecting:
        return _named(SELECTED_SESSIONS)
    without = {"input.leave"} if not len(opened.tree) else set()
    if place is not Place.TRANSCRIPT or pane is None:
        return hints(place, without=without)
    if pane.selector is not None:
        return SELECT_KEYS
    if (message := pane.cursor_message) is not None and message.id in opened.tree:
        if message.status not in (MessageStatus.INTERRUPTED, MessageStatus.ERROR) or not message.text:
            without.add("reply.continue")
        if siblings(opened, with_siblings(opened, message))[1] < 2:
            without |= {"message.previous_sibling", "message.diff"}
        if "```" not in message.text and "~~~" not in message.text:
            without.add("message.copy_code")
    found = [(command("browse.next_hit").shown, "other hits")] if len(pane.finder) > 1 else []
    return [*found, *hints(place, without=without)]


def _named(words: Sequence[tuple[str, str]]) -> Rows:
    return [*((command(name).shown, word) for name, word in words), (command("app.help").shown, "keys")]


def cost_facts(session: ChatSession, services: Services) -> list[str]:
    """Return what the status line says of the cost: money where prices are known, else tokens."""
    provider = services.providers.get(session.provider)
    if provider is not None and provider.protocol is Protocol.GUIDE:
        return ["built in", "no cost"]
    usage = session.usage
    if usage.cost:
        return [money(usage.cost, estimated=usage.estimated)]
    tokens = f"{'~' if usage.estimated else ''}{usage.total_tokens:,} tok".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return [tokens] if usage.total_tokens else []


def context_of(opened: OpenSession, services: Services) -> Context:
    """Return what the next prompt of a session will send along."""
    session = opened.session
    model = services.models.info(session.provider, session.model)
    return weigh(opened.branch, session.system_prompt, model)


def session_mark(session: Listed, *, is_running: bool, is_unseen: bool) -> str:
    """Return the mark of a session in the sidebar, the most urgent one; empty for none."""
    if is_running or session.status is SessionStatus.STREAMING:  # here, or in another process
        return "running"
    if session.status is SessionStatus.ERROR:
        return "failed"
    if session.status is SessionStatus.INTERRUPTED:
        return "interrupted"
    return "unseen" if is_unseen or session.status is SessionStatus.WAITING else ""


def five_keys() -> Rows:
    """Return the keys to know first."""
    return [
        (command("input.send").shown, "send; while a reply runs, queue"),
        (command("input.leave").shown, "stop the reply; then browse"),
        (command("session.list").shown, "your sessions"),
        (command("model.choose").shown, "another model or provider"),
        (command("app.help").shown, "the keys for where you are"),
    ]


def provider_rows(services: Services) -> list[tuple[str, bool, str, str]]:
    """Return the providers worth a line on the first screen: name, whether it answers, its state, and how."""
    answering = services.provider(services.choice.provider)
    first = [one for one in services.providers.values() if one.name in ("openai", "openrouter", "ollama", "lmstudio")]
    rows = [answering, *(one for one in first if one.name != answering.name)]
    return [(one.label, one.name == answering.name, *services.state_of(one)) for one in rows]


def more_providers(services: Services) -> int:
    """Return how many providers the first screen leaves out."""
    listed = [one for one in services.providers.values() if one.protocol is not Protocol.SCRIPTED]
    return len(listed) - len(provider_rows(services))


def who_answers(services: Services) -> tuple[str, str, str]:
    """Return who answers, why that one, and what kind of answer to expect."""
    provider = services.provider(services.choice.provider)
    if provider.protocol is Protocol.GUIDE:
        what = "Built in, no network; it explains tui-chat. It is no language model."
    else:
        what = services.choice.model or provider.default_model or "Its first model"
        what += f" at {provider.address}" if provider.address else ""
    return f"{provider.label} answers", services.choice.why, what


def sentence(words: Words) -> Content:
    """Return a sentence with the name of the session in bold."""
    return Content.assemble(words.text, (words.name, "b"), words.rest)


def title_of(session: ChatSession, *, is_temporary: bool = False) -> Content:
    """Return a session's name as it stands above the transcript, marked if nothing of the session is written."""
    name = Content(" ".join(session.name.split()))
    return Content.assemble(name, (" · temporary", "not bold $text-warning")) if is_temporary else name


def aside_of(session: ChatSession) -> Content:
    """Return what stands beside a session's name: who it talks to, and its tags."""
    tags = " ".join(f"#{tag}" for tag in session.tags)
    return Content(" · ".join(one for one in (session.persona, tags) if one))
