"""The command line."""

INTERRUPTED = 130
"""Exit code after Ctrl+C, as shells expect it (128 + SIGINT)."""
