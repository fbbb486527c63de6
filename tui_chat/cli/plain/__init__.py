"""The linear mode: line by line, for screen readers, slow lines and dumb terminals."""
