"""Where things are, what the user has set, and where keys come from."""
