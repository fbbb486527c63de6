"""Ways in which bytes are damaged."""

from __future__ import annotations

from hypothesis import strategies as st

#: What breaks parsers more often than any bytes.
NASTY = [
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\n",
    b"\r",
    b"{",
    b"}",
    b"[",
    b'"',
    b"\\",
    b"\\ud800",
    b"null",
    b"NaN",
    b"1e999",
    b"-1",
    b"99999999999999999999999",
    b"[[[[[[[[" * 400,
    b"\xe2\x80\xa8",
]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return bytes of which some are cut out, doubled or overwritten."""
    data = whole
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        kind = draw(st.sampled_from(["write", "cut", "double", "end"]))
        if kind == "write":
            data = data[:at] + draw(st.sampled_from(NASTY) | st.binary(max_size=6)) + data[at + length :]
        elif kind == "cut":
            data = data[:at] + data[at + length :]
        elif kind == "double":
            data = data[: at + length] + data[at:]
        else:
            data = data[:at]
    return data
