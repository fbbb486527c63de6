"""A server's own words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.clients.words import LONGEST, Words, clean, find_words, read_words

KEY = "sk-secret-0123456789"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "No"}}, "No"),
        ({"error": "No"}, "No"),
        ({"error": {"error": {"message": "No"}}}, "No"),
        ([{"error": {"message": "No"}}], "No"),
        ({"message": "No"}, "No"),
        ({"object": "error", "message": "No"}, "No"),
        ({"detail": "No"}, "No"),
        ({"detail": {"message": "No"}}, "No"),
        ({"errors": [{"message": "No"}]}, "No"),
        ({"title": "No"}, "No"),
        ({"error": {"message": "Upstream", "metadata": {"raw": "No"}}}, "Upstream: No"),
        ({"detail": [{"loc": ["body", "x"], "msg": "No"}, {"loc": "y", "msg": "Nor"}]}, "body.x: No; y: Nor"),
        ({"error": {"message": f"Bad {KEY}"}}, "Bad …6789"),
        ({"error": {"message": "two\n\x1b[31mlines"}}, "two [31mlines"),
        ({"error": {}}, ""),
        ({"errors": []}, ""),
        ([], ""),
        (None, "None"),
    ],
)
def test_json_in_any_shape(body: object, message: str) -> None:
    assert read_words(json.dumps(body).encode(), KEY).message == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", ""),
        (b"\n  upstream connect error \nmore", "upstream connect error"),
        (b"<html><style>b{}</style><h1>502 &amp; more</h1><p>x", "502 & more"),
        (b"<!doctype html><script>no()</script><title>Bad\ngateway</title><body>x", "Bad gateway"),
        (b"<html>", ""),
        (b"\xff\xfe", "��"),
    ],
)
def test_pages_and_text(body: bytes, message: str) -> None:
    assert read_words(body, KEY).message == message


def test_codes_fields_and_status() -> None:
    error = {"message": "No", "type": "invalid_request_error", "code": 400, "param": "seed"}
    assert read_words(json.dumps({"error": error}).encode()) == Words(
        "No", "invalid_request_error 400", 400, (("seed", "No", "invalid_request_error"),)
    )


NAMES = st.sampled_from(["error", "errors", "message", "detail", "loc", "code", "param", "metadata", "raw"])
JSON = st.recursive(
    st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_is_too_odd(body: bytes) -> None:
    words = read_words(body, KEY)
    assert len(words.message) <= LONGEST
    assert KEY not in words.message


def test_what_is_nested_without_end_says_nothing() -> None:
    value: object = "No"
    for _ in range(5000):
        value = [value]
    assert find_words(value) == find_words({"error": value}) == Words()


def test_long_words_are_cut() -> None:
    assert clean("x" * 1000) == "x" * (LONGEST - 1) + "…"


def test_placeholders_for_keys_are_no_secret() -> None:
    assert clean("none of it", "none") == "none of it"


def test_the_details_of_google_are_read() -> None:
    details = [
        7,
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"},
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "PerDay-FreeTier"}, 7]},
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": "contents", "description": "contents is not specified"}],
        },
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "38.922534355s"},
    ]
    error = {"code": 400, "message": "No", "status": "INVALID_ARGUMENT", "details": details}
    words = read_words(json.dumps([{"error": error}]).encode())
    assert words.message == "No"
    assert words.code == "400 INVALID_ARGUMENT API_KEY_INVALID PerDay-FreeTier"
    assert words.status == 400
    assert words.fields == (("contents", "contents is not specified", ""),)
    assert words.retry_after == 38.922534355
