"""JSON that every reader can take."""

from __future__ import annotations

import json
import re
from typing import Any

#: Halves of surrogate pairs have no UTF-8 form; the others end a line for readers that go by lines.
_ODD = re.compile("[\ud800-\udfff\u0085\u2028\u2029]")


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON: on one line unless indented, letters of all scripts as they are."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ODD.sub(lambda character: f"\\u{ord(character[0]):04x}", text)
