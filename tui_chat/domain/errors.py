"""The exceptions of tui-chat. Each has a sentence for the user and an ``advice``: what to do next.

::

    ChatError
    ├── ProviderError                a request to a provider failed
    │   ├── AuthenticationFailed     401, 403: no key, a wrong one, or one without the right
    │   ├── ModelNotFound            404: the provider does not know the model (or the address is wrong)
    │   ├── RequestRejected          400, 422: the provider does not accept the request
    │   │   └── ContextTooLong       the session is longer than the model can read
    │   ├── RateLimited              429: too many requests
    │   ├── Overloaded               5xx, 529: trouble on the provider's side
    │   ├── ConnectionFailed         DNS, refused, TLS, proxy, cut before an answer
    │   ├── TimedOut                 no answer, or silence in the middle of one
    │   ├── BadStream                an answer that the protocol does not allow
    │   └── ContentBlocked           the provider's filter refused
    ├── HistoryError                 the history file
    │   ├── HistoryUnreadable        damaged, foreign, or of a newer format
    │   ├── HistoryLocked            another process holds it for too long
    │   └── HistoryNotSaved          full disk, no permission, read-only
    ├── NotFound                     no such session or message
    │   └── Ambiguous                a shortened id that fits several
    ├── ConfigError                  a setting, or the file it stands in
    ├── AttachmentRefused            a file that cannot be attached, or not sent to this model
    └── TransferError                an export or an import
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tui_chat.domain.messages import MessageError


class ChatError(Exception):
    """Anything that can go wrong and that the user can be told about.

    Attributes:
        text: What happened, in one sentence.
        advice: What to do next, in one sentence; may be empty.
    """

    advice = ""
    exit_code = 1
    """Exit code of the command line for this error."""

    def __init__(self, text: str, *, advice: str = "") -> None:
        super().__init__(text)
        self.text = text
        if advice:
            self.advice = advice

    @property
    def sentence(self) -> str:
        """What happened and what to do next, in one line."""
        return f"{self.text.rstrip('.')}. {self.advice}".strip()

    def to_message_error(self) -> MessageError:
        """Return the error as it is kept with a failed reply."""
        return MessageError(kind=type(self).__name__, text=self.text, advice=self.advice)


class ProviderError(ChatError):
    """A request to a provider failed.

    Attributes:
        provider: Name of the provider.
        status: HTTP status, or ``None`` if no answer came.
        request_id: The server's id of the request, for its support.
        server_words: What the server said, shortened; never a key.
        retry_after: Seconds the server asked to wait, or ``None``.
    """

    advice = "Try again, or choose another model."
    can_retry = False
    """Whether the same request may succeed a little later."""

    def __init__(
        self,
        text: str,
        *,
        advice: str = "",
        provider: str = "",
        status: int | None = None,
        request_id: str = "",
        server_words: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(text, advice=advice)
        self.provider = provider
        self.status = status
        self.request_id = request_id
        self.server_words = server_words
        self.retry_after = retry_after

    def to_message_error(self) -> MessageError:
        """Return the error as it is kept with a failed reply."""
        return MessageError(
            kind=type(self).__name__,
            text=self.text,
            advice=self.advice,
            server_words=self.server_words,
            status=self.status,
            request_id=self.request_id,
            retry_after=self.retry_after,
        )


class AuthenticationFailed(ProviderError):
    """The provider does not accept the key (401), or the key may not do this (403)."""

    advice = "Set a valid key, then try again."
    exit_code = 3


class ModelNotFound(ProviderError):
    """The provider does not know the model, or nothing answers at this address (404)."""

    advice = "Choose another model, or check the provider's base URL."
    exit_code = 4


class RequestRejected(ProviderError):
    """The provider does not accept the request (400, 422).

    Attributes:
        fields: What is wrong field by field, as far as the server said: location, message, type.
    """

    advice = "Change the request, or choose another model."

    def __init__(self, text: str, *, fields: tuple[tuple[str, str, str], ...] = (), **details: Any) -> None:
        super().__init__(text, **details)
        self.fields = fields


class ContextTooLong(RequestRejected):
    """The session is longer than the model can read."""

    advice = "Sum older messages up with /compact, leave some out with /context, or choose a model that reads more."


class RateLimited(ProviderError):
    """Too many requests, or a quota is used up (429)."""

    advice = "Wait a little, then try again."
    can_retry = True


class Overloaded(ProviderError):
    """The provider has trouble of its own (5xx, 529)."""

    advice = "Try again in a moment."
    can_retry = True


class ConnectionFailed(ProviderError):
    """The provider could not be reached: DNS, refused, TLS, proxy."""

    advice = "Check the address and the network, then try again."
    can_retry = True


class TimedOut(ProviderError):
    """The provider did not answer, or fell silent in the middle of an answer."""

    advice = "Try again; a longer timeout can be set in the config."


class BadStream(ProviderError):
    """The provider answered something that its protocol does not allow."""

    advice = "Check that the base URL points to the API, not to a web page."


class ContentBlocked(ProviderError):
    """The provider's filter refused the prompt or the reply."""

    advice = "Rephrase the prompt, or choose another model."


class HistoryError(ChatError):
    """Something is wrong with the history file.

    Attributes:
        path: The file.
    """

    exit_code = 5

    def __init__(self, text: str, *, path: Path, advice: str = "") -> None:
        super().__init__(text, advice=advice)
        self.path = path


class HistoryUnreadable(HistoryError):
    """The file is damaged, foreign, or written by a newer version. It is never touched."""

    advice = "The file was not touched. Move it away to start anew, or restore a copy."


class HistoryLocked(HistoryError):
    """Another process holds the file for too long."""

    advice = "Close the other tui-chat, then try again."


class HistoryNotSaved(HistoryError):
    """A change could not be written: full disk, no permission, read-only. What was saved before stays."""

    advice = "Free some space or allow writing there, then try again."


class NotFound(ChatError):
    """There is no such session or message."""

    advice = "List the sessions with: tui-chat sessions list"
    exit_code = 4


class Ambiguous(NotFound):
    """A shortened id fits several sessions."""

    advice = "Give more digits of the id."


class ConfigError(ChatError):
    """A setting is wrong, or the file it stands in cannot be read. The file is never touched."""

    advice = "Mend the file; until then the defaults are used."
    exit_code = 2


class AttachmentRefused(ChatError):
    """A file cannot be attached, or the model does not take it. Nothing was sent."""


class TransferError(ChatError):
    """An export or import failed. Nothing was overwritten."""
