"""What stands in place of a transcript before the first prompt."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.app.widgets.host import drawn, shown
from tui_chat.app.widgets import EmptyState, ProviderRow


def tell(state: EmptyState) -> None:
    state.set_facts(
        who=("guide answers", "because no key is set", "Built in."),
        providers=[
            ProviderRow("guide", True, "answers", "built in"),
            ProviderRow("Anthropic", False, "no key", "set ANTHROPIC_API_KEY"),
            ProviderRow("OpenAI", False, "no key", "set OPENAI_API_KEY"),
            ProviderRow("Ollama [/x]", False, "does not run", "looked at localhost:11434"),
        ],
        more=14,
        keys=[("Enter", "send"), ("F1", "the keys for where you are")],
        import_command="tui-chat import export.zip",
    )


def lines(state: EmptyState) -> list[str]:
    return drawn(state.query_one(Static))


async def test_it_says_who_answers_and_why_and_what_was_found() -> None:
    async with shown(EmptyState()) as pilot:
        state = pilot.app.query_one(EmptyState)
        tell(state)
        await pilot.pause()
        text = [line[4:] for line in lines(state)]
        assert text[0].startswith("Type below to begin.")
        assert text[2:4] == ["guide answers because no key is set", "Built in."]
        assert text[5:10] == [
            "guide ●            answers            built in",
            "Anthropic          no key             set ANTHROPIC_API_KEY",
            "OpenAI             no key             set OPENAI_API_KEY",
            "Ollama [/x]        does not run       looked at localhost:11434",
            "14 more                               Ctrl+L lists them",
        ]
        assert text[11:14] == ["Five keys", "Enter              send", "F1                 the keys for where you are"]
        assert text[-1] == "Coming from elsewhere?  tui-chat import export.zip"


async def test_it_stands_in_the_middle() -> None:
    async with shown(EmptyState()) as pilot:
        state = pilot.app.query_one(EmptyState)
        tell(state)
        await pilot.pause()
        inner = state.query_one(Static).region
        assert abs(inner.y - (40 - inner.bottom)) <= 1


async def test_on_a_low_screen_it_is_short() -> None:
    async with shown(EmptyState(), size=(80, 24)) as pilot:
        state = pilot.app.query_one(EmptyState)
        tell(state)
        await pilot.pause()
        text = "\n".join(lines(state))
        assert "Type below" not in text
        assert "Ollama" not in text
        assert "15 more" in text
        assert len(lines(state)) <= 15


@pytest.mark.parametrize("size", [(60, 30), (70, 30), (72, 30)])
async def test_every_line_fits_on_a_narrow_screen(size: tuple[int, int]) -> None:
    async with shown(EmptyState(), size=size) as pilot:
        state = pilot.app.query_one(EmptyState)
        tell(state)
        await pilot.pause()
        assert any(line.endswith(" looked at localhost:11434") for line in lines(state))
        assert f"    Anthropic {' ' * (2 if size[0] < 72 else 9)}no key" in "\n".join(lines(state))
