"""The command line."""

INTERRUPTED = 130
"""Exit code after Ctrl+C, as shells expect it (128 + SIGINT)."""

TERMINATED = 143
"""Exit code after a shutdown or ``kill`` (128 + SIGTERM)."""
