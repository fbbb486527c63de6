from __future__ import annotations

import re
import time

import pytest

from tui_chat.clients.guide import GuideClient, answer
from tui_chat.clients.guide_index import find, sections
from tui_chat.config.presets import presets
from tui_chat.domain.events import Finished, Started, TextDelta
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.requests import Action, ChatRequest

QUESTIONS = [
    ("how do i quit", "quit"),
    ("exit the app", "quit"),
    ("how can I close it", "quit"),
    ("what does ctrl+l do", "switch the model"),
    ("change model", "switch the model"),
    ("where is my data saved", "stored"),
    ("where are my conversations stored on disk?", "stored"),
    ("use claude", "Claude"),
    ("does it support anthropic", "Claude"),
    ("can i use ollama", "local model"),
    ("lm studio", "local model"),
    ("how to cancel a reply", "stop a reply"),
    ("abort the answer", "stop a reply"),
    ("dark mode", "theme"),
    ("light colors", "theme"),
    ("export chat to html", "export"),
    ("how do I save a session as markdown", "export"),
    ("delete conversation", "delete a session"),
    ("restore a deleted session from the trash", "delete a session"),
    ("delete one message", "single message"),
    ("how do i write multiple lines", "newline"),
    ("shift+enter", "newline"),
    ("how can i pipe a file into it", "script"),
    ("use it in a shell script", "script"),
    ("is my data private", "privacy"),
    ("do you send telemetry", "privacy"),
    ("retry after failure", "failed"),
    ("it failed, how to try again", "failed"),
    ("copy code", "copy"),
    ("copy to clipboard", "copy"),
    ("which keyboard shortcuts are there", "Which keys are there"),
    ("openai key", "OpenAI"),
    ("connect chatgpt", "OpenAI"),
    ("two windows at the same time same history", "two windows"),
    ("what happens after a crash", "lost"),
    ("rename a session", "rename"),
    ("give the chat another title", "rename"),
    ("pin a session", "pin"),
    ("system prompt", "system prompt"),
    ("proxy", "proxies"),
    ("where do keys come from", "API keys"),
    ("password manager for the key", "base URL"),
    ("exit codes", "exit codes"),
    ("temporary session", "without saving"),
    ("config file", "configure"),
    ("scroll up while typing", "scroll"),
    ("previous prompt", "earlier prompt"),
    ("new session", "new session"),
    ("open an old chat", "old session"),
    ("find text in this session", "find text"),
    ("regenerate", "regenerate"),
    ("continue an interrupted reply", "continue"),
    ("slash commands", "slash"),
    ("which provider answers and why", "Which provider answers"),
    ("what are you, guide", "guide"),
    ("marks in the sidebar", "marks"),
    ("browse keys", "browsing"),
    ("keys in the sidebar", "sidebar"),
    ("filter sessions", "filter"),
    ("check my connection", "check the connection"),
]


def user(text: str) -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.USER, parts=[TextPart(text=text)])


def test_the_right_section_comes_first() -> None:
    wrong = [
        (question, wanted, hits[0].section.heading if (hits := find(question)) else None)
        for question, wanted in QUESTIONS
        if not (hits := find(question)) or wanted.lower() not in hits[0].section.heading.lower()
    ]
    assert len(wrong) <= len(QUESTIONS) // 20, wrong


@pytest.mark.parametrize(
    "question", ["What is the weather in Paris?", "Write me a poem about cats", "2 + 2?", "Wie geht's?"]
)
def test_it_is_honest_about_what_it_cannot_know(question: str) -> None:
    text = answer([user(question)])
    assert "no language model" in text
    assert "OPENAI_API_KEY" in text


@pytest.mark.parametrize("question", ["hello", "Hi!", "who are you?", "are you an AI", "", "🙂", "???"])
def test_it_says_what_it_is(question: str) -> None:
    assert "no language model" in answer([user(question)])


def test_a_follow_up_is_understood_from_the_question_before() -> None:
    first = user("how do I delete a session")
    reply = ChatMessage(session_id="s", role=Role.ASSISTANT, parts=[TextPart(text="…")])
    assert "trash" in answer([first, reply, user("and undo?")])


@pytest.mark.parametrize("question", ["x" * 100_000, "word " * 50_000, "\x00\x1b[31m", "键盘快捷键", "(((((" * 999])
def test_odd_questions_are_answered_at_once(question: str) -> None:
    find("warm up")
    began = time.process_time()
    assert answer([user(question)])
    assert time.process_time() - began < 0.5


async def stream(request: ChatRequest) -> str:
    client = GuideClient(presets()["guide"], pace=0.0)
    async with client:
        events = [event async for event in client.stream(request)]
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_it_streams_what_it_has_to_say() -> None:
    question = user("how do I quit?")
    assert await stream(ChatRequest(model="guide", messages=[question])) == answer([question])


async def test_it_goes_on_where_it_was_cut_off() -> None:
    question = user("how do I quit?")
    whole = answer([question])
    part = ChatMessage(session_id="s", role=Role.ASSISTANT, parts=[TextPart(text=whole[:40])])
    rest = await stream(ChatRequest(model="guide", messages=[question, part], action=Action.CONTINUE))
    assert whole[:40] + rest == whole


async def test_a_variant_looks_elsewhere() -> None:
    question = user("how do I delete a session")
    assert await stream(ChatRequest(model="guide", messages=[question], action=Action.VARIANT)) != answer([question])


def test_the_manual_is_whole() -> None:
    headings = [section.heading for section in sections()]
    assert len(headings) == len(set(headings))
    assert all(section.text and len(section.text) < 1200 for section in sections())
    assert not any(re.search(r"TODO|TBD", section.text) for section in sections())
