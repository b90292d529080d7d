"""The control API: what people do and see, for the page, for tests and for a shell. JSON in, JSON out.

A refusal is HTTP 400 with `error` in words; an unknown key is refused by name.
"""

from aiohttp import web

from sandbox.slack.control.acting import Acting
from sandbox.slack.control.files import Files
from sandbox.slack.control.looking import Looking
from sandbox.slack.control.messages import Writing
from sandbox.slack.control.others import Others
from sandbox.slack.control.people import People
from sandbox.slack.control.places import Places
from sandbox.slack.control.request import answering
from sandbox.slack.control.restoring import Restoring
from sandbox.slack.control.weather import Weather
from sandbox.slack.delivery import Deliveries
from sandbox.slack.http_events import HttpEvents
from sandbox.slack.interactions import Interactions
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace


def control_routes(
    workspace: Workspace,
    interactions: Interactions,
    deliveries: Deliveries,
    sockets: SocketMode,
    http: HttpEvents,
) -> list[web.RouteDef]:
    """Every route under `/control/`."""
    parts = (
        Looking(workspace, deliveries, sockets, http),
        Writing(workspace),
        People(workspace),
        Places(workspace),
        Others(workspace),
        Restoring(workspace),
        Files(workspace),
        Acting(workspace, interactions),
        Weather(workspace, deliveries, sockets, http),
    )
    return [
        web.route(verb, f"/control/{name}", answering(handler))
        for part in parts
        for (verb, name), handler in part.routes().items()
    ]
