"""The headless core: a turn of chat, without any screen."""
