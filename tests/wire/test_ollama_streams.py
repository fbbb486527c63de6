"""What holds for every stream of Ollama, however it is cut and whatever is in it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.bodies import (
    PROVIDER,
    TEXT,
    Cut,
    anything,
    check_any,
    check_beginnings,
    check_cuts,
    check_no_reply,
    shaped,
    with_an_oddity,
)
from tests.wire.ollama_server import COUNTS, last, line
from tui_chat.clients.ollama_models import can_chat, listed_facts, listed_models, model_info, shown_facts
from tui_chat.clients.ollama_pull import PullReader
from tui_chat.clients.ollama_reply import ReplyReader
from tui_chat.domain.errors import ProviderError


def said(content: str = "", **more: str) -> bytes:
    """Return a line without what is not read of it, which only makes bodies longer to cut."""
    return line({"message": {"content": content, **more}})


END = line({"done": True, "done_reason": "stop", "prompt_eval_count": 1, "eval_count": 2, "eval_duration": 3})

STREAMS: dict[str, list[bytes]] = {
    "text": [said("Hellö "), said("\u2028<🙂>"), END],
    "thoughts": [said(thinking="Hm…"), said("Yes", thinking="!"), END],
    "tagged thoughts": [said("<thi"), said("nk>\nH"), said("m</think"), said(">\n\nYes"), END],
    "unfinished thoughts": [said("<think>Hm</thi"), END],
    "halves of a character": [
        said("Hi 1").replace(b"1", b"\\ud83d"),
        said("2").replace(b"2", b"\\ude42"),
        said("1").replace(b"1", b"\\ud83d"),
        END,
    ],
    "a call": [line({"message": {"tool_calls": [{"function": {"name": "f"}}]}}), END],
    "other line ends": [b"\xef\xbb\xbf\r\n", *(one.replace(b"\n", b"\r\n\r\n") for one in [said("Hi"), END])],
    "no last line end": [said("Hi"), END.rstrip()],
    "cut": [said("Hi"), b'{"message": {"content"'],
    "an error": [said("Hi"), line({"error": "Oh"})],
    "too long": [line({"error": {"message": "context size exceeded"}})],
    "a list": [json.dumps([last()]).encode()],
    "a page": [b"<html><title>Hi</title>"],
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_may_be_cut_at_every_byte(name: str) -> None:
    await check_cuts(ReplyReader, b"".join(STREAMS[name]))


async def test_each_part_of_a_stream_is_worth_keeping() -> None:
    await check_beginnings(ReplyReader, b"".join(STREAMS["text"]))


async def download(*pieces: bytes) -> tuple[list[Any], str]:
    """Return what a download tells, and the error that it ends with."""
    came: list[Any] = []
    try:
        async for progress in PullReader(PROVIDER, "qwen3", "").read(Cut(*pieces)):
            came.append(progress)  # what had come counts too
    except ProviderError as error:
        return came, f"{type(error).__name__}: {error.text}: {error.server_words}"
    return came, ""


FILE = {"status": "pulling 0", "total": 10, "completed": 5}

PULLS = {
    "all": [line({"status": "pulling mänifest"}), line(FILE), line({"status": "success"})],
    "no last line end": [line(FILE), line({"status": "success"}).rstrip()],
    "an error": [line(FILE), line({"error": "pull model manifest: file does not exist"})],
    "no end": [line(FILE)],
    "a page": [b"<html>"],
}


@pytest.mark.parametrize("name", PULLS)
async def test_a_download_may_be_cut_at_every_byte(name: str) -> None:
    body = b"".join(PULLS[name])
    expected = await download(body)
    for at in range(1, len(body)):
        assert await download(body[:at], body[at:]) == expected, body[:at]
    assert await download(*(bytes([byte]) for byte in body)) == expected


ANYTHING = anything("stop", "<think>", "</think>")
MESSAGE = shaped(
    role=TEXT,
    content=TEXT | st.sampled_from(["<think>", "</think>", "\n"]),
    thinking=TEXT,
    tool_calls=st.lists(shaped(function=shaped(name=TEXT)), max_size=1),
)
CHUNK = shaped(model=TEXT, message=MESSAGE, done=st.just(False))
LAST = shaped(
    message=MESSAGE,
    done=st.just(True),
    done_reason=st.sampled_from(["stop", "length", "x"]),
    **{name: st.integers() for name in COUNTS},
)
FAILED = shaped(error=TEXT | shaped(message=TEXT, code=st.integers(), type=TEXT))
LINES = st.tuples(st.lists(CHUNK, max_size=5), st.lists(LAST | FAILED, max_size=2)).map(lambda both: both[0] + both[1])


@given(with_an_oddity(LINES, ANYTHING))
def test_any_lines_give_a_reply_or_an_error_of_ours(values: list[Any]) -> None:
    body = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    asyncio.run(check_any(ReplyReader, body))


@given(st.binary() | st.binary().map(lambda data: b"{" + data + b"\n"))
def test_any_bytes_give_an_error_of_ours(body: bytes) -> None:
    asyncio.run(check_no_reply(ReplyReader, body))


PROGRESS = shaped(status=TEXT | st.just("success"), total=st.integers(), completed=st.integers(), digest=TEXT)


@given(with_an_oddity(st.lists(PROGRESS, max_size=4), ANYTHING))
def test_any_download_tells_something_or_fails_with_an_error_of_ours(values: list[Any]) -> None:
    came, failed = asyncio.run(download(b"".join(json.dumps(value).encode() + b"\n" for value in values)))
    assert failed or came[-1].status == "success"
    assert all(one.completed >= 0 and one.total >= 0 for one in came)


LISTED = shaped(
    name=TEXT, digest=TEXT, size=ANYTHING, details=shaped(family=TEXT, context_length=ANYTHING), capabilities=ANYTHING
)
SHOWN = shaped(
    capabilities=ANYTHING,
    model_info=st.dictionaries(st.sampled_from(["general.architecture", "a.context_length"]), ANYTHING | st.just("a")),
)


@given(
    st.binary() | shaped(models=st.lists(LISTED, max_size=3)).map(lambda one: json.dumps(one).encode()),
    st.binary() | SHOWN.map(lambda one: json.dumps(one).encode()),
)
def test_any_list_of_models_is_one_or_an_error_of_ours(listed: bytes, shown: bytes) -> None:
    try:
        models = listed_models(PROVIDER, listed)
    except ProviderError:
        return
    for model in models:
        for facts in (listed_facts(model), shown_facts(shown)):
            assert can_chat(model, facts) in (True, False)
            assert model_info(PROVIDER, model, facts).name == model.name
