from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.exporters.browser import Browser, started_browser


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with started_browser() as browser:
        yield browser


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.html"
