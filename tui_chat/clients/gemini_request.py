"""The body of a request to Gemini's ``streamGenerateContent``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, TypedDict

from tui_chat.clients.prompts import GO_ON, file_text, goes_on
from tui_chat.domain.errors import ContextTooLong, RequestRejected
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, ReasoningPart, Role, TextPart
from tui_chat.domain.providers import Provider
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.sessions import Params

#: What can be left out for models that do not take it.
THINKING, EFFORT, SYSTEM = "thinkingConfig", "effort", "systemInstruction"

#: Keys of the metadata that a reply keeps: the signature of a thought, of the text before it and how many characters
#: of that it signs, of the image before it.
THOUGHT_SIGNATURE, TEXT_SIGNATURE, SIGNED_CHARACTERS, IMAGE_SIGNATURE = (
    "thought_signature",
    "text_signature",
    "signed_characters",
    "image_signature",
)

#: Tokens for thinking where a model takes a number instead of a level; the same as behind Google's OpenAI-like API.
_BUDGETS = {"minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}

_TAKES_BUDGET = "gemini-2.5"


class _Content(TypedDict):
    """What one side says in one go."""

    role: str
    parts: list[dict[str, object]]


def request_body(provider: Provider, request: ChatRequest, refused: Collection[str] = ()) -> dict[str, object]:
    """Return the body of a request.

    Args:
        provider: Its further body fields win over all others; those of ``generationConfig`` one by one.
        request: What to ask.
        refused: What the model does not take. Instructions then go along with the first prompt.
    """
    contents = _contents(request)
    body: dict[str, object] = {"contents": contents}
    if request.system_prompt and SYSTEM in refused:
        instructions: list[_Content] = [{"role": "user", "parts": [{"text": request.system_prompt}]}]
        body["contents"] = _merged([*instructions, *contents])
    elif request.system_prompt:
        body[SYSTEM] = {"parts": [{"text": request.system_prompt}]}
    config = _config(request, refused)
    more = provider.body.get("generationConfig")
    body["generationConfig"] = config | more if isinstance(more, dict) else config
    return body | {name: value for name, value in provider.body.items() if name != "generationConfig"}


def refused_part(error: RequestRejected, body: dict[str, Any]) -> str | None:
    """Return what a model does not take of a body, if an error says so and it can be left out.

    Google's words: "Thinking is not enabled for models/…", "Thinking level is not supported for this model.",
    "Developer instruction is not enabled for models/…".
    """
    if isinstance(error, ContextTooLong):
        return None
    said = error.server_words.lower()
    if re.search(r"(developer|system).?instruction", said):
        return SYSTEM if SYSTEM in body else None
    thinking = body["generationConfig"].get(THINKING)
    if "thinking" not in said or not isinstance(thinking, dict):
        return None
    has_effort = len(thinking) > 1  # beside the wish to see the thoughts
    return EFFORT if has_effort and re.search(r"level|budget", said) else THINKING


def _config(request: ChatRequest, refused: Collection[str]) -> dict[str, object]:
    params = request.params
    wanted = {
        "temperature": params.temperature,
        "topP": params.top_p,
        "maxOutputTokens": params.max_tokens,
        "stopSequences": params.stop,
        "seed": params.seed,
        THINKING: None if THINKING in refused else _thinking(request.model, params, EFFORT not in refused),
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _thinking(model: str, params: Params, has_effort: bool) -> dict[str, object]:
    thinking: dict[str, object] = {"includeThoughts": True}
    effort = (params.reasoning_effort or "").lower()
    if effort and has_effort:
        if _TAKES_BUDGET not in model:
            thinking["thinkingLevel"] = effort.upper()
        elif effort in _BUDGETS:
            thinking["thinkingBudget"] = _BUDGETS[effort]
    return thinking


def _contents(request: ChatRequest) -> list[_Content]:
    contents = [_content(message) for message in request.messages]
    if goes_on(request):
        contents.append({"role": "user", "parts": [{"text": GO_ON}]})
    return _merged(contents)


def _merged(contents: Iterable[_Content]) -> list[_Content]:
    """Return contents of which no two neighbours have the same role, and none is empty."""
    merged: list[_Content] = []
    for content in contents:
        if merged and merged[-1]["role"] == content["role"]:
            merged[-1]["parts"] += content["parts"]
        elif content["parts"]:
            merged.append(content)
    return merged


def _content(message: ChatMessage) -> _Content:
    parts: list[dict[str, object]] = []
    for part in message.parts:
        if isinstance(part, ReasoningPart):
            _add_signatures(parts, part)
        elif (sent := _part(part)) is not None:
            parts.append(sent)
    return {"role": "model" if message.role is Role.ASSISTANT else "user", "parts": parts}


def _part(part: Part) -> dict[str, object] | None:
    match part:
        case TextPart() if part.text:
            return {"text": part.text}
        case FilePart():
            return {"text": file_text(part)}
        case ImagePart() if part.data:
            return {"inlineData": {"mimeType": part.media_type, "data": part.data}}
        case ImagePart():
            return {"fileData": {"mimeType": part.media_type, "fileUri": part.url}}
        case _:
            return None


def _add_signatures(parts: list[dict[str, object]], reasoning: ReasoningPart) -> None:
    """Add what the vendor wants back of the reasoning: each signature on a part like the one it came on.

    Thoughts without a signature mean nothing to it and are left out.
    """
    metadata = reasoning.metadata
    if signature := metadata.get(THOUGHT_SIGNATURE):
        parts.append({"text": reasoning.text, "thought": True, "thoughtSignature": signature})
    last = parts[-1] if parts else {}
    if (signature := metadata.get(IMAGE_SIGNATURE)) and "inlineData" in last:
        parts[-1] = {**last, "thoughtSignature": signature}
    if signature := metadata.get(TEXT_SIGNATURE):
        text, size = last.get("text"), metadata.get(SIGNED_CHARACTERS)
        signed = ""
        # A signed text must not be joined with the unsigned one before it.
        if isinstance(text, str) and isinstance(size, int) and 0 < size <= len(text) and "thought" not in last:
            rest, signed = text[:-size], text[-size:]
            parts[-1:] = [{"text": rest}] if rest else []
        parts.append({"text": signed, "thoughtSignature": signature})
