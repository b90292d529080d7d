"""What a bot imports to run, for those that are forked; see ``forked``."""

import gc
import os

gc.disable()  # as ``bot/__main__.py``
os.environ["SSL_CERT_FILE"] = ""  # as ``house.clean_environment``: it is read when aiohttp is imported

import uvloop  # noqa: E402, F401 - as above; ``bot run`` imports it

import bot.app.process  # noqa: E402 - as above
import bot.cli  # noqa: E402, F401 - as above

gc.freeze()
