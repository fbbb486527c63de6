"""A loopback server that speaks Ollama's API, well or badly, as a script tells it; see `openai_server` for how.

Unknown models and requests that a model cannot take are refused in Ollama's words without a script. By hand:
``python -m tests.wire.ollama_server --port 11434``.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import threading
from collections.abc import Mapping
from typing import Any

from tests.wire.openai_server import MODEL, STORY, Exchange, OpenAIServer, Piece, Reply, Request, whole

#: What the last line of a reply counts, besides nanoseconds.
COUNTS = {
    "total_duration": 3_500_000_000,
    "load_duration": 1_000_000_000,
    "prompt_eval_count": 12,
    "prompt_eval_duration": 500_000_000,
    "eval_count": 5,
    "eval_duration": 2_000_000_000,
}

NDJSON = "application/x-ndjson"

_DATE = "2026-01-02T03:04:05.678901234Z"


def line(value: Any) -> bytes:
    """Return a value as a line, written as the server writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return f"{text}\n".encode()


def chunk(content: str = "", *, thinking: str = "", **more: Any) -> dict[str, Any]:
    """Return a chunk of a reply; what else there is in the message comes in ``more``."""
    message: dict[str, Any] = {"role": "assistant", "content": content, **more}
    if thinking:
        message["thinking"] = thinking
    return {"model": MODEL, "created_at": _DATE, "message": message, "done": False}


def last(reason: str = "stop", content: str = "", **more: Any) -> dict[str, Any]:
    """Return the chunk that ends a reply; what else it tells comes in ``more``."""
    return {**chunk(content), "done": True, "done_reason": reason, **COUNTS, **more}


def beginning(*texts: str) -> list[bytes]:
    """Return the lines of a reply that has not ended yet."""
    return [line(chunk(text)) for text in texts]


def streams(*values: Mapping[str, Any] | threading.Event, rate: float = 0) -> Reply:
    """Reply with these lines; an event among them is waited for.

    Args:
        values: The lines.
        rate: Lines a second; 0 for as fast as can be.
    """

    def reply(exchange: Exchange) -> None:
        exchange.begin(NDJSON)
        for value in values:
            if isinstance(value, threading.Event):
                exchange.wait(value)
            else:
                exchange.send_piece(line(value))
                if rate:
                    exchange.owner.stopping.wait(1 / rate)
        exchange.end()

    return reply


def says(*pieces: Piece, thinking: str = "", reason: str = "stop", rate: float = 0) -> Reply:
    """Reply with a text, a chunk for each piece, or in one piece if no stream is asked for.

    Args:
        pieces: The text, and events to wait for.
        thinking: What the model thinks before, if the request does not forbid it.
        reason: Why the model stopped.
        rate: Pieces a second; 0 for as fast as can be.
    """

    def reply(exchange: Exchange) -> None:
        thoughts = thinking if exchange.request_body.get("think") is not False else ""
        if exchange.request_body.get("stream") is False:
            said = chunk("".join(piece for piece in pieces if isinstance(piece, str)), thinking=thoughts)
            whole({**last(reason), "message": said["message"]})(exchange)
            return
        thought = [chunk(thinking=thoughts)] if thoughts else []
        spoken = [chunk(piece) if isinstance(piece, str) else piece for piece in pieces]
        streams(*thought, *spoken, last(reason), rate=rate)(exchange)

    return reply


def failure(status: int, message: str, **more: Any) -> Reply:
    """Refuse as Ollama does."""
    return whole({"error": message, **more}, status)


def unknown_model(name: str) -> Reply:
    """Refuse a model that has not been pulled."""
    return failure(404, f"model '{name}' not found")


def pulls(*sizes: int, until: threading.Event | None = None) -> Reply:
    """Reply as to a download that works, of files of these sizes.

    Args:
        sizes: Bytes of each file; it comes in two halves.
        until: Waited for before the second half of the first file.
    """
    values: list[Mapping[str, Any] | threading.Event] = [{"status": "pulling manifest"}]
    for number, size in enumerate(sizes):
        about = {"status": f"pulling {number:012x}", "digest": f"sha256:{number:064x}", "total": size}
        values += [about, {**about, "completed": size // 2}]
        if until is not None and number == 0:
            values.append(until)
        values.append({**about, "completed": size})
    values += [{"status": status} for status in ("verifying sha256 digest", "writing manifest", "success")]
    return streams(*values)


class Pulled:
    """A model that has been pulled.

    Attributes:
        capabilities: In Ollama's words.
        family: Its family.
        context_length: Tokens it can read.
        size: Bytes on disk.
    """

    def __init__(
        self,
        *capabilities: str,
        family: str = "llama",
        context_length: int = 131072,
        size: int = 2019393189,
    ) -> None:
        self.capabilities = capabilities or ("completion",)
        self.family = family
        self.context_length = context_length
        self.size = size

    @property
    def details(self) -> dict[str, Any]:
        """Its make, as all servers list it."""
        about = {"parent_model": "", "format": "gguf", "family": self.family, "families": [self.family]}
        return {**about, "parameter_size": "3.2B", "quantization_level": "Q4_K_M"}

    def listed(self, name: str, *, is_new: bool) -> dict[str, Any]:
        """Return it as it is listed, by a new server or an older one."""
        digest = f"{sum(name.encode()):064x}"
        about = {"name": name, "model": name, "modified_at": _DATE, "size": self.size, "digest": digest}
        if not is_new:
            return {**about, "details": self.details}
        details = {**self.details, "context_length": self.context_length}
        return {**about, "details": details, "capabilities": self.capabilities}

    def shown(self) -> dict[str, Any]:
        """Return it as it is shown by itself."""
        info = {
            "general.architecture": self.family,
            "general.parameter_count": 3212749888,
            f"{self.family}.context_length": self.context_length,
        }
        return {
            "license": "…",
            "modelfile": "FROM …",
            "parameters": 'stop  "<|eot_id|>"',
            "template": "{{ .Prompt }}",
            "details": self.details,
            "model_info": info,
            "capabilities": self.capabilities,
            "modified_at": _DATE,
        }


class _Exchange(Exchange):
    """Answers at the paths of Ollama's API."""

    @property
    def owner(self) -> OllamaServer:
        owner = super().owner
        assert isinstance(owner, OllamaServer)
        return owner

    def route(self, headers: Mapping[str, str]) -> Reply:
        owner = self.owner
        if owner.key and headers.get("authorization") != f"Bearer {owner.key}":
            return failure(401, "unauthorized")
        match f"{self.command} {self.path}":
            case "GET /api/version":
                return whole({"version": "0.30.0"})
            case "GET /api/tags":
                return owner.models_reply
            case "POST /api/show":
                found = owner.find(self.request_body)
                return owner.show_reply or (unknown_model(self._name) if found is None else whole(found.shown()))
            case "POST /api/pull":
                return owner.pull_reply
            case "POST /api/chat":
                return self._chat()
            case _:
                return lambda exchange: exchange.send_whole(404, b"404 page not found", "text/plain")

    @property
    def _name(self) -> str:
        return str(self.request_body.get("model", ""))

    def _chat(self) -> Reply:
        model = self.owner.find(self.request_body)
        if model is None:
            return unknown_model(self._name)
        if fault := _fault(self._name, model, self.request_body):
            return failure(400, fault)
        if not self.request_body.get("messages"):
            return whole({**chunk(), "done": True, "done_reason": "load"})
        return self.owner.next_reply()


def _fault(name: str, model: Pulled, body: Mapping[str, Any]) -> str:
    """Return what Ollama would not accept of a request."""
    think = body.get("think")
    if isinstance(think, str) and think not in ("high", "medium", "low", "max"):
        return f'invalid think value: "{think}" (must be "high", "medium", "low", "max", true, or false)'
    if think and "thinking" not in model.capabilities:
        return f'"{name}" does not support thinking'
    if "completion" not in model.capabilities:
        return f'"{name}" does not support chat'
    for message in body.get("messages") or []:
        if not isinstance(message.get("content"), str):
            return "json: cannot unmarshal object into Go struct field ChatRequest.messages of type string"
        for image in message.get("images") or []:
            try:
                base64.b64decode(image, validate=True)
            except (binascii.Error, TypeError):
                return "illegal base64 data at input byte 0"
    return ""


class OllamaServer(OpenAIServer):
    """The server; it runs inside a ``with`` block. Its ``base_url`` has no path.

    Attributes:
        models: The models that it has, by name.
        is_new: Whether its list tells what each model can do.
        show_reply: Answers what is asked of one model, instead of what is known of it.
        pull_reply: Answers the wish for a download.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.models = {MODEL: Pulled("completion", "thinking")}
        self.is_new = True
        self._listener.RequestHandlerClass = _Exchange
        self.base_url = self.base_url.removesuffix("/v1")
        self.reply = says("Hello", " from", " the", " test", " server.")
        self.models_reply = lambda exchange: self._list(exchange)
        self.show_reply: Reply | None = None
        self.pull_reply = pulls(1000, 10)

    @property
    def chats(self) -> list[Request]:
        """The requests for a reply."""
        return self.asked("/api/chat")

    def asked(self, path: str) -> list[Request]:
        """Return the requests at a path."""
        return [request for request in self.requests if request.path == path]

    def find(self, body: Mapping[str, Any]) -> Pulled | None:
        """Return the model that a request names, with or without its tag."""
        name = str(body.get("model", ""))
        return self.models.get(name) or self.models.get(name.removesuffix(":latest"))

    def _list(self, exchange: Exchange) -> None:
        listed = [model.listed(name, is_new=self.is_new) for name, model in self.models.items()]
        whole({"models": listed})(exchange)


def main() -> None:
    """Run the server until Ctrl+C."""
    parser = argparse.ArgumentParser(description="A server that speaks Ollama's API, for trying by hand.")
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument("--rate", type=float, default=40, help="tokens a second")
    options = parser.parse_args()
    with OllamaServer(options.port) as server:
        words = [f"{word} " for word in STORY.split(" ")]
        server.reply = says(*words, thinking="Let me see what there is to say.", rate=options.rate)
        server.models["llava"] = Pulled("completion", "vision")
        print(f"Listening at {server.base_url}, models {', '.join(server.models)}; Ctrl+C ends.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
