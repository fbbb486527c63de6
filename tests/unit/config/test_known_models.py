"""What the program knows of well-known models."""

from __future__ import annotations

from datetime import date

import pytest

from tui_chat.config.known_models import _tables, described, facts
from tui_chat.config.presets import presets
from tui_chat.domain.providers import ModelFacts, ModelInfo
from tui_chat.domain.usage import money

OPENAI = presets()["openai"]
ANTHROPIC = presets()["anthropic"]


def test_every_table_is_of_a_preset_dated_and_makes_sense() -> None:
    tables = _tables()
    assert set(tables) <= set(presets())
    for name, table in tables.items():
        if "same_as" in table:
            assert table["same_as"] in tables
            continue
        assert isinstance(table["as_of"], date), name
        for model, row in table["models"].items():
            known = ModelFacts.model_validate(row)
            assert set(row) <= set(ModelFacts.model_fields), model
            assert (known.capabilities or set()) <= {"images", "reasoning", "tools"}, model
            if known.input_price is not None:
                assert known.output_price is not None, model
                assert 0 < (known.cached_price or known.input_price) <= known.input_price <= known.output_price, model


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("gpt-5-mini", 0.25),
        ("gpt-5-mini-2025-08-07", 0.25),
        ("gpt-4o-2024-08-06", 2.5),
        ("gpt-4-0613", 30.0),
        ("gpt-9", None),
        ("gpt-5-mini-tuned", None),
    ],
)
def test_a_dated_name_means_the_model_without_its_date(name: str, price: float | None) -> None:
    assert facts(OPENAI, name).input_price == price


def test_a_newer_model_is_not_taken_for_an_older_one() -> None:
    assert facts(ANTHROPIC, "claude-sonnet-4-5-20250929").input_price == 3.0
    assert facts(ANTHROPIC, "claude-sonnet-5-9").input_price is None


def test_a_list_wins_over_what_is_known_and_the_user_over_both() -> None:
    listed = ModelInfo(name="gpt-5-mini", provider="openai", input_price=0.0, output_price=0.0, context_window=10)
    info = described(OPENAI, "gpt-5-mini", listed)
    assert (info.input_price, info.context_window, info.can("images")) == (0.0, 10, True)
    own = OPENAI.model_copy(update={"models": {"gpt-5-mini": ModelFacts(input_price=7, capabilities=frozenset())}})
    info = described(own, "gpt-5-mini", listed)
    assert (info.input_price, info.output_price, info.context_window, info.can("images")) == (7, 0.0, 10, False)


def test_a_server_of_ones_own_asks_for_no_money() -> None:
    moved = OPENAI.model_copy(update={"base_url": "http://127.0.0.1:9/v1", "is_local": True})
    info = described(moved, "gpt-5-mini")
    assert (info.input_price, info.cached_price, info.context_window) == (None, None, 400_000)


@pytest.mark.parametrize(
    ("dollars", "shown"),
    [(0.0143, "$0.014"), (0.0001, "<$0.001"), (0.0005, "$0.001"), (12.3456, "$12.346"), (1234.5, "$1,234.50")],
)
def test_money_is_shown_as_short_as_it_may(dollars: float, shown: str) -> None:
    assert money(dollars) == shown


def test_an_estimate_is_marked() -> None:
    assert money(0.02, estimated=True) == "~$0.020"
