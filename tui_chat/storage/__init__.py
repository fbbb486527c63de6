"""The history: every session and message in one local TinyDB file. Only here: tinydb."""
