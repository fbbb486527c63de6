"""What reading a reply has in common, whatever the protocol: server-sent events, or all of it in one piece of JSON."""

from __future__ import annotations

import base64
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from tui_chat.clients import failures
from tui_chat.clients.deltas import merged
from tui_chat.clients.halves import Joiner, stood_in, without_halves
from tui_chat.clients.sse import ServerSentEvent, SSEDecoder
from tui_chat.clients.transport import ERROR_BODY, WHOLE_BODY, Answer
from tui_chat.clients.words import clean, find_words, read_words
from tui_chat.domain.errors import BadStream, ContentBlocked, ProviderError
from tui_chat.domain.events import CitationsAdded, Finished, ImageAdded, Started, StreamEvent, UsageReported
from tui_chat.domain.messages import CitationPart, FinishReason, ImagePart
from tui_chat.domain.providers import Provider
from tui_chat.domain.record import Record
from tui_chat.domain.usage import Usage

#: Seconds to wait for the usage and the end of a stream once the model has said that it is done.
LAST_WAIT = 5.0

#: Seconds to wait for the end of a body after its end mark, so that the connection can be used again.
END_WAIT = 0.25

#: Ends a stream, where a server or a proxy says so.
END = "[DONE]"

_Wire = TypeVar("_Wire", bound=Record)


class BodyReader(ABC):
    """Reads the body of one reply; a protocol adds what its events mean.

    Args:
        provider: Who answers.
        model: The model that was asked for.
        key: The key that was sent, which must not show up in errors.
    """

    def __init__(self, provider: Provider, model: str, key: str) -> None:
        self._provider = provider
        self._model = model
        self._key = key
        self._has_started = False
        self._has_content = False
        self._has_ended = False
        """Whether nothing that counts can come any more."""
        self._reason: FinishReason | None = None
        self._said = ""
        """Why it stopped, in the server's words."""
        self._usage: Usage | None = None
        self._sources: list[CitationPart] = []

    async def read(self, answer: Answer) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of a reply.

        Raises:
            ProviderError: if it is cut, empty, blocked, or not what the protocol allows.
        """
        halves = Joiner()
        try:
            async with aclosing(self._batches(answer)) as batches:
                async for batch in batches:
                    for event in halves.feed(merged(self._begun(batch))):
                        yield event
                    if self._reason is not None:
                        answer.silence = min(LAST_WAIT, answer.silence or LAST_WAIT)
        except ProviderError:
            for event in [*halves.feed(self._held_back()), *halves.end()]:
                yield event
            if self._reason is None:
                raise
        for event in [*halves.feed(self._held_back()), *halves.end()]:
            yield event
        if self._usage is not None:
            yield UsageReported(usage=self._usage)
        self._check()
        if self._reason is not None:
            words = clean(self._said, self._key)
            # A single word is the server's name for the reason.
            yield Finished(reason=self._reason, words=words if " " in words else "")

    @abstractmethod
    def _take(self, value: Any, event: str) -> Iterator[StreamEvent]:
        """Yield what a server-sent event means.

        Args:
            value: Its data, which is no error.
            event: Its name; ``message`` if it has none.
        """

    @abstractmethod
    def _take_whole(self, value: Any) -> Iterator[StreamEvent]:
        """Yield what a body means that came as JSON, though a stream was asked for."""

    def _held_back(self) -> Iterable[StreamEvent]:
        """Return what is certain only now that no more comes."""
        return ()

    def _check_rest(self, rest: bytes) -> None:  # noqa: B027  # most protocols have nothing there
        """Raise the error, if there is one, that stands after the last event."""

    def _check(self) -> None:
        """Raise the error, if it is one, that a reply without content is."""
        if self._has_content or self._reason in (FinishReason.LENGTH, FinishReason.TOOL):
            return
        label, name, words = self._provider.label, self._provider.name, clean(self._said, self._key)
        if self._reason is FinishReason.FILTER:
            raise ContentBlocked(f"The filter of {label} held the reply back", provider=name, server_words=words)
        raise self._bad("sent an empty answer", words, advice="Try again, or choose another model.")

    def _begun(self, events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
        """Yield events with the beginning before them, where the server tells nothing of it."""
        for event in events:
            yield from self._started("", "")
            yield event

    def _started(self, model: str | None, remote_id: str | None) -> Iterator[StreamEvent]:
        """Yield that the reply begins, once."""
        if not self._has_started:
            self._has_started = True
            yield Started(model=model or self._model, message_remote_id=remote_id or "")

    def _citations(self, sources: Iterable[tuple[str, str, str]]) -> Iterator[StreamEvent]:
        """Yield which sources are new: servers tell the same ones again and again.

        Args:
            sources: Address, title and description of each.
        """
        new = []
        for url, title, description in (map(without_halves, source) for source in sources):
            if all((url, title) != (known.url, known.title) for known in self._sources):
                number = len(self._sources) + 1
                new.append(CitationPart(number=number, title=title, url=url, description=description))
                self._sources.append(new[-1])
        if new:
            yield CitationsAdded(citations=new)

    def _image(self, media_type: str, data: str) -> ImageAdded:
        try:
            base64.b64decode(data, validate=True)
        except ValueError:
            raise self._bad("sent an image that cannot be read") from None
        return ImageAdded(image=ImagePart(media_type=media_type, data=data))

    def _checked(self, value: Any, event: str = "") -> Any:
        """Return a value that is no error.

        Raises:
            ProviderError: that the value stands for.
        """
        marks = (event, value.get("object"), value.get("type")) if isinstance(value, dict) else ()
        if "error" in marks or (isinstance(value, dict) and value.get("error")):
            words = find_words(value, self._key)
            raise failures.from_stream(self._provider, words, key=self._key, model=self._model)
        return value

    def _validated(self, kind: type[_Wire], value: Any) -> _Wire:
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            where = ".".join(str(step) for step in error.errors()[0]["loc"])
            raise self._bad("sent something that its protocol does not know", clean(where, self._key)) from None

    def _bad(self, what: str, words: str = "", advice: str = "") -> BadStream:
        label, name = self._provider.label, self._provider.name
        return BadStream(f"{label} {what}", advice=advice, provider=name, server_words=words)

    def _no_reply(self, words: str, kind: str = "something else") -> BadStream:
        return self._bad(f"sent {kind} instead of a reply", words)

    async def _batches(self, answer: Answer) -> AsyncGenerator[Iterable[StreamEvent], None]:
        """Yield what came together, to be read before the next is asked for."""
        decoder: SSEDecoder | None = None
        start, rest = bytearray(), b""
        async with aclosing(answer.pieces()) as pieces:
            async for piece in pieces:
                if decoder is None:
                    start += piece
                    if len(start) > WHOLE_BODY:
                        raise self._bad("sent far too much")
                    if not _is_stream(start):
                        continue
                    decoder, piece = SSEDecoder(self._provider.label), bytes(start)
                events = decoder.feed(piece)
                rest = piece if events else (rest + piece)[-ERROR_BODY:]
                yield self._events(events)
                if self._has_ended:
                    answer.silence = END_WAIT
                    await anext(pieces, None)
                    return
        if decoder is None:
            yield self._whole(bytes(start))
            return
        # What is no JSON was cut by the end of the stream.
        yield self._events(event for event in decoder.end() if event.data == END or parsed(event.data) is not None)
        if self._reason is None:
            self._check_rest(rest)

    def _events(self, events: Iterable[ServerSentEvent]) -> Iterator[StreamEvent]:
        for event in events:
            if event.data == END:
                self._reason = self._reason or FinishReason.STOP
                self._has_ended = True
            if self._has_ended:
                return
            value = parsed(event.data)
            if value is None:
                words = read_words(event.data.encode("utf-8", "replace"), self._key).message
                raise self._bad("sent something that is not JSON", words)
            yield from self._take(self._checked(value, event.event), event.event)

    def _whole(self, body: bytes) -> Iterator[StreamEvent]:
        text = body.decode("utf-8", "replace").lstrip("\ufeff")
        if not text.strip():
            return
        value = parsed(text)
        if value is None:
            kind = "a web page" if text.lstrip().startswith("<") else "something else"
            raise self._no_reply(read_words(body, self._key).message, kind)
        yield from self._take_whole(self._checked(value))


def parsed(text: str) -> Any:
    """Return the value of a JSON text; ``None`` if it is none. Halves of characters have stand-ins in it."""
    try:
        return from_json(text)
    except ValueError:
        pass  # no JSON, or what this quick parser refuses, such as half a character
    try:
        return json.loads(stood_in(text))
    except (ValueError, RecursionError):
        return None


def _is_stream(start: bytes | bytearray) -> bool:
    """Return whether a body begins with a field of an event or with a comment; labels of servers often lie."""
    return start[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ")[:1] in (b"d", b"e", b"i", b"r", b":")
