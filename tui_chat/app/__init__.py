"""The full-screen app. Only here: textual."""

import os

# Textual shows a change with the next beat of its clock, and nothing while nothing changes. At its usual 60 beats a
# second a key typed while a reply streams was on screen after up to 35 ms, at 240 after 10. Read at textual's import.
os.environ.setdefault("TEXTUAL_FPS", "240")
