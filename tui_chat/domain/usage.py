"""What a reply cost: tokens, money and time."""

from __future__ import annotations

from tui_chat.domain.record import Value


class Usage(Value):
    """Tokens of one reply, or the sums over a session. Counts nobody reported are 0."""

    input_tokens: int = 0
    """Tokens of the request, cached ones included."""
    output_tokens: int = 0
    """Tokens of the reply, reasoning included."""
    reasoning_tokens: int = 0
    """The part of ``output_tokens`` that was spent on reasoning."""
    cached_tokens: int = 0
    """The part of ``input_tokens`` that the server had cached."""
    cost: float | None = None
    """US dollars; ``None`` where no price is known."""
    generation_seconds: float | None = None
    """Seconds that the server took to write the reply, without loading and reading; ``None`` if it did not say."""
    estimated: bool = False
    """Whether the counts are ours, because the server reported none."""

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost=_sum(self.cost, other.cost),
            generation_seconds=_sum(self.generation_seconds, other.generation_seconds),
            estimated=self.estimated or other.estimated,
        )


def _sum(*amounts: float | None) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


class Timing(Value):
    """How long a reply took, in seconds since the request left."""

    first_token: float | None = None
    """Until the first text or reasoning came."""
    reasoning: float | None = None
    """How long the model reasoned: from the first reasoning to the first text."""
    total: float | None = None
    """Until the reply ended, for whatever reason."""


#: Characters that make up one token on average, for the speed of a reply that is arriving.
CHARACTERS_PER_TOKEN = 4

#: Bytes of UTF-8 that make up one token on average: four letters of English, two of Greek or Cyrillic, little more than
#: one sign of Chinese or Japanese.
BYTES_PER_TOKEN = 4


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text from its length in UTF-8."""
    # Most text is ASCII, whose length in bytes need not be counted.
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return -(-size // BYTES_PER_TOKEN)


def money(dollars: float, *, estimated: bool = False) -> str:
    """Return an amount as it is shown: ``$0.014``, ``~$0.003`` if it is estimated, ``<$0.001`` if it is tiny."""
    if 0 < dollars < 0.0005:
        return "<$0.001"
    return f"{'~' if estimated else ''}${dollars:,.{3 if dollars < 100 else 2}f}"
