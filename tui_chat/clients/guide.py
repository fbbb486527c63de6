"""The guide: it answers questions about tui-chat from its manual, without a network and without a model."""

from __future__ import annotations

import asyncio
import math
import os
import re
from collections.abc import AsyncIterator, Sequence

from tui_chat.clients.base import ChatClient, KeySource, no_key
from tui_chat.clients.guide_index import Section, find, sections, shortened, words_of
from tui_chat.clients.guide_keys import KeyRow, keys_in, rows_for, rows_of
from tui_chat.domain.events import Finished, Started, StreamEvent, TextDelta
from tui_chat.domain.messages import ChatMessage, Role
from tui_chat.domain.providers import Credentials, ModelInfo, Provider
from tui_chat.domain.requests import Action, ChatRequest

#: Seconds between two words: some 80 words a second, so that the answer can be read as it comes.
PACE = 0.012

#: Environment variable that sets another pace; 0 does without pauses.
PACE_VARIABLE = "TUI_CHAT_GUIDE_PACE"

#: The name it goes by, as a model.
NAME = "guide"

#: Words around the name of a key that tell nothing more.
_PRESSING = "press pressing hit hitting key letter good"

#: How many related questions are named below an answer.
_RELATED = 3

#: How many earlier prompts a follow-up may refer to.
_REMEMBERED = 3

_HONEST = "I am the built-in guide: I look things up in the manual of tui-chat, and I am **no language model**."
_CONNECT = (
    "To chat with a language model, set a key such as `OPENAI_API_KEY` and start again, start a local server such as"
    " Ollama, or point to any OpenAI-compatible API with `--base-url`. `Ctrl+L` shows who can answer."
)
_STEPS = "`F1` shows the keys for where you are, `Ctrl+P` every command; `Ctrl+Q` quits."
_SIGNATURE = (
    "*I am the built-in guide and no language model; to chat with one, set a key such as `OPENAI_API_KEY`, or start a"
    " local server such as Ollama.*"
)

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hallo|hola|bonjour|moin|servus|good (?:morning|evening|day|afternoon)|yo|sup|ping|help"
    r"|test(?:ing)?|(?:is )?any(?:body|one))(?: there| here| guide| again| all| everyone| world| me| you)?[\W\d]*$",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(?:(?:who|what) (?:are|r) (?:you|u)|who is (?:this|that|there)|who am i (?:talking|speaking) (?:to|with)"
    r"|your name|about yourself|what can (?:you|i ask)|what do you know|can you help)\b"
    r"|\bare you (?:an? )?(?:real|human|ai|bot|robot|person|model|llm|\w*gpt\w*|claude)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*(?:(?:thanks?|thank you|thx|danke|merci)(?: you| so much| a lot| very much| again| for \w+(?: \w+)?)?"
    r"|great|perfect|cool|nice|ok(?:ay)?)\W*$",
    re.IGNORECASE,
)
#: Work for a model: the manual has to have nearly every word before it is looked at.
_TASK = re.compile(
    r"^\W*(?:please |can you |could you |would you )*(?:write|compose|draft|translate|summari[sz]e|paraphrase|calculate"
    r"|solve|fix|debug|refactor|implement|draw|paint|sing|imagine|generate|tell me (?:a|about))\b",
    re.IGNORECASE,
)
#: What the manual of a program cannot know, though it may have some of the words.
_WORLD = re.compile(
    r"\bwhat(?:'s| is)? (?:the |a )?(?:weather|news|time|date|day|capital|meaning of life)\b"
    r"|\bhow (?:do|can) i (?:cook|bake|learn)\b",
    re.IGNORECASE,
)
#: A prompt that refers to the one before.
_FOLLOW_UP = re.compile(
    r"^\W*(?:and|but|then|so|or|also|what about|how about|what if)\b"
    r"|\b(?:that|it|this|them|those|these|there|instead)\b",
    re.IGNORECASE,
)
#: A prompt that asks for more of the same, or says that the answer was not the right one.
_MORE = re.compile(
    r"^\W*(?:more|and|else|what else|anything else|tell me more|go on|again|huh|no|nope|wrong"
    r"|.*\b(?:do(?:es)? ?n[o']t help|did ?n[o']t help|not what i (?:mean|meant|asked)|(?:don'?t|do not) understand))"
    r"\W*$",
    re.IGNORECASE,
)


class GuideClient(ChatClient):
    """Answers from the manual, streamed like any other reply."""

    def __init__(self, provider: Provider, key_source: KeySource = no_key, pace: float | None = None) -> None:
        super().__init__(provider, key_source)
        self._pace = _pace() if pace is None else pace

    async def open(self) -> None:
        """Do nothing: the manual is read with the first question."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to let go of."""

    async def is_authenticated(self) -> bool:
        """Return that no key is needed."""
        return True

    async def refresh(self) -> Credentials:
        """Return that no key is needed."""
        return Credentials(is_valid=True)

    async def models(self) -> list[ModelInfo]:
        """Return the one name it goes by."""
        return [ModelInfo(name=NAME, provider=self.provider.name)]

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamEvent]:
        """Yield the answer word by word."""
        yield Started(model=NAME)
        # In a thread, since the first question has the manual read.
        text = await asyncio.to_thread(_text_for, request)
        for piece in re.findall(r"\s*\S+\s*", text):
            yield TextDelta(text=piece)
            await asyncio.sleep(self._pace)
        yield Finished()


def _pace() -> float:
    try:
        pace = float(os.environ.get(PACE_VARIABLE) or PACE)
    except ValueError:
        return PACE
    return pace if 0 <= pace < math.inf else PACE


def _text_for(request: ChatRequest) -> str:
    """Return what is to be said: a whole answer, or the rest of one that was cut off."""
    messages = list(request.messages)
    if request.action is not Action.CONTINUE or not messages or messages[-1].role is not Role.ASSISTANT:
        return answer(messages, is_variant=request.action is Action.VARIANT)
    there = messages.pop().text
    texts = [answer(messages, is_variant=is_variant) for is_variant in (False, True)]
    # Words of somebody else cannot be continued: the answer then stands below them.
    return next((text.removeprefix(there) for text in texts if text.startswith(there)), f"\n\n{texts[0]}")


def answer(messages: Sequence[ChatMessage], *, is_variant: bool = False) -> str:
    """Return the answer to the last prompt, as Markdown.

    Args:
        messages: The session so far; a follow-up is understood from the prompts before.
        is_variant: Whether the first answer did not help, so that the next best section is worth a look.
    """
    prompts = [shortened(message.text) for message in messages if message.role is Role.USER][-1 - _REMEMBERED :]
    question = prompts.pop() if prompts else ""
    if _THANKS.match(question):
        return "You are welcome. Ask on whenever you like."
    if _MORE.match(question) and prompts:
        question, is_variant = prompts.pop(), not is_variant
    context = _context(question, prompts)
    keys, rows = keys_in(question), []
    if not keys:
        if _WHO.search(question) or _GREETING.match(question):
            return _introduction()
        rows = rows_for(f"{question} {context}")
    lines = _about_keys(keys, rows)
    found = _sections_for(_subject(question, keys), context, is_variant=is_variant)
    if not found and not lines:
        return _nothing_fits() if words_of(question) or re.search(r"\d", question) else _introduction()
    is_first = not any(message.role is Role.ASSISTANT and message.model in ("", NAME) for message in messages)
    return _put_together(lines, found, is_first=is_first)


def _subject(question: str, keys: Sequence[str]) -> str:
    """Return what to look for: of a question that only names a key, what that key does."""
    rows = rows_of(keys[0]) if keys else []
    has_more = set(words_of(question)) - set(words_of(f"{_PRESSING} {' '.join(keys)}"))
    return rows[0].words if rows and not has_more else question


def _sections_for(question: str, context: str, *, is_variant: bool) -> list[Section]:
    """Return the section that fits best, and then those that are related to it."""
    if _WORLD.search(question):
        return []
    hits = find(question, context, least=0.9) if _TASK.match(question) else find(question, context)
    if is_variant and len(hits) > 1:
        hits = [*hits[1:], hits[0]]
    if not hits:
        return []
    best = hits[0].section
    near = [hit.section for hit in hits[1:] if is_variant or hit.score > hits[0].score / 3]
    place = sections().index(best)
    neighbours = [one for one in sections()[place + 1 : place + 3] if one.page == best.page]
    return list(dict.fromkeys([best, *near, *neighbours]))[: 1 + _RELATED]


def _context(question: str, earlier: Sequence[str]) -> str:
    """Return the earlier prompts that a question refers to; empty if it stands by itself."""
    referred: list[str] = []
    if not any(character.isalpha() for character in question):
        return ""
    for prompt in reversed(earlier):
        if words_of(question) and not _FOLLOW_UP.search(question):
            break
        referred.append(prompt)
        question = prompt
    return " ".join(referred)


def _about_keys(keys: Sequence[str], rows: Sequence[KeyRow]) -> str:
    """Return what named keys do, and what other keys are for; empty if there are none."""
    rows = [*rows, *(row for key in keys for row in rows_of(key))]
    lines = [f"{' '.join(f'`{key}`' for key in row.keys)} {row.place}: {row.words}" for row in dict.fromkeys(rows)]
    lines += [f"`{key}` has no meaning of its own here" for key in keys if len(key) > 1 and not rows_of(key)]
    return f"{lines[0]}." if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)


def _introduction() -> str:
    return f"Hello. {_HONEST}\n\n{_CONNECT}\n\n{_STEPS}\n\n{_examples()}"


def _nothing_fits() -> str:
    return (
        f"I find nothing about that in the manual of tui-chat. {_HONEST} So I cannot answer questions about the world,"
        f" nor write or translate for you.\n\n{_CONNECT}\n\nIf it was about tui-chat, ask again in other words, in"
        f" English. {_STEPS}\n\n{_examples()}"
    )


def _examples() -> str:
    """Return the first question of each page of the manual."""
    pages = {section.page: section.heading for section in reversed(sections())}
    some = "\n".join(f"- {heading}" for _, heading in sorted(pages.items()))
    return f"You can ask me, for example:\n\n{some}"


def _put_together(keys: str, found: Sequence[Section], *, is_first: bool) -> str:
    parts = [keys] if keys else []
    if found and not (keys and found[0].heading.startswith("Which keys")):
        parts += [f"**{found[0].heading}**", found[0].text]
    related = "\n".join(f"- {section.heading}" for section in found[1:])
    if related:
        parts.append(f"See also:\n\n{related}")
    if is_first:
        parts.append(_SIGNATURE)
    return "\n\n".join(parts)
