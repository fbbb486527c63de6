"""``python -m tui_chat`` is the same as ``tui-chat``."""

from tui_chat.cli.main import main

main()
