"""What the vendors' SDKs raise where they hand on the errors of the library under them, whichever that is."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

_LIBRARIES = [import_module(name) for name in ("httpx", "httpx2") if find_spec(name)]

#: A cut connection.
CUTS = tuple(library.TransportError for library in _LIBRARIES)

#: Silence for too long.
TIMEOUTS = tuple(library.TimeoutException for library in _LIBRARIES)
