"""The full-screen app. Only here: textual."""
