"""Makes calls by the official library: each line that comes in is one, each line that goes out is what came of it.

In: {"server", "key", "method", "arguments"}. Out: {"result"} or {"error": {"kind", "status", "words"}}.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from abacusai import ApiClient  # type: ignore[import-not-found]  # it has an environment of its own
from abacusai.client import ApiException  # type: ignore[import-not-found]  # as above


def plain(value: Any) -> Any:
    """Return a result as JSON can hold it."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def call(server: str, key: str, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what came of a call."""
    client = ApiClient(key, server=server, skip_version_check=True)
    try:
        return {"result": plain(getattr(client, method)(**arguments))}
    except ApiException as error:
        return {"error": {"kind": error.exception, "status": error.http_status, "words": error.message}}


for line in sys.stdin:
    print(json.dumps(call(**json.loads(line))), flush=True)
