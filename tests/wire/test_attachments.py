"""What is attached to a prompt goes out in each protocol's own form, whole, and behind the text."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.domain.test_attachments import image_bytes
from tests.wire.asking import ask, fail, message, request, text_of
from tests.wire.openai_server import OpenAIServer
from tests.wire.protocols import Wire
from tui_chat.clients.http_client import HTTPClient
from tui_chat.domain.errors import RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, Role
from tui_chat.domain.providers import Protocol

DATA = {kind: base64.b64encode(image_bytes(kind)).decode() for kind in ("PNG", "JPEG")}
PNG = ImagePart(media_type="image/png", data=DATA["PNG"], name="a.png")
JPEG = ImagePart(media_type="image/jpeg", data=DATA["JPEG"], name="b.jpg")
CODE = FilePart(name="src/größe.py", text='print("```")\n# ``` and "quotes" \\ \u2028 end\n')
NOTES = FilePart(name="pasted text", text="one\ntwo")

CODE_SENT = f"src/größe.py:\n\n````\n{CODE.text.rstrip()}\n````\n"
NOTES_SENT = "pasted text:\n\n```\none\ntwo\n```\n"


def texts_sent(content: Any) -> list[str]:
    """Return the texts of a message's content, whether it is one text or blocks."""
    if isinstance(content, str):
        return [content]
    return [block["text"] for block in content if "text" in block]


def url(image: ImagePart) -> str:
    return f"data:{image.media_type};base64,{image.data}"


def prompt_sent(wire: Wire, body: Any) -> tuple[str, list[Any]]:
    """Return all texts of the prompt as one, and its images in the form of the protocol."""
    match wire.protocol:
        case Protocol.GEMINI:
            parts = body["contents"][-1]["parts"]
            return "\n\n".join(texts_sent(parts)), [part["inlineData"] for part in parts if "inlineData" in part]
        case Protocol.OPENAI_RESPONSES:
            parts = body["input"][-1]["content"]
            return "\n\n".join(texts_sent(parts)), [part for part in parts if part["type"] == "input_image"]
        case Protocol.INKEEP:
            return body["chat_session"]["messages"][-1]["content"], []
        case Protocol.OLLAMA:
            return body["messages"][-1]["content"], body["messages"][-1].get("images", [])
    content = body["messages"][-1]["content"]
    images = [block for block in content if block["type"] != "text"] if isinstance(content, list) else []
    return "\n\n".join(texts_sent(content)), images


FORMS: dict[Protocol, Callable[[ImagePart], Any]] = {
    Protocol.OPENAI_CHAT: lambda image: {"type": "image_url", "image_url": {"url": url(image)}},
    Protocol.ABACUS: lambda image: {"type": "image_url", "image_url": {"url": url(image)}},
    Protocol.OPENAI_RESPONSES: lambda image: {"type": "input_image", "image_url": url(image), "detail": "auto"},
    Protocol.ANTHROPIC: lambda image: {
        "type": "image",
        "source": {"type": "base64", "media_type": image.media_type, "data": image.data},
    },
    Protocol.GEMINI: lambda image: {"mimeType": image.media_type, "data": image.data},
    Protocol.OLLAMA: lambda image: image.data,
}


async def sent(client: HTTPClient, server: OpenAIServer, wire: Wire, *messages: ChatMessage) -> Any:
    """Return the body of a request with these messages."""
    server.script(wire.says("Seen."))
    assert text_of(await ask(client, request(messages=list(messages)))) == "Seen."
    return server.requests[-1].body


async def test_text_files_go_along_with_their_names(
    wire: Wire, wire_server: OpenAIServer, wire_client: HTTPClient
) -> None:
    body = await sent(wire_client, wire_server, wire, message("Compare.", Role.USER, CODE, NOTES))
    text, images = prompt_sent(wire, body)
    assert images == []
    assert text.split("\n\n", 1)[0] == "Compare."
    assert CODE_SENT.rstrip() in text
    assert text.endswith(NOTES_SENT)


async def test_images_go_along_in_the_form_of_the_protocol(
    wire: Wire, wire_server: OpenAIServer, wire_client: HTTPClient
) -> None:
    prompt = message("What is it?", Role.USER, PNG, CODE, JPEG)
    if wire.protocol is Protocol.INKEEP:
        events, error = await fail(wire_client, request(messages=[prompt]))
        assert (events, wire_server.requests) == ([], [])
        assert isinstance(error, RequestRejected)
        assert error.text == "Acme takes no images"
        return
    text, images = prompt_sent(wire, await sent(wire_client, wire_server, wire, prompt))
    assert images == [FORMS[wire.protocol](one) for one in (PNG, JPEG)]
    assert text.startswith("What is it?")
    assert CODE_SENT.rstrip() in text


@pytest.mark.parametrize("parts", [(CODE,), (PNG,), (PNG, NOTES)], ids=["file", "image", "both"])
async def test_a_prompt_without_words_is_sent_without_an_empty_text(
    wire: Wire, wire_server: OpenAIServer, wire_client: HTTPClient, parts: tuple[Part, ...]
) -> None:
    if wire.protocol is Protocol.INKEEP and PNG in parts:
        pytest.skip("takes no images")
    bare = ChatMessage(session_id="s", role=Role.USER, parts=list(parts))
    body = await sent(wire_client, wire_server, wire, bare)
    text, images = prompt_sent(wire, body)
    assert len(images) == len([part for part in parts if isinstance(part, ImagePart)])
    assert text.count(":\n\n```") == len([part for part in parts if isinstance(part, FilePart)])
    assert '"text": ""' not in json.dumps(body)


async def test_what_came_along_earlier_is_sent_again(
    wire: Wire, wire_server: OpenAIServer, wire_client: HTTPClient
) -> None:
    images = [] if wire.protocol is Protocol.INKEEP else [PNG]
    earlier = message("Read this.", Role.USER, NOTES, *images)
    body = json.dumps(
        await sent(wire_client, wire_server, wire, earlier, message("Done.", Role.ASSISTANT), message("And now?")),
        ensure_ascii=False,
    )
    assert "pasted text:" in body
    assert all(image.data in body for image in images)
