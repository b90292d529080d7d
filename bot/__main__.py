"""``python -m bot``."""

import gc

gc.disable()  # What is imported stays: to look through it for garbage is a tenth of the start. The bot looks again once it runs; other commands end soon.

from bot.cli import main  # noqa: E402 - as above

main()
