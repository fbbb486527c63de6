"""What only Inkeep has, in the real program: sources, sessions that go on at the server, errors field by field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.terminal.conftest import Start
from tests.wire.inkeep_server import INTEGRATION, InkeepServer, citation, invalid, says


@pytest.fixture
def inkeep(environment: dict[str, str]) -> Iterator[InkeepServer]:
    with InkeepServer() as server:
        server.key = "key-inkeep-0001"
        environment |= {
            "INKEEP_BASE_URL": server.base_url,
            "INKEEP_API_KEY": server.key,
            "INKEEP_INTEGRATION_ID": INTEGRATION,
            "VTE_VERSION": "7600",  # a terminal that knows links
        }
        yield server


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_sources_stand_under_the_reply_and_the_session_goes_on(
    start: Start, inkeep: InkeepServer, columns: int, rows: int
) -> None:
    cites = [
        citation(1, "https://docs.invalid/start#begin", title="How to begin"),
        citation(2, title="How to end", url="https://docs.invalid/end"),
    ]
    inkeep.script(says("Begin [1], then end [2].", cites=cites), says("That is all."))
    terminal = start(columns=columns, rows=rows)
    terminal.keys("How?", "<enter>")
    terminal.wait_for(r"1 .*How to begin")
    terminal.wait_for(r"2 .*How to end")
    terminal.keys("And then?", "<enter>")
    terminal.wait_for("That is all")
    assert [one["content"] for one in inkeep.sessions["chat-1"]][2:] == ["And then?", "That is all."]
    assert b"https://docs.invalid/start#begin" in terminal.raw
    terminal.keys("<ctrl+q>")
    assert terminal.wait_exit() == 0
    terminal = start("-c", columns=columns, rows=rows)
    terminal.wait_for("That is all")
    terminal.keys("Once more?", "<enter>")
    terminal.wait_for("Hello from the test server")
    assert list(inkeep.sessions) == ["chat-1"]


def test_every_wrong_field_is_shown(start: Start, inkeep: InkeepServer) -> None:
    inkeep.script(invalid((["body", "chat_mode"], "Unknown mode", "enum"), (["body", "tags", 0], "Too long", "other")))
    terminal = start()
    terminal.keys("How?", "<enter>")
    screen = terminal.wait_for("Inkeep does not accept the request")
    assert "body.chat_mode: Unknown mode; body.tags.0: Too long" in screen
