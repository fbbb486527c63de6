"""Keys that Textual's parser of terminal input cannot tell apart by itself.

The only file that touches a private part of Textual's input. It is proved by a test that feeds raw bytes to the
parser, so a release that changes the table fails there and nowhere else.
"""

from __future__ import annotations

from typing import Any, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import Keys

#: What Alt+Enter sends where neither the kitty protocol nor modifyOtherKeys is spoken. Unknown to the parser, which
#: drops the ESC and reports a plain Enter.
_ALT_ENTER = ("\x1b\r", "\x1b\n")

NEWLINE_KEYS = frozenset({"ctrl+j", "shift+enter", "alt+enter", "shift+\r", "\r"})
"""Names of the keys that make a newline.

``\\r`` stands for Enter where tmux and xterm report it with a modifier by modifyOtherKeys (``CSI 27 ; modifiers ;
13 ~``); the parser drops an Alt there.
"""

SEND_KEYS = frozenset({"alt+enter", "ctrl+enter", "ctrl+\r", "\r", "ctrl+j"})
"""Names of the keys that send where Enter makes a newline.

Old terminals send the same for Ctrl+Enter as for Enter, and Alt+Enter comes as Ctrl+J (see `teach_alt_enter`): so that
one sends, too.
"""


def teach_alt_enter() -> None:
    """Let the parser report Alt+Enter as Ctrl+J, the key for a newline that every terminal can send."""
    table = cast("dict[str, Any]", ANSI_SEQUENCES_KEYS)
    for sequence in _ALT_ENTER:
        table[sequence] = (Keys.ControlJ,)
