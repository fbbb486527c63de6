"""Fixtures of the faults: the program in a terminal, and a tally of what was injected and what was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ledger import Tally
from tests.terminal.conftest import at_server, environment, home, server, start
from tests.wire.openai_server import MODEL

__all__ = ["at_server", "environment", "home", "server", "start"]

#: Tried once, and not waited for longer than a test may take.
CONFIG = """
[notices]
bell = false

[providers.lab]
label = "Lab"
base_url = "{base_url}"
default_model = "{model}"
retries = {{ attempts = 1 }}
timeouts = {{ connect = 30, first_byte = {first_byte}, silence = {silence} }}
"""


def configure(home: Path, base_url: str, *, first_byte: float = 30, silence: float = 30) -> tuple[str, ...]:
    """Write a config with a provider called lab; return the options that make it answer."""
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "config.toml").write_text(
        CONFIG.format(base_url=base_url, model=MODEL, first_byte=first_byte, silence=silence)
    )
    return ("--provider", "lab")


def memory(pid: int) -> int:
    """Return what a process holds, in KB; 0 where that cannot be told."""
    status = Path(f"/proc/{pid}/status")
    return int(re.findall(r"VmRSS:\s+(\d+)", status.read_text())[0]) if status.exists() else 0


@pytest.fixture(scope="session")
def tally() -> Iterator[Tally]:
    """Counts over all tests of a run; shown at its end with ``pytest -n0 -s``."""
    one = Tally()
    yield one
    print(f"\n{one.table()}")
