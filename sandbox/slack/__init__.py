"""A stand-in Slack on loopback: Web API, Socket Mode, Events API, and a control API for the people in it."""

from sandbox.slack.app import SlackStandIn
from sandbox.slack.person import Person
from sandbox.slack.timings import Timings
from sandbox.slack.world import Credentials, World, default_world

__all__ = ["Credentials", "Person", "SlackStandIn", "Timings", "World", "default_world"]
