"""Turns what went wrong on the wire into the errors of the domain: clear sentences, and what to do next."""

from __future__ import annotations

import math
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import TypedDict

import httpx

from tui_chat.clients.proxies import proxy_of
from tui_chat.clients.words import Words, clean
from tui_chat.domain.errors import (
    AuthenticationFailed,
    BadStream,
    ConnectionFailed,
    ContentBlocked,
    ContextTooLong,
    ModelNotFound,
    Overloaded,
    ProviderError,
    RateLimited,
    RequestRejected,
    TimedOut,
)
from tui_chat.domain.providers import Provider, masked

# How vendors say it, in codes and messages; each pattern is looked for in lower case.
_WRONG_KEY = re.compile(
    r"invalid_api_key|api[ _]key[ _](not valid|invalid)|(invalid|incorrect) api key|authentication_error"
)
_NO_MODEL = re.compile(
    r"model_not_found|invalid[ _]model|unknown model|no such model|not a valid model"
    r"|\bmodel\b.{0,120}\b(not found|does not exist|doesn't exist|not exist)"
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|maximum context length|context (length|window|size|limit)"
    r"|prompt is too long|too many (input )?tokens|input is too long"
    r"|token count.{0,40} exceeds|payload size exceeds"
)
_FILTERED = re.compile(
    r"content_filter|content filtering|content_policy|content management policy|responsibleai|moderation|safety system"
    r"|usage polic|bio_policy|policy_violation"
)
_USED_UP = re.compile(
    r"insufficient_quota|insufficient[ _](balance|credit|funds)|billing_hard_limit|quota.{0,20}exceeded"
    r"|credit balance is too low|reached your .{0,20}usage limit"
)
#: Google's names of the quotas that last for days, and what it says of models that a plan does not have.
_USED_UP_FOR_LONG = re.compile(r"perday|limit: 0(?!\.?\d)")
_BUSY = re.compile(r"rate_limit|too many requests")
_INVALID = re.compile(r"invalid_|unsupported_|image_|_image\b|badrequest|validation")

_NUMBER = re.compile(r"\d{1,9}(\.\d+)?")

_PROXY_ADVICE = "Check the provider's proxy, HTTPS_PROXY and NO_PROXY, then try again."

_REQUEST_IDS = ("x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "cf-ray")


class Details(TypedDict, total=False):
    """What every `ProviderError` takes besides its sentence."""

    provider: str
    status: int | None
    request_id: str
    server_words: str
    retry_after: float | None


def from_status(
    provider: Provider, status: int, words: Words, *, key: str, headers: Mapping[str, str], url: str, model: str = ""
) -> ProviderError:
    """Return the error that an HTTP status stands for.

    Args:
        provider: Who answered.
        status: The HTTP status, not a 2xx.
        words: What the body says.
        key: The key that was sent; empty if none was.
        headers: Headers of the answer, looked up in lower case.
        url: What was asked for.
        model: The model that was asked for.
    """
    request_id = next((headers[name] for name in _REQUEST_IDS if name in headers), "")
    details: Details = {
        "provider": provider.name,
        "status": status,
        "request_id": clean(request_id, key),
        "server_words": words.message,
        "retry_after": _first_known(retry_after(headers), words.retry_after),
    }
    if 300 <= status < 400:
        there = clean(headers.get("location", "another address"), key)
        return BadStream(
            f"{provider.label} has moved: {url} points to {there}",
            advice=f"Set the base URL to the new address{_variable(provider)}.",
            **details,
        )
    return _error(provider, status, words, has_key=bool(key), url=url, model=model, details=details)


def from_stream(provider: Provider, words: Words, *, key: str, model: str) -> ProviderError:
    """Return the error that an error object inside an answer stands for; there the HTTP status says nothing."""
    said = f"{words.code} {words.message}".lower()
    guesses = ((_USED_UP, 429), (_BUSY, 429), (_WRONG_KEY, 401), (_TOO_LONG, 400), (_FILTERED, 400), (_INVALID, 400))
    status = words.status or next((status for pattern, status in guesses if pattern.search(said)), 500)
    details: Details = {
        "provider": provider.name,
        "status": words.status,
        "server_words": words.message,
        "retry_after": words.retry_after,
    }
    return _error(provider, status, words, has_key=bool(key), url=provider.address, model=model, details=details)


def from_exception(provider: Provider, error: Exception, *, key: str = "", has_begun: bool = False) -> ProviderError:
    """Return the error that an exception of httpx stands for.

    Args:
        provider: Who was asked.
        error: An `httpx.HTTPError`, an `httpx.InvalidURL`, or a `ValueError` of a request that cannot be made.
        key: The key that was sent.
        has_begun: Whether the answer had begun.
    """
    details: Details = {"provider": provider.name, "server_words": clean(str(error), key)}
    label = provider.label
    causes = list(_causes(error))
    if isinstance(error, httpx.DecodingError):
        return BadStream(f"{label} sent an answer that cannot be unpacked", **details)
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | ValueError | httpx.LocalProtocolError):
        return _hopeless(
            ConnectionFailed(
                f"{label} cannot be asked at {provider.address or 'an empty address'}",
                advice=f"Check the base URL{_variable(provider)} and the headers; it begins with http:// or https://.",
                **details,
            )
        )
    if isinstance(error, httpx.ProxyError):
        return _closed_proxy(provider, details)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return _hopeless(
            ConnectionFailed(
                f"The certificate of {label} is not trusted",
                advice="Name a file with the right certificates in SSL_CERT_FILE or in the provider's ca_bundle.",
                **details,
            )
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return ConnectionFailed(f"No secure connection to {label}", advice=_address_advice(provider), **details)
    is_unreached = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    if is_unreached and (proxy := proxy_of(provider)):
        return ConnectionFailed(
            f"The proxy {proxy} cannot be reached, through which {label} is asked", advice=_PROXY_ADVICE, **details
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        host = httpx.URL(provider.base_url).host
        return ConnectionFailed(f"The address {host} cannot be found", advice=_address_advice(provider), **details)
    if is_unreached:
        return ConnectionFailed(f"Nothing answers at {provider.address}", advice=_address_advice(provider), **details)
    if has_begun:
        return ConnectionFailed(f"The connection to {label} was cut", advice="Let it go on, or try again.", **details)
    return ConnectionFailed(f"{label} closed the connection without an answer", advice="Try again.", **details)


def no_answer(provider: Provider, seconds: float | None) -> TimedOut:
    """Return the error for an answer that did not begin in time."""
    return TimedOut(
        f"{provider.label} has not answered for {seconds:g} s",
        advice="Try again, or raise the provider's timeouts.first_byte.",
        provider=provider.name,
    )


def fell_silent(provider: Provider, seconds: float | None) -> TimedOut:
    """Return the error for an answer that stopped in the middle."""
    return TimedOut(
        f"{provider.label} has been silent for {seconds:g} s",
        advice="Let it go on, or raise the provider's timeouts.silence.",
        provider=provider.name,
    )


def no_key(provider: Provider) -> AuthenticationFailed:
    """Return the error for a provider that needs a key while none is known."""
    return AuthenticationFailed(f"{provider.label} needs a key", advice=provider.key_advice, provider=provider.name)


def odd_key(provider: Provider) -> AuthenticationFailed:
    """Return the error for a key that cannot be sent: it holds line breaks or letters that no key has."""
    return AuthenticationFailed(
        f"The key for {provider.label} holds characters that cannot be sent",
        advice=provider.key_advice,
        provider=provider.name,
    )


def hide_secrets(error: ProviderError, provider: Provider) -> None:
    """Make unreadable in an error what the provider's own headers and address keep secret, if its server said it."""
    if not provider.secrets:
        return

    def hidden(text: str) -> str:
        for secret in provider.secrets:
            text = text.replace(secret, masked(secret))
        return text

    error.text, error.advice = hidden(error.text), hidden(error.advice)
    error.server_words, error.request_id = hidden(error.server_words), hidden(error.request_id)
    error.args = (error.text,)
    if isinstance(error, RequestRejected):
        error.fields = tuple((hidden(where), hidden(what), hidden(kind)) for where, what, kind in error.fields)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, from ``retry-after-ms`` or ``retry-after``."""
    milliseconds, value = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    if _NUMBER.fullmatch(milliseconds):
        return float(milliseconds) / 1000
    if _NUMBER.fullmatch(value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _error(
    provider: Provider, status: int, words: Words, *, has_key: bool, url: str, model: str, details: Details
) -> ProviderError:
    label = provider.label
    if status == 407:
        return _closed_proxy(provider, details)
    kind = _kind(status, f"{words.code} {words.message}".lower())
    if kind is AuthenticationFailed:
        refused = "refuses access with this key" if status == 403 else "does not accept the key"
        text = f"{label} {refused if has_key else 'asks for a key'}"
        return AuthenticationFailed(text, advice=provider.key_advice, **details)
    if kind is ModelNotFound:
        if model and "model" in f"{words.code} {words.message}".lower():
            return ModelNotFound(f"{label} does not know the model {model}", advice="Choose another model.", **details)
        return ModelNotFound(f"{label} has nothing at {url}", advice=_address_advice(provider), **details)
    if kind is RateLimited and _is_used_up(status, words):
        details["retry_after"] = None
        advice = f"Check plan and billing at {label}, or choose another provider."
        return _hopeless(RateLimited(f"The quota at {label} is used up", advice=advice, **details))
    if issubclass(kind, RequestRejected):
        text = f"{label} does not accept the request"
        if kind is ContextTooLong:
            text = f"The session is longer than {model or 'the model'} can read"
        return kind(text, fields=words.fields, **details)
    sentences: dict[type[ProviderError], str] = {
        RateLimited: f"{label} asks to wait",
        Overloaded: f"{label} has trouble of its own",
        ContentBlocked: f"The filter of {label} refused the prompt",
        TimedOut: f"{label} waited too long for the request",
    }
    return kind(sentences[kind], advice=_wait_advice(details), **details)


def _wait_advice(details: Details) -> str:
    """Return how long the server wants to be left alone; empty, for the usual advice, if it does not say."""
    seconds = details["retry_after"]
    if not seconds:
        return ""
    unit, length = next((one for one in (("h", 3600), ("min", 60)) if seconds >= 2 * one[1]), ("s", 1))
    return f"Try again in {math.ceil(seconds / length)} {unit}, or choose another model."


def _kind(status: int, said: str) -> type[ProviderError]:
    if status in (402, 429) or (status == 400 and _USED_UP.search(said)):
        return RateLimited
    if status == 408:
        return TimedOut
    if status >= 500:
        return Overloaded
    if _FILTERED.search(said):
        return ContentBlocked
    if status == 401 or _WRONG_KEY.search(said):
        return AuthenticationFailed
    if status == 413 or _TOO_LONG.search(said):
        return ContextTooLong
    if status in (404, 405) or _NO_MODEL.search(said):
        return ModelNotFound
    if status == 403:
        return AuthenticationFailed
    return RequestRejected


def _closed_proxy(provider: Provider, details: Details) -> ConnectionFailed:
    text = f"The proxy does not let requests to {provider.label} pass"
    return ConnectionFailed(text, advice=_PROXY_ADVICE, **details)


def _is_used_up(status: int, words: Words) -> bool:
    """Return whether no short wait will help.

    Google calls each limit a quota, and says how long to wait for those that hold for a minute.
    """
    said = f"{words.code} {words.message}".lower()
    if status == 402 or _USED_UP_FOR_LONG.search(said):
        return True
    return words.retry_after is None and bool(_USED_UP.search(said))


def _first_known(*seconds: float | None) -> float | None:
    return next((one for one in seconds if one is not None), None)


def _hopeless(error: ProviderError) -> ProviderError:
    """Mark an error that the same request would meet again."""
    error.can_retry = False
    return error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _variable(provider: Provider) -> str:
    return f" in {provider.base_url_variable}" if provider.base_url_variable else ""


def _address_advice(provider: Provider) -> str:
    if provider.is_local:
        # At an address that was given, there is some other server than the vendor's.
        server = "the server there" if provider.key_variable else provider.label
        return f"Start {server}, or set its address{_variable(provider)}, then try again."
    return f"Check the network and the base URL {provider.address}, then try again."
