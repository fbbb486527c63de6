"""What a server says when it refuses: its own words, found in whatever shape it sends them, safe to show."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any, NamedTuple

from tui_chat.domain.providers import SHORTEST_SECRET, masked

#: Characters of a server's words that are kept.
LONGEST = 500


class Words(NamedTuple):
    """What a server said about an error. Empty strings where it said nothing."""

    message: str = ""
    code: str = ""
    """Its codes and types, for example ``invalid_request_error model_not_found``."""
    status: int | None = None
    """A status given in the body: within a stream there is no other."""
    fields: tuple[tuple[str, str, str], ...] = ()
    """What is wrong field by field: location, message, type."""
    retry_after: float | None = None
    """Seconds to wait, where the body says so."""


def read_words(body: bytes, key: str = "") -> Words:
    """Return what the body of an error says: JSON in any of the usual shapes, a web page, or plain text.

    Args:
        body: The body, which may be cut.
        key: The key of the request, which must not show up in the words.
    """
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Words(clean(_first_line(text), key))
    return find_words(value, key)


def find_words(value: Any, key: str = "") -> Words:
    """Return what a JSON error says; see `read_words`."""
    try:
        return _found(value, key)
    except RecursionError:
        return Words()  # nested so deeply that it says nothing


def _found(value: Any, key: str) -> Words:
    if isinstance(value, list):
        # Gemini wraps its error in a list.
        return _found(value[0], key) if value else Words()
    if not isinstance(value, dict):
        return Words(clean(str(value), key))
    error = value.get("error") or value.get("errors") or value
    if isinstance(error, list):
        error = error[0]
    if not isinstance(error, dict):
        return Words(clean(str(error), key), clean(_text(value.get("error_type")), key))
    detail = error.get("detail")
    fields = tuple(_field(item, key) for item in _dicts(detail))
    if fields:
        message = "; ".join(f"{where}: {what}" for where, what, _ in fields)
    else:
        message = _message(error)
        parameter = _text(error.get("param"))
        fields = ((clean(parameter, key), clean(message, key), _text(error.get("type"))),) if parameter else ()
    more = _google_details(error.get("details"), key)
    codes = [_text(error.get(name)) for name in ("type", "code", "status")]
    return Words(
        message=clean(message, key),
        code=clean(" ".join(code for code in [*codes, more.code] if code), key),
        status=next((int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)), None),
        fields=fields or more.fields,
        retry_after=more.retry_after,
    )


def clean(text: str, key: str = "") -> str:
    """Return a text of a server as it may be shown: one line, without control characters and without the key."""
    if len(key) >= SHORTEST_SECRET:
        text = text.replace(key, masked(key))
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _message(error: dict[str, Any]) -> str:
    for name in ("message", "detail", "error_description", "msg", "title", "error"):
        found = error.get(name)
        if isinstance(found, dict):
            found = _message(found)
        if isinstance(found, str) and found:
            break
    else:
        return ""
    # OpenRouter tells what the vendor behind it said.
    metadata = error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    return f"{found}: {raw}" if isinstance(raw, str) and raw else found


def _google_details(details: Any, key: str) -> Words:
    """Return what the details of Google's errors say: reasons, quotas, fields, and how long to wait.

    Their shapes are those of google.rpc's ErrorInfo, QuotaFailure, BadRequest and RetryInfo.
    """
    codes: list[str] = []
    fields: list[tuple[str, str, str]] = []
    wait: float | None = None
    for item in _dicts(details):
        codes.append(_text(item.get("reason")))
        codes += [_text(one.get("quotaId")) for one in _dicts(item.get("violations"))]
        fields += [
            (clean(_text(one.get("field")), key), clean(_text(one.get("description")), key), "")
            for one in _dicts(item.get("fieldViolations"))
        ]
        if delay := re.fullmatch(r"(\d{1,9}(?:\.\d+)?)s", _text(item.get("retryDelay"))):
            wait = float(delay[1])
    return Words(code=" ".join(code for code in codes if code), fields=tuple(fields), retry_after=wait)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _field(item: dict[str, Any], key: str) -> tuple[str, str, str]:
    location = item.get("loc")
    where = ".".join(map(str, location)) if isinstance(location, list) else _text(location)
    return clean(where, key), clean(_text(item.get("msg")), key), clean(_text(item.get("type")), key)


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _first_line(text: str) -> str:
    if not text.lstrip().startswith("<"):
        return next((line for line in text.splitlines() if line.strip()), "")
    page = _Page()
    page.feed(text)
    page.close()
    return page.title or page.first


class _Page(HTMLParser):
    """Finds the title and the first text of a web page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.first = ""
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "title":
            self.title = self.title or data.strip()
        elif self._tag not in ("script", "style"):
            self.first = self.first or data.strip()
