from __future__ import annotations

import re
import time

import pytest

from tui_chat.clients.guide import PACE, PACE_VARIABLE, GuideClient, answer
from tui_chat.clients.guide_index import find
from tui_chat.clients.guide_keys import key_rows, keys_in, rows_for
from tui_chat.config.presets import presets
from tui_chat.domain.events import Finished, Started, TextDelta
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.requests import Action, ChatRequest


def user(text: str) -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.USER, parts=[TextPart(text=text)])


def reply(text: str = "…", model: str = "guide") -> ChatMessage:
    return ChatMessage(session_id="s", role=Role.ASSISTANT, model=model, parts=[TextPart(text=text)])


def talk(*prompts: str) -> list[ChatMessage]:
    """Return a session of these prompts, the last one unanswered."""
    return [message for prompt in prompts for message in (user(prompt), reply())][:-1]


def heading(text: str) -> str:
    """Return the heading of the section that an answer gives."""
    return found[1] if (found := re.search(r"^\*\*(.+)\*\*$", text, re.MULTILINE)) else ""


def test_an_answer_has_the_section_and_names_related_questions() -> None:
    text = answer(talk("hello", "how do I quit?"))
    assert text.startswith("**How do I quit?**\n\nPress `Ctrl+Q`")
    assert 2 <= len(re.findall(r"^- .+\?$", text.partition("See also:")[2], re.MULTILINE)) <= 3


def test_the_first_answer_says_that_it_is_no_model_and_how_to_connect_one() -> None:
    first, second = answer([user("how do I quit?")]), answer(talk("how do I pin a session?", "how do I quit?"))
    assert "no language model" in first and "OPENAI_API_KEY" in first
    assert "no language model" not in second
    assert "no language model" in answer([user("2 + 2?"), reply("4", model="gpt-5"), user("how do I quit?")])


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather in Paris?",
        "Write me a poem about cats",
        "2 + 2?",
        "Wie geht's?",
        "fix this code for me",
        "how do I cook pasta",
        "what time is it",
        "translate this to French",
        "Explain quantum entanglement",
        "键盘快捷键",
    ],
)
@pytest.mark.parametrize("before", [(), ("how do I quit?",)])
def test_it_is_honest_about_what_it_cannot_know(question: str, before: tuple[str, ...]) -> None:
    text = answer(talk(*before, question))
    assert text.startswith("I find nothing about that")
    assert "no language model" in text and "OPENAI_API_KEY" in text


@pytest.mark.parametrize(
    "question",
    [
        *("hello", "Hi!", "hey there", "help", "test", "testing", "test 123", "anybody there?", "", "🙂", "???"),
        *("who are you?", "who is this?", "are you an AI", "what can you do?", "tell me about yourself"),
    ],
)
def test_it_greets_and_says_what_it_is(question: str) -> None:
    text = answer(talk("how do I quit?", question))
    assert text.startswith("Hello.")
    assert "no language model" in text and "OPENAI_API_KEY" in text


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What is this?", "What is tui-chat?"),
        ("what’s this", "What is tui-chat?"),
        ("who made this?", "What is tui-chat?"),
        ("features", "What can tui-chat do?"),
        ("what can this do?", "What can tui-chat do?"),
        ("why should I use this?", "What can tui-chat do?"),
        ("How do I start?", "How do I get started"),
        ("how does this work?", "How do I get started"),
        ("how do I use it", "How do I get started"),
        ("what now?", "How do I get started"),
        ("where am I", "What is on the screen?"),
        ("commands", "How do I use commands with a slash?"),
        ("menu", "How do I use commands with a slash?"),
        ("keys", "Which keys are there?"),
        ("setup", "How do I connect a language model?"),
        ("do I need a key?", "How do I connect a language model?"),
        ("do I need an account?", "How do I connect a language model?"),
        ("is this ChatGPT?", "What is the guide?"),
        ("which model is this", "What is the guide?"),
        ("docs", "What is the guide?"),
        ("is it free?", "What does it cost?"),
        ("is my data private?", "What about privacy"),
        (":q", "How do I quit?"),
    ],
)
@pytest.mark.parametrize("before", [(), ("hello",)])
def test_the_first_questions_of_a_newcomer_are_answered(question: str, wanted: str, before: tuple[str, ...]) -> None:
    assert heading(answer(talk(*before, question))).startswith(wanted)


def test_a_first_word_that_says_nothing_is_taken_as_a_greeting() -> None:
    assert all(answer([user(word)]).startswith("Hello.") for word in ("yes", "lol", "huh?"))


def test_a_question_of_little_words_is_understood_from_the_one_before() -> None:
    assert "compact" in heading(answer(talk("what is /compact?", "how does it work?")))


@pytest.mark.parametrize("question", ["thanks, how do I quit?", "ok how do I quit", "hello how do I quit"])
def test_a_question_behind_a_greeting_is_answered(question: str) -> None:
    assert heading(answer([user(question)])) == "How do I quit?"
    assert answer([user("Thank you so much!")]).startswith("You are welcome")


@pytest.mark.parametrize(
    ("prompts", "wanted"),
    [
        (("how do I delete a session", "and how do I undo that?"), "undo"),
        (("how do I export a session?", "what about html?"), "export formats"),
        (("how do I export a session?", "where does it go?"), "exported files"),
        (("change the theme", "is it remembered?"), "theme"),
        (("can I use ollama?", "and claude?"), "Claude"),
        (("how do I export a session?", "and?", "how do I quit it?"), "quit"),
    ],
)
def test_a_follow_up_is_understood_from_the_prompts_before(prompts: tuple[str, ...], wanted: str) -> None:
    assert wanted in heading(answer(talk(*prompts)))


@pytest.mark.parametrize("more", ["what else?", "more", "that didn't help", "I don't understand"])
def test_asked_for_more_it_gives_the_next_best_section(more: str) -> None:
    first = heading(answer(talk("how do I delete a session")))
    second = heading(answer(talk("how do I delete a session", more)))
    assert first and second and first != second


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("what does ctrl+l do", ["Ctrl+L"]),
        ("ctrl-g", ["Ctrl+G"]),
        ("^G", ["Ctrl+G"]),
        ("Control Q?", ["Ctrl+Q"]),
        ("F1", ["F1"]),
        ("what are F3 and f4 for", ["F3", "F4"]),
        ("shift-enter", ["Shift+Enter"]),
        ("what does ctrl+home do", ["Ctrl+Home"]),
        ("what does D do", ["D"]),
        ("what does `d` do?", ["d"]),
        ("y", ["y"]),
        ("press x in the sidebar", ["x"]),
        ("what is [", ["["]),
        ("what happens if I press escape?", ["Esc"]),
        ("I pressed page up but nothing happened", ["PageUp"]),
        ("what does the space bar do", []),
        ("press any key", []),
        ("how do I enter a newline", []),
        ("what is a session", []),
        ("can I start a session", []),
    ],
)
def test_keys_are_known_by_their_names(question: str, keys: list[str]) -> None:
    assert keys_in(question) == keys


def test_every_key_of_the_manual_is_explained_where_it_works() -> None:
    assert len(key_rows()) > 40
    for row in key_rows():
        for key in row.keys:
            assert f"{row.place}: {row.words}" in answer([user(f"what does {key} do")]), key


def test_a_key_that_means_nothing_is_told() -> None:
    assert answer([user("what does F7 do?")]).startswith("`F7` has no meaning of its own here.")


@pytest.mark.parametrize(
    ("question", "key"),
    [("which key copies a code block", "c"), ("shortcut for a new chat", "Ctrl+N"), ("key to pin the session", "p")],
)
def test_the_key_for_a_deed_is_found(question: str, key: str) -> None:
    assert any(key in row.keys for row in rows_for(question))
    assert f"`{key}`" in answer([user(question)]).split("\n\n")[0]


@pytest.mark.parametrize(
    "question",
    [
        "x" * 100_000,
        "word " * 20_000,
        "sesion exprot themme " * 5_000,
        " ".join(f"unknown{number:x}word" for number in range(8_000)),
        "\x00\x1b[31m",
        "\ud800",
        "((((" * 25_000,
        "^" * 100_000,
        "`" * 100_000,
        "ctrl " * 20_000,
        "what what's the " * 6_000,
        "do you " * 15_000,
        "| `a` | b |\n" * 8_000,
        "🙂" * 50_000,
        "مرحبا كيف أحذف الجلسة",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_odd_questions_are_answered_at_once(question: str) -> None:
    find("warm up")
    took = []
    for _ in range(3):
        began = time.process_time()
        assert answer([user(question), reply(), user(question)])
        took.append(time.process_time() - began)
    assert min(took) < 0.05


def test_a_long_paste_is_understood_by_the_question_behind_it() -> None:
    paste = "lorem ipsum dolor " * 5_000
    assert heading(answer([user(f"{paste}\n\nhow do I quit?")])) == "How do I quit?"
    assert heading(answer([user(f"How do I quit?\n\n{paste}")])) == "How do I quit?"


async def stream(request: ChatRequest, pace: float = 0.0) -> str:
    async with GuideClient(presets()["guide"], pace=pace) as client:
        events = [event async for event in client.stream(request)]
    assert events[0] == Started(model="guide")
    assert events[-1] == Finished()
    pieces = [event.text for event in events if isinstance(event, TextDelta)]
    assert len(pieces) == len(events) - 2
    assert all(len(piece.split()) == 1 for piece in pieces)
    return "".join(pieces)


async def test_it_streams_what_it_has_to_say() -> None:
    question = user("how do I quit?")
    assert await stream(ChatRequest(model="guide", messages=[question])) == answer([question])
    assert 60 <= 1 / PACE <= 90


async def test_it_streams_at_its_pace() -> None:
    question = user("thanks")
    began = time.monotonic()
    text = await stream(ChatRequest(model="guide", messages=[question]), pace=0.01)
    assert time.monotonic() - began >= 0.01 * len(text.split())


@pytest.mark.parametrize(
    ("value", "pace"), [("0", 0.0), ("0.5", 0.5), ("", PACE), ("fast", PACE), ("-1", PACE), ("nan", PACE)]
)
def test_the_pace_is_set_by_the_environment(value: str, pace: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PACE_VARIABLE, value)
    assert GuideClient(presets()["guide"])._pace == pace


@pytest.mark.parametrize("length", [0, 40, 100_000])
async def test_it_goes_on_where_it_was_cut_off(length: int) -> None:
    question = user("how do I delete a session?")
    for whole in (answer([question]), answer([question], is_variant=True)):
        messages = [question, reply(whole[:length])]
        rest = await stream(ChatRequest(model="guide", messages=messages, action=Action.CONTINUE))
        if length:
            assert whole[:length] + rest == whole


async def test_what_somebody_else_began_is_answered_below() -> None:
    question = user("how do I quit?")
    messages = [question, reply("Well, I think", model="gpt-5")]
    rest = await stream(ChatRequest(model="guide", messages=messages, action=Action.CONTINUE))
    assert rest == f"\n\n{answer([question])}"


async def test_a_variant_looks_elsewhere_and_names_the_first_section() -> None:
    question = user("how do I delete a session")
    text = await stream(ChatRequest(model="guide", messages=[question], action=Action.VARIANT))
    assert heading(text) != "How do I delete a session?"
    assert "- How do I delete a session?" in text


async def test_it_needs_no_key_and_has_one_model() -> None:
    async with GuideClient(presets()["guide"]) as client:
        assert await client.is_authenticated()
        assert (await client.refresh()).is_valid
        assert [model.name for model in await client.models()] == ["guide"]
