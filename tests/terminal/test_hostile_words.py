"""Foreign text in every field there is; none of it reaches the terminal as anything but plain, visible text."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.terminal.conftest import Start
from tests.terminal.harness import Terminal
from tests.wire.openai_server import OpenAIServer, failure, says, whole
from tui_chat.app.commands import COMMANDS
from tui_chat.domain.messages import (
    ChatMessage,
    CitationPart,
    FilePart,
    ImagePart,
    MessageError,
    MessageStatus,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from tui_chat.domain.record import now
from tui_chat.domain.sessions import ChatSession
from tui_chat.storage.history import History

#: Sets the title, colours, clears, fills the clipboard, rings, turns the order around; and what markup and Rich know.
EVIL = (
    "evil\x1b]0;pwned\x07\x1b[666mred\x1b[2J\x1b]52;c;cHduZWQ=\x1b\\\x9b666m\x9d0;pwned\x9c\x1bPpwned\x1b\\"
    "\u202e\u2066\x08\x0e\x7f[/b][red]x[/red][@click=app.quit]y[/]$name:x:"
)

#: What of it would be a command to the terminal, or change the order of what stands there.
COMMANDS_TO_TERMINALS = re.compile(
    rb"\x1b\]0;pwned|\x1b\[666m|\xc2\x9b|\xc2\x9d|\x1bPpwned|\x1b\]52;c;cHduZWQ=|\x07|\x08|\x0e"
    rb"|\xe2\x80\xae|\xe2\x81\xa6"
)

#: What is not tried: it ends the app, gives the terminal away, or copies on purpose.
SKIPPED = {"quit", "editor", "copy", "save-code", "test-keys", "paste-image"}


def in_file_names(text: str) -> str:
    return text.replace("/", "|").replace("\0", "")


@pytest.fixture
def evil_home(home: Path, server: OpenAIServer, environment: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """A home in which every field of every file holds hostile text, and a working folder with such names."""
    home.mkdir(mode=0o700)
    config = {"label": EVIL, "base_url": server.base_url, "default_model": EVIL, "headers": {"X-Odd": "1"}}
    rows = "".join(f"{name} = {json.dumps(value)}\n" for name, value in config.items() if not isinstance(value, dict))
    (home / "config.toml").write_text(
        f'[notices]\nbell = false\nwhen = "always"\n[chat]\nprovider = "lab"\n[providers.lab]\n{rows}\n'
        f"retries = {{ attempts = 1 }}\n[providers.lab.models.{json.dumps(EVIL)}]\ncontext_window = 100000\n",
        encoding="utf-8",
    )
    history = History(home / "history.json")
    for number in range(3):
        session, messages = evil_session(number)
        history.save(session.to_document(), [one.to_document() for one in messages])
    history.close()
    line = json.dumps({"text": f"{EVIL}\n{EVIL}", "sent": now().isoformat()})
    (home / "prompts.jsonl").write_text(f"{line}\n")
    for folder, suffix, text in (
        ("prompts", ".md", f"---\ntitle: {json.dumps(EVIL)}\ndescription: {EVIL}\n---\n{EVIL} {{{{x}}}}"),
        ("personas", ".md", f"---\nmodel: {json.dumps(EVIL)}\n---\n{EVIL}"),
    ):
        (home / folder).mkdir()
        (home / folder / f"{in_file_names(EVIL)}{suffix}").write_text(text)
    work = tmp_path / "work"
    work.mkdir()
    (work / f"{in_file_names(EVIL)}.py").write_text(EVIL)
    said = [{"role": "user", "content": EVIL}, {"role": EVIL, "content": EVIL}]
    (work / "chats.jsonl").write_text(json.dumps({"title": EVIL, "model": EVIL, "messages": said}) + f"\n{EVIL}\n")
    environment |= {"VTE_VERSION": "7600", "PWD": str(work)}
    server.models_reply = whole({"object": "list", "data": [{"id": EVIL, "object": "model", "owned_by": EVIL}]})
    server.naming_reply = says(EVIL)
    yield work


def evil_session(number: int) -> tuple[ChatSession, list[ChatMessage]]:
    session = ChatSession(
        id=f"evil{number}",
        name=f"{number} {EVIL}",
        provider="lab",
        model=EVIL,
        persona=EVIL,
        system_prompt=EVIL,
        project=EVIL,
        tags=[EVIL, "b"],
        notification=EVIL,
        message_count=4,
        deleted_at=now() - timedelta(days=1) if number == 2 else None,
    )

    def message(role: Role, *parts: object, parent: ChatMessage | None = None, **more: object) -> ChatMessage:
        fields = {"session_id": session.id, "role": role, "parts": list(parts), "model": EVIL, "provider": "lab"}
        return ChatMessage.model_validate({**fields, "parent_id": parent and parent.id, **more})

    code = f"```{EVIL}\n{EVIL}\n```\n\n| {EVIL} | b |\n|---|---|\n| {EVIL} | c |\n\n[{EVIL}](https://x.invalid/{EVIL})"
    link = f"[a](<https://x.invalid/\x1b\\\x1b[666m>) ![{EVIL}](https://x.invalid/\x07.png) `{EVIL}` **{EVIL}**"
    prompt = message(
        Role.USER,
        TextPart(text=EVIL),
        FilePart(name=EVIL, text=EVIL, media_type=EVIL),
        ImagePart(media_type=EVIL, url=f"https://x.invalid/{EVIL}", name=EVIL),
    )
    reply = message(
        Role.ASSISTANT,
        ReasoningPart(text=EVIL),
        TextPart(text=f"# {EVIL}\n\n{code}\n\n{link}"),
        CitationPart(number=1, title=EVIL, url=f"https://x.invalid/{EVIL}", description=EVIL),
        ToolCallPart(call_id=EVIL, name=EVIL, arguments=EVIL),
        ToolResultPart(call_id=EVIL, text=EVIL),
        parent=prompt,
        finish_words=EVIL,
        feedback=EVIL,
    )
    another = reply.model_copy(update={"id": f"other{number}", "parts": [TextPart(text=f"other {EVIL}")]})
    error = MessageError(kind=EVIL, text=EVIL, advice=EVIL, server_words=EVIL, status=500, request_id=EVIL)
    failed = message(Role.ASSISTANT, TextPart(text="half"), status=MessageStatus.ERROR, error=error)
    more = message(Role.USER, TextPart(text=f"more {EVIL}"), parent=reply)
    failed = failed.model_copy(update={"parent_id": more.id})
    session.current_node = failed.id
    return session, [prompt, reply, another, more, failed]


def test_no_field_commands_the_terminal(start: Start, server: OpenAIServer, evil_home: Path) -> None:
    server.script(says(EVIL, f"\n\n{EVIL}"), failure(400, EVIL, code=EVIL, param=EVIL))
    terminal = start("--session", "evil0")
    terminal.wait_for("evil")
    look(terminal, "start")
    terminal.keys("hello", "<enter>")
    terminal.wait_until(lambda _: len(server.chats) == 1, "the request")
    terminal.wait_for("ready")
    look(terminal, "a reply")
    terminal.keys("again", "<enter>")
    terminal.wait_until(lambda _: len(server.chats) == 2, "the request")
    terminal.wait_for("failed")
    look(terminal, "a failure")
    for command in COMMANDS:
        if command.slash and command.slash not in SKIPPED:
            terminal.keys(f"/{command.slash}", "<enter>")
            look(terminal, f"/{command.slash}")
            back_to_input(terminal)
    for name, keys in KEYS.items():
        for key in keys:
            terminal.keys(key)
            look(terminal, f"{name}: {key}")
        back_to_input(terminal)
        terminal.keys("<ctrl+c>")
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    look(terminal, "the end")


#: Ways to places that no command leads to.
KEYS = {
    "search": ("<ctrl+f>", "evil", "<down>", "<tab>"),
    "history": ("<ctrl+r>", "evil"),
    "sidebar": ("<ctrl+s>", "j", "<tab>", "t"),
    "files": ("@", "evil", "<tab>"),
    "saved prompts": ("#", "evil", "<tab>"),
    "model": ("<ctrl+l>", "evil"),
    "palette": ("<ctrl+p>", "evil"),
    "message": ("<esc>", "k", "i"),
    "siblings": ("<esc>", "k", "k", "<", "="),
    "rename": ("/rename ", EVIL.replace("\x1b", "").replace("\x08", "").replace("\x7f", ""), "<enter>"),
}


def look(terminal: Terminal, where: str) -> None:
    """Fail if anything hostile has been written."""
    # The shape of the mouse pointer, and what was copied, are ended by a bell, which then does not ring.
    raw = re.sub(rb"\x1b\](22;[a-z-]+|52;c;[A-Za-z0-9+/=]*)\x07", b"", bytes(terminal.raw))
    found = COMMANDS_TO_TERMINALS.search(raw)
    assert found is None, (where, raw[max(0, found.start() - 60) : found.end() + 20])
    assert b"Traceback" not in terminal.raw, where


def back_to_input(terminal: Terminal) -> None:
    for _ in range(5):
        if re.search("▎ Type a message", terminal.text()) and "Enter send" in terminal.text():
            return
        terminal.keys("<esc>")
        if "browse" in terminal.text():
            terminal.keys("i")


@pytest.mark.parametrize(
    "arguments",
    [
        ("sessions", "list"),
        ("sessions", "show", "evil0"),
        ("sessions", "search", "evil"),
        ("sessions", "list", "--json"),
        ("models",),
        ("providers",),
        ("usage",),
        ("doctor",),
        ("config", "check"),
        ("ask", "hello"),
        ("ask", "--session", EVIL.replace("\0", ""), "hello"),
        ("export", "evil0", "--format", "markdown", "-o", "-"),
        ("ask", "--json", "hello"),
        ("sessions", "delete", "evil1"),
        ("sessions", "rename", "evil1", EVIL.replace("\0", "")),
        ("usage", "--by", "session"),
        ("export", "evil0", "--format", "html"),
        ("import", "WORK/chats.jsonl"),
        ("backup",),
    ],
    ids=lambda arguments: " ".join(arguments)[:20],
)
def test_no_command_prints_it(
    environment: dict[str, str], server: OpenAIServer, evil_home: Path, arguments: tuple[str, ...]
) -> None:
    server.reply = says(EVIL)
    words = [one.replace("WORK", str(evil_home)) for one in arguments]
    with Terminal([sys.executable, "-m", "tui_chat", *words], environment=environment) as terminal:
        terminal.wait_exit()
        look(terminal, " ".join(arguments))
        assert terminal.raw


def test_no_line_of_the_linear_mode_holds_it(start: Start, server: OpenAIServer, evil_home: Path) -> None:
    server.script(says(EVIL), failure(400, EVIL, code=EVIL))
    terminal = start("--plain", "--session", "evil0", ready="reads them")
    commands = (
        "/sessions",
        "/show",
        "/find evil",
        "/trash",
        "/outline",
        "/model evil",
        "/tags evil",
        "/delete",
        "/quit",
    )
    for line in ("hello", "once more", *commands):
        terminal.keys(line, "<enter>")
    assert terminal.wait_exit() == 0
    assert len(server.chats) == 2
    assert b"Deleted" in terminal.raw
    look(terminal, "all of it")
