"""Which failed requests are worth another try, and after how long."""

from __future__ import annotations

import random

from tui_chat.domain.errors import ConnectionFailed, ProviderError, RateLimited
from tui_chat.domain.providers import Retries

#: By how much a wait may differ from what it should be, so that clients that failed together do not return together.
JITTER = 0.25


def may_pass(error: ProviderError, retries: Retries) -> bool:
    """Return whether the same request may succeed a little later, and the config wants it to be sent again."""
    if not error.can_retry:
        return False
    if isinstance(error, ConnectionFailed) and error.status is None:
        return retries.connection_errors
    # An error in the middle of a stream comes without a status.
    return (error.status or (429 if isinstance(error, RateLimited) else 500)) in retries.statuses


def wait_before(number: int, error: ProviderError, retries: Retries) -> float:
    """Return the seconds to wait before a request.

    What the server asks for wins over the growing waits of the config.

    Args:
        number: Which request it is, from 2.
        error: Why the one before it failed.
        retries: The config.
    """
    if error.retry_after is not None:
        return error.retry_after
    try:
        delay = min(retries.maximum, retries.initial * retries.exponent ** (number - 2))
    except OverflowError:
        delay = retries.maximum
    return delay * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret hangs on it
