"""The control API's part for conversations: end one, so its insights are computed and webhooks leave."""

from __future__ import annotations

from aiohttp import web

from .arguments import Body, read_body
from .control import refusing
from .conversations import Conversations
from .insight_results import InsightResults
from .insight_templates import InsightTemplates
from .refusals import refusal
from .webhooks import Shape, Webhooks


class EndBody(Body):
    """POST control/conversations/end. Without a group every group's insights are computed.

    At Telnyx the group stands in the assistant's `insight_settings`; assistants are none of this stand-in's families.
    """

    conversation_id: str
    insight_group_id: str | None = None


class WebhooksBody(Body):
    """POST control/webhooks: which of the two documented shapes is sent from now on."""

    shape: Shape


class Endings:
    """The routes `control/conversations/end` and `control/webhooks`."""

    def __init__(
        self,
        conversations: Conversations,
        templates: InsightTemplates,
        results: InsightResults,
        webhooks: Webhooks,
    ) -> None:
        self._conversations = conversations
        self._templates = templates
        self._results = results
        self._webhooks = webhooks

    def routes(self) -> list[web.RouteDef]:
        """What the application serves."""
        return [
            web.post("/control/conversations/end", refusing(self.end)),
            web.get("/control/webhooks", refusing(self.webhooks)),
            web.post("/control/webhooks", refusing(self.set_shape)),
        ]

    async def end(self, request: web.Request) -> web.Response:
        """A conversation has ended: the insights of its group are pending from now on."""
        body = await read_body(request, EndBody)
        record = self._conversations.records.get(body.conversation_id)
        if record is None:
            raise refusal(404, "Conversation Not Found")
        groups = list(self._templates.groups.values())
        if body.insight_group_id is not None:
            groups = [group for group in groups if group.group_id == body.insight_group_id]
        if not groups:
            raise refusal(404, "There is no such insight group.")
        runs = []
        for group in groups:
            insights = self._templates.of(group)
            run = self._results.start(body.conversation_id, record["messages"], group, insights)
            self._webhooks.send_when_done(run, record["conversation"]["metadata"])
            runs.append(run.run_id)
        return web.json_response({"conversation_insights": runs})

    async def webhooks(self, _request: web.Request) -> web.Response:
        """The public key, the shape in force, and what became of each webhook."""
        return web.json_response(self._webhooks.shown())

    async def set_shape(self, request: web.Request) -> web.Response:
        """Send the other shape."""
        self._webhooks.shape = (await read_body(request, WebhooksBody)).shape
        return web.json_response(self._webhooks.shown())
