from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.exporters.samples import full_export, reply_export
from tui_chat.domain.messages import TextPart
from tui_chat.exporters.plain_text import render

_WHOLE = """\
Retry with jitter
#http #a, b


system
------
Be brief.


you
---
How?

(a.py)

x = 1
```

(end of a.py)


assistant
---------
(thought for 4 s)

Hm.

(end of the thought)

Like **this** [1].

```python
print('x')
```

[1] A [source] https://example.org/a b


you
---
(image: chart.png · 72 B)


assistant
---------
It is

(interrupted · all that came is kept)


assistant
---------
(tool look)

{"at": "it"}

(error)

nothing

(failed · Too busy. · Try again.)
"""


def test_a_session_as_text() -> None:
    assert render(full_export(facts=False, tree=False)) == _WHOLE


def test_facts_and_siblings_stand_in_the_heads() -> None:
    text = render(full_export())

    assert "2026-11-20T14:02:11Z · claude · $0.0142" in text
    assert "\ngpt · " in text
    assert " · 1/2\n---" in text
    assert "Hm." not in render(full_export(reasoning=False))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip("\r\n")))
def test_a_text_is_not_changed(text: str) -> None:
    export = reply_export(text)
    assert export.messages[1].parts == [TextPart(text=text)]
    assert text.strip("\r\n") in render(export)
