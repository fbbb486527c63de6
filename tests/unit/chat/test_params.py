from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.chat.params import FIELDS, ParamField, carried, changed, shown, stepped, summary
from tui_chat.clients import gemini_request, ollama_request, openai_request, responses_request
from tui_chat.clients.anthropic_request import Refusals
from tui_chat.domain.messages import ChatMessage, Role, TextPart
from tui_chat.domain.parameters import EFFORTS
from tui_chat.domain.providers import Protocol, Provider
from tui_chat.domain.requests import ChatRequest
from tui_chat.domain.sessions import ChatSession, Params

VALUES = {
    "temperature": 0.25,
    "top_p": 0.75,
    "max_tokens": 4321,
    "stop": ("END",),
    "seed": 7,
    "reasoning_effort": "low",
}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("temperature", "0.3", 0.3),
        ("temperature", " ", None),
        ("top_p", "1", 1.0),
        ("max_tokens", "4096", 4096),
        ("stop", "END, \\n\\n", ("END", "\n\n")),
        ("stop", ", ,", None),
        ("seed", "-3", -3),
        ("reasoning_effort", "high", "high"),
    ],
)
def test_what_is_typed_becomes_a_value_and_is_shown_again(name: str, typed: str, value: object) -> None:
    params = changed(Params(), name, typed)
    assert getattr(params, name) == value
    assert changed(Params(), name, shown(params, name)) == params


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("temperature", "3", "less than or equal to 2"),
        ("temperature", "warm", "a valid number"),
        ("top_p", "-0.1", "greater than or equal to 0"),
        ("max_tokens", "0", "greater than or equal to 1"),
        ("max_tokens", "1.5", "a valid integer"),
        ("stop", "a,b,c,d,e", "at most 4 items"),
        ("reasoning_effort", "much", "'none', 'minimal'"),
    ],
)
def test_wrong_values_are_refused_with_the_reason(name: str, typed: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        changed(Params(temperature=1), name, typed)


@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from([-1, 1])), max_size=40))
def test_steps_stay_within_the_values(steps: list[tuple[ParamField, int]]) -> None:
    params = Params(temperature=0.33, max_tokens=5000)
    for field, step in steps:
        params = stepped(params, field, step)
    for field in FIELDS:
        assert changed(Params(), field.name, shown(params, field.name)) is not None


def test_a_step_from_between_two_goes_to_the_next() -> None:
    field = FIELDS[0]
    assert stepped(Params(temperature=0.33), field, 1).temperature == 0.4
    assert stepped(Params(temperature=0.33), field, -1).temperature == 0.3
    assert stepped(Params(temperature=0), field, -1).temperature is None
    assert [stepped(Params(reasoning_effort=one), FIELDS[5], 1).reasoning_effort for one in EFFORTS][-1] == "high"


def test_the_summary_names_what_is_set() -> None:
    params = Params(temperature=0.2, max_tokens=900, reasoning_effort="high")
    assert summary(params) == "temperature 0.2, at most 900 tokens, effort high"
    assert summary(Params()) == ""


def test_old_histories_with_other_values_are_read_as_they_are() -> None:
    session = ChatSession.model_validate({"params": {"temperature": 9, "reasoning_effort": "huge", "stop": ["x"]}})
    assert (session.params.temperature, session.params.stop) == (9, ("x",))
    assert "stop" not in ChatSession().to_document()["params"]


def sent(protocol: Protocol, params: Params, model: str = "m") -> str:
    """The body that a client would send."""
    message = ChatMessage(session_id="s", role=Role.USER, parts=[TextPart(text="Hi")])
    request = ChatRequest(model=model, messages=[message], params=params)
    provider = Provider(name="p", label="P", protocol=protocol, base_url="http://127.0.0.1:1")
    match protocol:
        case Protocol.OPENAI_CHAT | Protocol.ABACUS:
            body = openai_request.request_body(provider, request)
        case Protocol.OPENAI_RESPONSES:
            body = responses_request.request_body(provider, request)
        case Protocol.ANTHROPIC:
            body = Refusals().request_body(provider, request)
        case Protocol.GEMINI:
            body = gemini_request.request_body(provider, request)
        case Protocol.OLLAMA:
            body = ollama_request.request_body(provider, request)
        case _:
            return ""
    return json.dumps(body, sort_keys=True)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("protocol", list(Protocol))
def test_what_is_said_to_be_carried_is_sent_and_nothing_else(protocol: Protocol, name: str) -> None:
    model = {Protocol.ANTHROPIC: "claude-opus-4-5", Protocol.GEMINI: "gemini-2.5-pro"}.get(protocol, "m")
    with_it, without = (sent(protocol, one, model) for one in (Params(**{name: VALUES[name]}), Params()))
    assert (with_it != without) is (name in carried(protocol))
