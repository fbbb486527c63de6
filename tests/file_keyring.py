"""A keyring in a file, for tests: named in ``PYTHON_KEYRING_BACKEND``, kept where ``TEST_KEYRING`` says."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

BACKEND = "tests.file_keyring.FileKeyring"


class FileKeyring(KeyringBackend):
    """Keeps passwords in clear."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return _load().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        _save({**_load(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = _load()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("There is none")
        _save(kept)


def _path() -> Path:
    return Path(os.environ["TEST_KEYRING"])


def _load() -> dict[str, str]:
    kept: dict[str, str] = json.loads(_path().read_text()) if _path().exists() else {}
    return kept


def _save(kept: dict[str, str]) -> None:
    _path().write_text(json.dumps(kept))
