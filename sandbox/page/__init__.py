"""The page at `/`: what a person sees of the sandbox, the wire behind it, and the switches beside the wire."""

from sandbox.page.bot_switch import BotSwitch
from sandbox.page.facts import Facts
from sandbox.page.serving import page_routes
from sandbox.page.sources import FOLDER, source_routes
from sandbox.page.wire import telling_of_calls

__all__ = ["FOLDER", "BotSwitch", "Facts", "page_routes", "source_routes", "telling_of_calls"]
