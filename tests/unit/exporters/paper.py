"""Whether PDFs can be drawn here."""

from __future__ import annotations

import ctypes.util
import os

import pytest

#: Where all tests have to run, nothing is skipped.
needs_pango = pytest.mark.skipif(
    ctypes.util.find_library("pangoft2-1.0") is None and not os.environ.get("CI"), reason="Pango is not installed"
)
