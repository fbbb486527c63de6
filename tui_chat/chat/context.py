"""What is sent: the visible branch without what the user left out, and what of it a summary stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_chat.chat.costs import message_tokens
from tui_chat.domain.messages import ChatMessage, ImagePart, MessageStatus, ReasoningPart, Role, TextPart
from tui_chat.domain.providers import ModelInfo
from tui_chat.domain.tree import MessageTree
from tui_chat.domain.usage import estimate_tokens

#: What tells the model that a summary is one.
SUMMARY_HEAD = "Summary of the earlier part of this conversation, which is not sent any more:"


def with_summary(own: str, summary: str) -> str:
    """Return a system prompt with a summary of what is not sent any more."""
    return "\n\n".join(part for part in (own, f"{SUMMARY_HEAD}\n\n{summary.strip()}") if part)


class Sent(NamedTuple):
    """What of a branch is sent."""

    messages: list[ChatMessage]
    """The messages, oldest first."""
    summary: ChatMessage | None = None
    """What is sent in the place of those before it."""

    def system_prompt(self, own: str) -> str:
        """Return a session's system prompt with the summary."""
        return own if self.summary is None else with_summary(own, self.summary.text)


class Weighed(NamedTuple):
    """A message with what it weighs when it is sent."""

    message: ChatMessage
    tokens: int
    is_sent: bool
    is_summed_up: bool = False
    """Whether a summary is sent in its place."""


class Context(NamedTuple):
    """What the next prompt of a session will send along. All tokens are estimates."""

    system_tokens: int
    """Tokens of the system prompt."""
    weighed: list[Weighed]
    """The messages of the branch, oldest first."""
    model: ModelInfo
    """What is known of the model that reads it."""

    @property
    def tokens(self) -> int:
        """Tokens in all."""
        return self.system_tokens + sum(one.tokens for one in self.weighed if one.is_sent)

    @property
    def window(self) -> int:
        """Tokens that the model can read; 0 if that is not known."""
        return self.model.context_window

    @property
    def percent(self) -> int | None:
        """How much of the window is used; ``None`` if that is not known."""
        return self.share(self.tokens)

    @property
    def cost(self) -> float | None:
        """US dollars to send it once, if nothing of it is cached; ``None`` where no price is known."""
        return None if self.model.input_price is None else self.tokens * self.model.input_price / 1_000_000

    def share(self, tokens: int) -> int | None:
        """Return how much of the window some tokens take, in per cent; ``None`` if the window is not known."""
        return round(100 * tokens / self.window) if self.window else None

    def exceeded_by(self, more: int) -> bool:
        """Return whether so many more tokens are more than the model can read."""
        return bool(self.window) and self.tokens + more > self.window


def to_send(branch: Sequence[ChatMessage]) -> Sent:
    """Return what of a branch is sent.

    Left out are messages the user excluded, replies that failed before anything came, and what the newest summary
    stands for, apart from what is always sent. Nothing else is trimmed. The cost is linear in the branch.
    """
    at = _summary_at(branch)
    kept = [one for one in branch[: at or 0] if one.pinned and _is_sent(one)]
    return Sent(
        [*kept, *(one for one in branch[0 if at is None else at + 1 :] if _is_sent(one))],
        None if at is None else branch[at],
    )


def messages_to_send(tree: MessageTree, last_id: str | None) -> Sent:
    """Return what is sent of the branch that ends with a message."""
    return to_send(tree.branch(last_id))


def weigh(branch: Sequence[ChatMessage], system_prompt: str, model: ModelInfo) -> Context:
    """Return what the next prompt at the end of a branch will send along."""
    at = _summary_at(branch)
    weighed = []
    for place, one in enumerate(branch):
        is_summed_up = at is not None and place < at and not one.pinned
        is_sent = place == at or (_is_sent(one) and not is_summed_up)
        weighed.append(Weighed(one, tokens_of(one), is_sent, is_summed_up))
    return Context(estimate_tokens(system_prompt), weighed, model)


def tokens_of(message: ChatMessage) -> int:
    """Return the tokens of a message: what the server counted when it wrote it, else an estimate."""
    usage = message.usage
    if message.role is Role.ASSISTANT and usage is not None and not usage.estimated:
        return usage.output_tokens - usage.reasoning_tokens
    return message_tokens(message)


def _summary_at(branch: Sequence[ChatMessage]) -> int | None:
    """Return the place of the newest summary that is sent."""
    places = range(len(branch) - 1, -1, -1)
    return next((place for place in places if branch[place].sums_up and _is_whole(branch[place])), None)


def _is_whole(summary: ChatMessage) -> bool:
    return summary.status is MessageStatus.COMPLETE and not summary.excluded and bool(summary.text)


def _is_sent(message: ChatMessage) -> bool:
    if message.excluded or message.sums_up:
        return False
    if message.role is not Role.ASSISTANT:
        return True
    for part in message.parts:
        if isinstance(part, ImagePart) or (isinstance(part, TextPart | ReasoningPart) and part.text):
            return True
    return False
